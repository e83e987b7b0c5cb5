"""Keras behind Flask, on TensorFlow."""

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from benchmarks import MODELS
from benchmarks.peers import flask_app
from benchmarks.peers.frames import frame

__all__ = ["app", "handler", "probabilities"]

tf.config.threading.set_intra_op_parallelism_threads(1)  # as on one of Lambda's processors
tf.config.threading.set_inter_op_parallelism_threads(1)
model = tf.keras.models.load_model(MODELS / "model.keras", compile=False)


def probabilities(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the (n, 10) probabilities of (n, 28, 28) frames.

    Not by `model.predict`, which is made for data sets and takes many times as long for one frame.
    """
    found: NDArray[np.float32] = model.predict_on_batch(frames.reshape(-1, 784))
    return found


app = flask_app.create(frame, probabilities)
handler = flask_app.handler_of(app)
