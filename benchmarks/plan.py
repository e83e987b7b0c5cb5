"""Who is measured, and with which requests."""

from typing import NamedTuple

from benchmarks.requests import CANVAS, CHROME, FAR, HUNDRED, NEAR, PHOTOGRAPH, SMALL

OURS, ONNX, PYTORCH, PLAIN = "digitrec", "ONNX Runtime", "PyTorch", "plain resize"
BASELINE, FULL_DECODE = "baseline", "Pillow's full decode"
DECODING, AFTER = "decoding", "after decoding"
ALL = (CANVAS, CHROME, SMALL, HUNDRED, PHOTOGRAPH)  # the large one last: it leaves memory behind


class Contestant(NamedTuple):
    """One of those who take turns, each in a process of its own.

    Attributes
    ----------
    environment
        The name of its Python environment; all but digitrec's have a list in `requirements/`.
    entry
        Its handler, as "module:function".
    requests
        The names of the requests that it answers.
    """

    environment: str
    entry: str
    requests: tuple[str, ...] = ALL


PEERS = {
    OURS: Contestant("digitrec", "handler:handler"),
    ONNX: Contestant("onnxruntime", "benchmarks.peers.onnx:handler"),
    PYTORCH: Contestant("pytorch", "benchmarks.peers.pytorch:handler"),
    PLAIN: Contestant("onnxruntime", "benchmarks.peers.plain:handler"),
}
PARTS = {
    BASELINE: Contestant("digitrec", "benchmarks.parts:baseline", (CANVAS, CHROME, SMALL)),
    FULL_DECODE: Contestant("digitrec", "benchmarks.parts:full_decode", (PHOTOGRAPH,)),
    DECODING: Contestant("digitrec", "benchmarks.parts:decoding", (NEAR, FAR)),
    AFTER: Contestant("digitrec", "benchmarks.parts:after_decoding", (NEAR, FAR)),
}
