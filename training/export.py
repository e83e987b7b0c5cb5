"""Both networks as ONNX files, for other programs and languages."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import ArrayLike
from onnx import TensorProto, helper, numpy_helper

from digitrec.classify.network import Network
from digitrec.models import weights
from digitrec.recognizer import SEGMENTER
from digitrec.segment.network import DOWN, LAYERS, UP, WAY
from digitrec.segment.network import Network as Segmenter
from digitrec.settings import Settings

OPSET, IR_VERSION = 17, 10  # what ONNX Runtime has read since 2024

Shapes = Mapping[str, Sequence[int | str]]


class Graph:
    """Nodes and constants of an ONNX graph, in the order in which they are added."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[TensorProto] = []

    def constant(self, values: ArrayLike) -> str:
        """Add a float32 constant; return its name."""
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values, np.float32), name))
        return name

    def add(self, kind: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        """Add an operator; return the name of its output."""
        name = name or f"{kind}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    def model(self, inputs: Shapes, outputs: Shapes) -> onnx.ModelProto:
        """Return the graph as a model, checked."""
        ends = _values(inputs), _values(outputs)
        model = helper.make_model(
            helper.make_graph(self.nodes, "digitrec", *ends, self.constants),
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
        )
        onnx.checker.check_model(model, full_check=True)
        return model


def _values(shapes: Shapes) -> list[onnx.ValueInfoProto]:
    return [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in shapes.items()]


def save(directory: Path) -> None:
    """Write classifier.onnx and segmenter.onnx of the networks that are shipped."""
    directory.mkdir(parents=True, exist_ok=True)
    network, _ = weights.read(Settings.model_path)
    onnx.save(classifier(network), directory / "classifier.onnx")
    found, _ = weights.read_segmenter(SEGMENTER)
    onnx.save(segmenter(found), directory / "segmenter.onnx")


def classifier(network: Network) -> onnx.ModelProto:
    """Return a graph from "frames", (n, 784), to "probabilities", (n, 10), both float32."""
    graph = Graph()
    x = "frames"
    for w, b in zip(network.weights, network.biases, strict=True):
        units = x if x == "frames" else graph.add("Relu", x)
        x = graph.add("Gemm", units, graph.constant(w), graph.constant(b))
    graph.add("Softmax", x, name="probabilities")
    return graph.model({"frames": ["n", 784]}, {"probabilities": ["n", 10]})


def segmenter(network: Segmenter) -> onnx.ModelProto:
    """Return a graph from "grey" to "probability", "down", "across" and "size", all float32.

    "grey" is (n, 1, height, width), the others (n, 1, height / 2, width / 2). Normalisation is part
    of the graph. For units, see `Votes`.
    """
    graph = Graph()
    add, constant = graph.add, graph.constant
    layers = zip(LAYERS, network.weights, network.biases, strict=True)

    def convolved(x: str) -> str:
        layer, w, b = next(layers)
        kernel = w.reshape(layer.outputs, layer.inputs, layer.side, layer.side)
        edges = [layer.side // 2] * 4
        steps = [layer.stride] * 2
        return add("Conv", x, constant(kernel), constant(b), pads=edges, strides=steps)

    def mean(x: str) -> str:  # in float64: a sum of many float32 is not exact enough
        wide = add("Cast", x, to=TensorProto.DOUBLE)
        return add("Cast", add("ReduceMean", wide, axes=[1, 2, 3]), to=TensorProto.FLOAT)

    x = add("Sub", "grey", mean("grey"))
    x = add("Div", x, add("Max", add("Sqrt", mean(add("Mul", x, x))), constant(1)))
    kept = []
    for count in DOWN:
        for _ in range(count):
            x = add("Relu", convolved(x))
        kept.append(x)
    twice = constant([1, 1, 2, 2])
    for skipped in kept[-2::-1]:
        x = add(
            *("Resize", x, "", twice),
            mode="nearest",
            coordinate_transformation_mode="asymmetric",
            nearest_mode="floor",
        )
        x = add("Concat", x, skipped, axis=1)
        for _ in range(UP):
            x = add("Relu", convolved(x))
    names = ["logit", "ways_down", "ways_across", "log_size"]
    graph.nodes.append(helper.make_node("Split", [convolved(x)], names, axis=1))
    add("Sigmoid", "logit", name="probability")
    add("Mul", "ways_down", constant(WAY), name="down")
    add("Mul", "ways_across", constant(WAY), name="across")
    add("Pow", constant(2), "log_size", name="size")
    half: list[int | str] = ["n", 1, "half_height", "half_width"]
    outputs = dict.fromkeys(("probability", "down", "across", "size"), half)
    return graph.model({"grey": ["n", 1, "height", "width"]}, outputs)
