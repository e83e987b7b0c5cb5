"""Where the ink is in a picture that may show more than its paper: shadows, or a desk beside it."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitrec.ink.contrast import contrast_in_uneven_light, contrast_of
from digitrec.ink.label import (
    bounds,
    is_across,
    is_at_border,
    label,
    largest_piece,
    longer_side,
    width_of,
)
from digitrec.ink.light import WINDOW, best_around
from digitrec.ink.ruled import without_lines
from digitrec.ink.sheet import four_sided, grown, inner, largest, sheet_in
from digitrec.ink.strokes import Strokes, strokes_of

Mask = NDArray[np.bool_]

MUCH = 0.25  # of the picture: what covers more is looked at twice before it is called ink
SAME = 0.5  # of a piece: if so much of it is ink in uneven light, too, all of it is ink
MOST = 0.8  # of the ink in uneven light, that has to be in such pieces
TWO_TONES = 0.8  # of the variance, between ink and paper: less, and the light is uneven
ONLY_TWO = 0.9  # the same, if nothing else tells that there is nothing but ink and paper
WIDE = 0.4  # of the longer side of what is drawn: no stroke is as wide
UNLIKE = 0.75  # of a quadrilateral: a shape less like one is no sheet, not even one cut off
THIN = 0.1  # of the shorter side of a board: counters of thick strokes are wider than chalk
LONG = 12  # widths of a stroke, its length at least: of counters nine in ten are shorter
PAPER = 1.5  # times as likely dark ink is on a sheet that is lighter than its desk
NOTE = 0.4  # of the picture, at least, a dark note: of a digit the closer look leaves less
BESIDE = 3  # px around strokes, without their soft edge: what is there is paper or still ink
STEP = 0.25  # of the strokes' contrast: what is less far from theirs is no paper
OPEN = 0.05  # of what is beside strokes, at most, that is no paper
EDGE = 2  # px along the edge of a sheet that may be in its shadow


def strokes_in(picture: Image.Image) -> Strokes:
    """Return the strokes of a picture, whatever lies around its paper and in whatever light.

    Parameters
    ----------
    picture
        In mode "L" or "RGB".
    """
    plain = strokes_of(contrast_of(picture))
    at_border = is_at_border(plain.mask)
    # In a picture no larger than the window in which light is looked at there is none to look at.
    if max(picture.size) <= WINDOW or (_is_usual(plain) and not at_border):
        return plain
    found = _without_surroundings(picture, plain, at_border=at_border)
    across = is_across(plain.mask) or is_across(found.mask)
    return without_lines(found) if across else found


def _without_surroundings(picture: Image.Image, plain: Strokes, *, at_border: bool) -> Strokes:
    """Return the strokes of a picture without shadows, and without what lies around a sheet."""
    alone = _is_alone(plain)
    if alone and not at_border:
        return plain
    sheet = sheet_in(plain.mask)
    lit = _in_uneven_light(picture, plain, sheet)
    if sheet is not None and plain.contrast.dark:
        if lit.clear and not lit.contrast.dark:
            return lit if _is_line(lit, plain) else plain
        if not _is_note(sheet):
            if not is_at_border(sheet):  # or the look was at the whole picture
                lit = _in_uneven_light(picture, plain, None)
            sheet = None
    if sheet is not None or not plain.clear or plain.two_tones < TWO_TONES:
        return lit
    if not lit.clear:
        return plain if _may_be_drawn(plain.mask) else lit
    # Two looks at the same strokes: the plain one sees them whole, where they touch the border.
    same = _pieces_that_are_in(lit.mask, plain.mask)
    if _share(lit.mask, same) >= MOST and np.count_nonzero(same) >= np.count_nonzero(lit.mask):
        return plain.only(same)
    return plain if alone and not _stand_out(lit, plain) else lit


def _is_usual(plain: Strokes) -> bool:
    """Return whether a picture is as those from a canvas are: a digit on paper without noise."""
    mask = plain.mask
    little = int(np.count_nonzero(mask)) < MUCH * mask.size
    return plain.clear and plain.contrast.clean and little


def _in_uneven_light(picture: Image.Image, plain: Strokes, sheet: Mask | None) -> Strokes:
    """Return the strokes of a picture in uneven light, on a sheet alone if there is one."""
    if sheet is None:
        return strokes_of(contrast_in_uneven_light(picture))
    # Beside it there is no ink. Of one that is cut off the border alone tells where it ends.
    inside = None if is_at_border(sheet) else inner(sheet, EDGE)
    prior = 1.0 if plain.contrast.dark else PAPER
    return strokes_of(contrast_in_uneven_light(picture, inside=inside, prior=prior))


def _is_note(sheet: Mask) -> bool:
    """Return whether a dark sheet with nothing light on it is one, and no shadow or thick digit."""
    return not is_at_border(sheet) and int(np.count_nonzero(sheet)) >= NOTE * sheet.size


def _is_alone(plain: Strokes) -> bool:
    """Return whether a picture surely has no shadows, and strokes that are no sheet."""
    alone = plain.clear and plain.two_tones >= ONLY_TWO
    return alone and four_sided(largest(plain.mask)) < UNLIKE


def _stand_out(lit: Strokes, plain: Strokes) -> bool:
    """Return whether strokes found in uneven light have an edge all around in the plain look, too.

    Those found in a stroke as wide as the window in which light is looked at have none where it
    goes on beside them. Those of the other kind, light in dark or dark in light, may be counters.
    """
    away = plain.contrast.map(plain.contrast.histogram.values)
    if lit.contrast.dark != plain.contrast.dark:
        if not _is_line(lit, plain):
            return False
        away = -away
    ink = np.pad(np.where(lit.mask, away, -np.inf), BESIDE, "edge")
    step = best_around(ink, np.maximum, BESIDE) - away
    beside = grown(lit.mask, BESIDE) & ~grown(lit.mask, 1)
    goes_on = beside & (step < STEP * lit.full)
    return int(np.count_nonzero(goes_on)) <= OPEN * int(np.count_nonzero(beside))


def _share(mask: Mask, other: Mask) -> float:
    """Return how much of a mask is in another one, 0..1."""
    return int(np.count_nonzero(mask & other)) / max(1, int(np.count_nonzero(mask)))


def _pieces_that_are_in(other: Mask, mask: Mask) -> Mask:
    """Return the pieces of a mask of which at least `SAME` is in another one."""
    labels, pieces = label(mask)
    sizes = np.bincount(labels.ravel(), minlength=pieces + 1)
    shared = np.bincount(labels[other], minlength=pieces + 1)
    same = shared >= SAME * sizes
    same[0] = False
    return same[labels]


def _is_line(lit: Strokes, plain: Strokes) -> bool:
    """Return whether strokes are drawn on what seemed to be strokes, and aren't their counters."""
    line = largest_piece(lit.mask)
    width = width_of(line)
    top, bottom, left, right = bounds(plain.mask)
    thin = width < THIN * min(bottom - top, right - left)
    return thin and int(np.count_nonzero(line)) >= LONG * width * width


def _may_be_drawn(mask: Mask) -> bool:
    """Return whether strokes are no wider than a pen's, and do not cover a side of the picture."""
    if mask[0].all() or mask[-1].all() or mask[:, 0].all() or mask[:, -1].all():
        return False
    return width_of(mask) < WIDE * longer_side(bounds(mask))
