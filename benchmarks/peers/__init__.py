"""What digitrec is measured beside: small apps, each as its libraries' own tutorials write it.

Each module has the `app` and the `handler(event, context)` that Lambda would call, and all but
`ours` the network's `probabilities(frames)`. All answer `{"image": ...}` and `{"images": [...]}`
as digitrec does.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Peer(NamedTuple):
    """One of what is measured side by side.

    Attributes
    ----------
    title
        What tables call it.
    environment
        The name of its list in `benchmarks/requirements`; "" is digitrec's own.
    module
        That serves it.
    model
        The file that its network is converted to, in `MODELS`; "" is `trained_model.pkl`.
    """

    title: str
    environment: str
    module: str
    model: str


OURS = "digitrec"
PEERS: Mapping[str, Peer] = {
    OURS: Peer("digitrec", "", "benchmarks.peers.ours", ""),
    "plain": Peer(
        "Flask + ONNX Runtime, plain resize",
        "onnxruntime",
        "benchmarks.peers.onnx_plain",
        "model.onnx",
    ),
    "onnxruntime": Peer(
        "Flask + ONNX Runtime", "onnxruntime", "benchmarks.peers.onnx_flask", "model.onnx"
    ),
    "fastapi": Peer(
        "FastAPI + mangum + ONNX Runtime", "fastapi", "benchmarks.peers.onnx_fastapi", "model.onnx"
    ),
    "pytorch": Peer("Flask + PyTorch", "pytorch", "benchmarks.peers.pytorch_flask", "model.pt"),
    "keras": Peer("Flask + Keras", "keras", "benchmarks.peers.keras_flask", "model.keras"),
}
