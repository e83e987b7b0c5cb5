"""The network in ONNX Runtime, on one thread as on one of Lambda's processors."""

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from benchmarks import ONNX_MODEL

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(ONNX_MODEL, options, providers=["CPUExecutionProvider"])


def probabilities(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the (n, 10) probabilities of (n, 28, 28) frames."""
    found: NDArray[np.float32]
    [found] = session.run(None, {"frames": frames.reshape(-1, 784)})
    return found
