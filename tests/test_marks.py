"""marks.py: parentheses, a comma, a dash beside a digit are none of it, but its own strokes are."""

from typing import Any

import pytest
from PIL import Image, ImageDraw

from digitrec.ink import ink_map
from digitrec.ink.label import label
from tests.ink import is_read_alone, is_read_whole
from tests.strokes import picture, with_lines

SIZE = 120  # px, a side: the ink map is then as large as the picture
BOX: dict[str, Any] = {"size": (SIZE, SIZE), "box": (42, 24, 78, 92), "width": 7}
PEN = 6  # px, of the marks
# Of the ellipses that parentheses are part of: their boxes, and the angles of what is drawn.
CLOSING = ((70, 16, 106, 100), -60, 60)
OPENING = ((14, 16, 50, 100), 120, 240)


def with_arcs(drawing: Image.Image, *arcs: Any) -> Image.Image:
    for box, start, end in arcs:
        ImageDraw.Draw(drawing).arc(box, start, end, "black", PEN)
    return drawing


def with_dots(drawing: Image.Image, *dots: tuple[float, float]) -> Image.Image:
    for x, y in dots:
        ImageDraw.Draw(drawing).ellipse((x - 5, y - 5, x + 5, y + 5), "black")
    return drawing


def blank() -> Image.Image:
    return Image.new("RGB", (SIZE, SIZE), "white")


def with_word(drawing: Image.Image, letters: int, y: int) -> Image.Image:
    """Return a drawing with as many letters, thin and 10 px high, in a row from y on."""
    for at in range(letters):
        box = (46 + 12 * at, y, 53 + 12 * at, y + 10)
        ImageDraw.Draw(drawing).ellipse(box, outline="black", width=2)
    return drawing


MARKS = {
    "5)": lambda drawing: with_arcs(drawing, CLOSING),
    "(5)": lambda drawing: with_arcs(drawing, OPENING, CLOSING),
    "(5), lower": lambda drawing: with_arcs(
        drawing, ((14, 36, 50, 116), 120, 240), ((70, 36, 106, 116), -60, 60)
    ),
    "( 5 ), much higher": lambda drawing: with_arcs(
        drawing, ((6, 2, 46, 118), 120, 240), ((74, 2, 114, 118), -60, 60)
    ),
    "5.": lambda drawing: with_dots(drawing, (95, 87)),
    "5,": lambda drawing: with_lines(drawing, [(96, 84), (95, 94), (90, 104)]),
    "5:": lambda drawing: with_dots(drawing, (95, 45), (95, 87)),
    "-5": lambda drawing: with_lines(drawing, [(10, 58), (32, 57)]),
    "5-": lambda drawing: with_lines(drawing, [(88, 58), (110, 57)]),
    "a word of two letters above": lambda drawing: with_word(drawing, 2, 3),
    "a word of three letters beneath": lambda drawing: with_word(drawing, 3, 103),
    "=5": lambda drawing: with_lines(drawing, [(10, 50), (32, 50)], [(10, 66), (32, 66)]),
}


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("digit", range(10))
def test_a_mark_beside_a_digit_is_no_ink(digit: int, mark: str) -> None:
    assert is_read_alone(MARKS[mark](picture(digit, **BOX)), picture(digit, **BOX))


def test_a_dot_below_what_reaches_beyond_it_is_no_ink() -> None:
    seven = picture(7, **BOX)
    assert is_read_alone(with_dots(seven.copy(), (76, 86)), seven)


def test_what_was_left_out_from_afar_is_left_out_of_the_closer_look() -> None:
    # Its edge cuts the parentheses in two, and by themselves the halves would be none.
    alone = picture(0, **BOX | {"box": (42, 40, 78, 64)})
    drawing = with_arcs(alone.copy(), ((20, 20, 80, 84), 120, 240), ((40, 20, 100, 84), -60, 60))
    inks = []
    for small in (drawing, alone):
        page = Image.new("RGB", (660, 660), "white")
        page.paste(small, (50, 50))
        inks.append(int((ink_map(page) > 0).sum()))
    assert inks[0] == pytest.approx(inks[1], rel=0.05)


@pytest.mark.parametrize(
    ("drawing", "why"),
    [
        (
            with_arcs(blank(), ((30, 16, 90, 100), 105, 255), ((30, 16, 90, 100), -75, 75)),
            "a 0 in two halves: there is nothing between them",
        ),
        (
            with_arcs(
                with_lines(blank(), [(74, 20), (48, 20), (44, 54)]), ((34, 58, 80, 98), -85, 120)
            ),
            "the bowl of a 5",
        ),
        (
            with_lines(blank(), [(40, 30), (36, 70), (64, 68)], [(78, 36), (76, 100)]),
            "the stem of a 4, apart from the rest",
        ),
        (
            with_lines(
                with_lines(blank(), [(38, 46), (36, 70), (64, 68)], width=4),
                [(76, 20), (76, 106)],
                width=9,
            ),
            "the rest of a 4, apart from its heavy stem",
        ),
        (with_lines(blank(), [(60, 24), (60, 84)], [(60, 93), (60, 100)]), "the end of a 1"),
        (with_lines(blank(), [(98, 8), (94, 17)], [(86, 31), (50, 106)]), "the top of a 1"),
        (with_arcs(picture(1, **BOX), ((6, 16, 42, 100), -60, 60)), "closing before a 1"),
        (
            with_arcs(blank(), ((30, 16, 90, 100), 60, 300), ((30, 16, 90, 100), -40, 40)),
            "the right of a 0",
        ),
        (with_arcs(picture(1, **BOX), ((78, 16, 114, 100), 120, 240)), "opening behind a 1"),
        (with_arcs(picture(0, **BOX), OPENING), "an opening one alone: the stem of a 6"),
        (
            with_arcs(picture(0, **BOX | {"box": (48, 62, 80, 94)}), ((30, 4, 90, 116), 120, 240)),
            "the stem of a 6, higher than its loop",
        ),
        (
            with_arcs(picture(0, **BOX | {"box": (40, 18, 68, 48)}), ((18, 2, 88, 118), -60, 60)),
            "the stem of a 9, higher than its loop",
        ),
        (with_lines(picture(1, **BOX), [(82, 24), (83, 58), (82, 92)]), "a straight line"),
        (with_lines(picture(1, **BOX), [(72, 24), (86, 40), (72, 58), (86, 74), (72, 92)]), "bent"),
        (
            with_lines(blank(), [(40, 30), (40, 84), (66, 84)], [(74, 84), (92, 84)]),
            "the tail of 2",
        ),
        (with_lines(picture(5, **BOX), [(72, 26), (92, 26)]), "the bar of a 5"),
        (with_word(picture(7, **BOX), 1, 4), "one piece is no word"),
        (
            with_lines(picture(5, **BOX), [(38, 12), (52, 12)], [(64, 12), (80, 12)]),
            "the bar of a 5 in two",
        ),
        (
            with_lines(picture(3, **BOX), [(46, 12), (46, 18)], [(60, 2), (60, 8)]),
            "two above one another, no row",
        ),
        (
            with_lines(blank(), [(64, 24), (64, 92)], [(52, 34), (52, 44)], [(43, 34), (43, 44)]),
            "a row beside it, neither above nor beneath",
        ),
        (
            with_lines(
                with_lines(blank(), [(60, 52), (60, 112)], width=14),
                [(54, 10), (54, 40)],
                [(66, 10), (66, 40)],
            ),
            "a row that is half as high",
        ),
        (with_dots(picture(1, **BOX), (44, 28)), "the flag of a 1"),
        (with_dots(picture(1, **BOX), (70, 84)), "too near"),
    ],
)
def test_a_part_of_a_digit_is_no_mark(drawing: Image.Image, why: str) -> None:
    assert is_read_whole(drawing), why


def test_where_no_piece_is_the_digit_none_is_a_mark() -> None:
    halves = with_lines(blank(), [(60, 10), (60, 48)], [(60, 60), (60, 98)])
    assert is_read_whole(with_lines(halves, [(72, 90), (72, 97)]))


def test_a_digit_at_the_picture_s_edge_is_read_whole_in_the_closer_look() -> None:
    page = Image.new("RGB", (600, 600), "white")
    with_lines(
        page, [(0, 304), (64, 300)], [(8, 315), (10, 340), (50, 342), (40, 372), (4, 378)], width=10
    )
    assert label(ink_map(page) > 0)[1] == 2


def test_what_faint_ink_joins_to_a_digit_is_no_mark() -> None:
    drawing = picture(2, **BOX)
    ImageDraw.Draw(drawing).line((76, 89, 92, 89), fill="#a8a8a8", width=PEN)
    assert ink_map(with_dots(drawing, (91, 88)))[85:92, 88:95].min() > 200


def test_a_speck_has_no_shape() -> None:
    drawing = picture(1, **BOX | {"width": 4})
    ImageDraw.Draw(drawing).rectangle((76, 60, 76, 61), "black")
    assert is_read_alone(drawing, picture(1, **BOX | {"width": 4}))
