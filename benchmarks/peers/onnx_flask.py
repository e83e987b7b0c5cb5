"""ONNX Runtime behind Flask."""

from benchmarks.peers import flask_app
from benchmarks.peers.frames import frame
from benchmarks.peers.onnx_session import probabilities

__all__ = ["app", "handler", "probabilities"]

app = flask_app.create(frame, probabilities)
handler = flask_app.handler_of(app)
