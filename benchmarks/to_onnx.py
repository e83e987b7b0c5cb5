"""python -m benchmarks.to_onnx: write the network as an ONNX file."""

import onnx
from onnx import TensorProto, helper, numpy_helper

from benchmarks import ONNX_MODEL
from benchmarks.parts import NETWORK

OPSET, IR_VERSION = 17, 10  # what ONNX Runtime has read since 2024


def graph() -> onnx.ModelProto:
    """Return a graph from "frames", (n, 784) float32, to "probabilities", (n, 10)."""
    nodes, constants = [], []
    name, last = "frames", len(NETWORK.weights) - 1
    for i, (w, b) in enumerate(zip(NETWORK.weights, NETWORK.biases, strict=True)):
        constants += [numpy_helper.from_array(w, f"w{i}"), numpy_helper.from_array(b, f"b{i}")]
        nodes.append(helper.make_node("Gemm", [name, f"w{i}", f"b{i}"], [f"sum{i}"]))
        name = "probabilities" if i == last else f"layer{i}"
        nodes.append(helper.make_node("Softmax" if i == last else "Relu", [f"sum{i}"], [name]))
    inputs = helper.make_tensor_value_info("frames", TensorProto.FLOAT, ["n", 784])
    outputs = helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n", 10])
    return helper.make_model(
        helper.make_graph(nodes, "digitrec", [inputs], [outputs], constants),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )


if __name__ == "__main__":
    onnx.save(graph(), ONNX_MODEL)
