"""Picture to frame for the peers: digitrec's own image path, so that the rest is compared."""

import base64

import numpy as np
from numpy.typing import NDArray

from benchmarks.steps import inks
from digitrec.classify.normalize import normalize
from digitrec.decode import decode


def frame(text: str) -> NDArray[np.float32]:
    """Return the (28, 28) float32 frame of a picture in base64, ink 1 on background 0."""
    [frame] = normalize(inks(decode(base64.b64decode(text)).picture))
    return frame
