"""digitrec's own way from picture to frame, so that peers with it read as well as digitrec."""

import base64

import numpy as np
from numpy.typing import NDArray

from digitrec.classify.normalize import normalize
from digitrec.decode import decode
from digitrec.models import weights
from digitrec.recognizer import SEGMENTER
from digitrec.segment import find_digit, find_digits

segmenter, _ = weights.read_segmenter(SEGMENTER)


def frame(text: str) -> NDArray[np.float32]:
    """Return the (28, 28) float32 frame of the digit on a picture in base64, ink 1 on 0."""
    picture = decode(base64.b64decode(text)).picture
    region = find_digit(picture)
    if region is None:
        [[region]] = find_digits(picture, segmenter)
    [frame] = normalize([region.ink])
    return frame
