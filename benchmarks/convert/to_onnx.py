"""python -m benchmarks.convert.to_onnx FILE: the network as an ONNX file."""

import sys

import onnx
from onnx import TensorProto, helper, numpy_helper

from benchmarks.convert import trained
from digitrec.classify.network import Network

OPSET = 17  # of the operators: Gemm, Relu and Softmax have not changed since
IR_VERSION = 10  # of the file's format: what ONNX Runtime has read since 2024


def graph(network: Network) -> onnx.ModelProto:
    """Return a graph from "frames", (n, 784) float32, to "probabilities", (n, 10)."""
    nodes, constants = [], []
    name = "frames"
    last = len(network.weights) - 1
    for i, (w, b) in enumerate(zip(network.weights, network.biases, strict=True)):
        constants += [numpy_helper.from_array(w, f"w{i}"), numpy_helper.from_array(b, f"b{i}")]
        nodes.append(helper.make_node("Gemm", [name, f"w{i}", f"b{i}"], [f"sum{i}"]))
        name = "probabilities" if i == last else f"layer{i}"
        nodes.append(helper.make_node("Softmax" if i == last else "Relu", [f"sum{i}"], [name]))
    return helper.make_model(
        helper.make_graph(
            nodes,
            "digitrec",
            [helper.make_tensor_value_info("frames", TensorProto.FLOAT, ["n", 784])],
            [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n", 10])],
            constants,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )


if __name__ == "__main__":
    model = graph(trained())
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, sys.argv[1])
