"""ONNX Runtime behind Flask."""

from benchmarks.peers import flask_app
from benchmarks.peers.frames import frame
from benchmarks.peers.onnx_session import probabilities

handler = flask_app.create(frame, probabilities)
