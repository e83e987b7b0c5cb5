"""What of a drawing is found to be ink."""

from PIL import Image

from digitrec.ink import ink_map
from tests.strokes import drawn, overlap

ALIKE = 0.95  # intersection over union


def is_read_alone(drawing: Image.Image, alone: Image.Image) -> bool:
    """Return whether the ink of a drawing is that of another one, with less on it."""
    return overlap(ink_map(drawing), ink_map(alone)) > ALIKE


def is_read_whole(drawing: Image.Image) -> bool:
    """Return whether all that is drawn is ink."""
    return overlap(ink_map(drawing), drawn(drawing)) > ALIKE
