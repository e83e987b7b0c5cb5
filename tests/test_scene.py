"""scene.py and sheet.py: ink is found beside shadows and desks, which are none."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from digitrec.errors import NoInk
from digitrec.ink import bounds, ink_map
from digitrec.ink.contrast import contrast_in_uneven_light, contrast_of
from digitrec.ink.light import papers_in_uneven_light
from digitrec.ink.scene import strokes_in
from digitrec.ink.sheet import distances, filled, four_sided, inner, sheet_in
from digitrec.ink.strokes import strokes_of
from tests.strokes import drawn, overlap, picture

SIZE = 120  # px, a side: the ink map is then as large as the picture
BOX: dict[str, Any] = {"size": (SIZE, SIZE), "box": (42, 30, 78, 90), "width": 7}
INK, PAPER, DESK = (30, 30, 40), (235, 232, 225), (95, 65, 40)
Y, X = np.mgrid[:SIZE, :SIZE] / (SIZE - 1)

Light = NDArray[np.float64]
Mask = NDArray[np.bool_]


def photo(
    digit: int | None,
    light: Any = 1.0,
    *,
    sheet: Any = None,
    desk: Any = DESK,
    ink: Any = INK,
    paper: Any = PAPER,
    **drawing: Any,
) -> Image.Image:
    """Return a digit, or nothing, on a sheet of paper on a desk, with the noise of a camera."""
    where = BOX | drawing
    drawn = Image.new("RGB", where["size"], paper)
    if digit is not None:
        drawn = picture(digit, ink=ink, paper=paper, **where)
    shown = Image.new("RGB", drawn.size, desk)
    outline = Image.new("1", drawn.size, sheet is None)
    if sheet is not None:
        ImageDraw.Draw(outline).polygon(sheet, fill=1)
    shown.paste(drawn, mask=outline)
    pixels = np.asarray(shown.filter(ImageFilter.GaussianBlur(0.6)), np.float64)
    noise = np.random.default_rng(0).normal(0, 2, pixels.shape[:2])
    lit = pixels * np.broadcast_to(light, pixels.shape[:2])[..., None] + noise[..., None]
    return Image.fromarray(np.clip(lit, 0, 255).astype(np.uint8))


def likeness(ink: NDArray[np.uint8], digit: int, **drawing: Any) -> float:
    """Return the overlap of an ink map with a digit as it was drawn."""
    return overlap(ink, drawn(picture(digit, **(BOX | drawing))))


def edge(across: Light, at: float, width: float, depth: float) -> Light:
    """Return light that falls by `depth` where `across` passes `at`, within about `width`."""
    return 1 - depth / (1 + np.exp(-(across - at) / (width / 4)))


LIGHTS: dict[str, Light] = {
    "slope": 1 - 0.5 * X,
    "slope, aslant": 1 - 0.3 * X - 0.3 * Y,
    "vignette": 1 - 0.5 * ((X - 0.5) ** 2 + (Y - 0.5) ** 2) / 0.5,
    "pool of light": 0.4 + 0.6 * np.exp(-((X - 0.3) ** 2 + (Y - 0.5) ** 2) / 0.12),
    "lamp": 0.5 + 0.5 / (1 + 3 * (X**2 + Y**2)),
    "hard shadow": edge(X, 0.5, 0.01, 0.4),
    "soft shadow": edge(X + Y, 0.95, 0.3, 0.45),
    "shadow over most": edge(X, 0.2, 0.05, 0.4),
    "a hand's shadow": edge(0.45 - np.hypot(X - 0.6, Y - 0.9), 0, 0.05, 0.4),
}


@pytest.mark.parametrize("light", LIGHTS.values(), ids=LIGHTS)
def test_ink_is_found_in_any_light(light: Light) -> None:
    for digit in (0, 2, 7):
        assert likeness(ink_map(photo(digit, light)), digit) > 0.8


@pytest.mark.parametrize("light", LIGHTS.values(), ids=LIGHTS)
def test_paper_alone_has_no_ink_in_any_light(light: Light) -> None:
    with pytest.raises(NoInk):
        ink_map(photo(None, light))


@pytest.mark.parametrize("board", [(60, 75, 65), (120, 122, 120)], ids=["dark", "grey"])
@pytest.mark.parametrize("light", LIGHTS.values(), ids=LIGHTS)
def test_chalk_is_found_in_any_light(light: Light, board: Any) -> None:
    for digit in (0, 3):
        found = ink_map(photo(digit, light, ink=(225, 225, 220), paper=board))
        assert likeness(found, digit) > 0.75


@pytest.mark.parametrize(
    "colours", [((60, 200, 215), (200, 190, 110)), ((110, 60, 130), (90, 190, 220))]
)
def test_white_ink_is_found_where_one_colour_becomes_another(colours: Any) -> None:
    first, last = np.array(colours, np.float64)
    across = ((X + Y) / 2)[..., None]
    for digit in (1, 2, 5):
        white = drawn(picture(digit, **BOX))[..., None] / 255
        pixels = (first + (last - first) * across) * (1 - white) + 255 * white
        found = ink_map(Image.fromarray(pixels.astype(np.uint8)))
        assert likeness(found, digit) > 0.8


def test_what_is_light_and_has_no_edges_is_no_ink() -> None:
    pool = photo(None, LIGHTS["pool of light"])
    assert contrast_in_uneven_light(pool).dark
    assert not contrast_in_uneven_light(photo(2, ink=PAPER, paper=INK)).dark


def test_ink_is_the_darker_or_the_lighter_whichever_has_the_more_even_paper() -> None:
    for digit in range(10):
        for light in LIGHTS.values():
            assert contrast_in_uneven_light(photo(digit, light)).dark
            chalk = photo(digit, light, ink=PAPER, paper=(60, 75, 65))
            assert not contrast_in_uneven_light(chalk).dark


@pytest.mark.parametrize("left", [-0.1, 0.1, 0.3, 0.5])
@pytest.mark.parametrize("top", [0.5, 0.7])
def test_ink_is_found_where_the_shadow_of_a_phone_is_as_dark(top: float, left: float) -> None:
    light = np.where((left < X) & (left + 0.4 > X) & (top < Y), 0.6, 1.0)
    pencil: dict[str, Any] = {"ink": (130, 130, 130), "width": 6}
    for digit in (0, 2, 4):
        assert likeness(ink_map(photo(digit, light, **pencil)), digit, width=6) > 0.8


def test_a_small_digit_is_found_in_a_slope_of_light() -> None:
    where: dict[str, Any] = {"size": (560, 420), "box": (300, 200, 312, 224), "width": 3}
    slope = np.linspace(1, 0.7, 560)[None, :]
    top, bottom, left, right = bounds(ink_map(photo(5, slope, **where)) > 127)
    assert 20 < bottom - top < 30  # of 24 px and the pen: the closer look shows each pixel
    assert 8 < right - left < 18


SHEETS: dict[str, Any] = {
    "straight": [(12, 12), (108, 12), (108, 108), (12, 108)],
    "turned": [(30, 8), (112, 28), (92, 112), (10, 90)],
    "in perspective": [(28, 14), (92, 14), (112, 108), (8, 108)],
    "in steep perspective": [(30, 26), (90, 26), (117, 95), (3, 95)],
    "as a strip": [(37, -1), (83, -1), (83, 120), (37, 120)],
    "small": [(30, 20), (92, 20), (92, 100), (30, 100)],
    "with a desk on the left": [(14, -1), (120, -1), (120, 120), (14, 120)],
    "with a desk aslant on the left": [(25, -1), (120, -1), (120, 120), (5, 120)],
    "with a desk below": [(-1, -1), (120, -1), (120, 105), (-1, 105)],
    "with a desk on three sides": [(14, -1), (106, -1), (106, 104), (14, 104)],
    "with a desk on two sides": [(16, 14), (120, 14), (120, 120), (16, 120)],
    "with a desk aslant on two sides": [(24, 30), (130, 38), (130, 130), (16, 130)],
}
DESKS = {"brown": DESK, "black": (28, 28, 30), "grey": (150, 150, 150)}


@pytest.mark.parametrize("desk", DESKS.values(), ids=DESKS)
@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_ink_is_found_on_a_sheet_on_a_desk(sheet: Any, desk: Any) -> None:
    for digit in (1, 4, 8):
        shown = photo(digit, 1 - 0.15 * X, sheet=sheet, desk=desk)
        assert likeness(ink_map(shown), digit) > 0.75


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_without_a_digit_has_no_ink(name: str) -> None:
    with pytest.raises(NoInk):
        ink_map(photo(None, sheet=SHEETS[name]))


def cropped(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return what is drawn on an ink map, in a size of its own."""
    top, bottom, left, right = bounds(ink > 127)
    return np.asarray(Image.fromarray(ink[top:bottom, left:right]).resize((60, 60)))


def test_the_closer_look_does_not_take_the_paper_in_a_loop_for_chalk() -> None:
    # It shows two corners of the sheet, and so much of the desk that paper seems to be ink.
    sheet = photo(None, sheet=[(353, 24), (678, 332), (447, 576), (122, 268)], size=(800, 600))
    blank = Image.new("L", (800, 600), 255)
    two = [(360, 228), (388, 236), (404, 256), (398, 294), (330, 354), (304, 330), (330, 286)]
    two += [(356, 280), (398, 294), (490, 396)]
    for paper in (sheet, blank):
        ImageDraw.Draw(paper).line(two, fill="black", width=14, joint="curve")
    assert overlap(cropped(ink_map(sheet)), cropped(drawn(blank))) > 0.6


def test_the_closer_look_finds_the_digit_on_a_sheet_that_the_first_takes_for_chalk() -> None:
    sheet = [(386, 316), (174, 316), (174, 104), (386, 104)]
    where: dict[str, Any] = {"size": (560, 420), "box": (258, 180, 302, 240), "width": 6}
    found = ink_map(photo(5, sheet=sheet, **where))
    assert overlap(cropped(found), cropped(drawn(picture(5, **where)))) > 0.6


@pytest.mark.parametrize("wall", [(220, 220, 215), (150, 150, 150)], ids=["white", "grey"])
@pytest.mark.parametrize("sheet", ["straight", "small", "turned", "with a desk on two sides"])
def test_chalk_is_found_on_a_board_on_a_wall(sheet: str, wall: Any) -> None:
    board: dict[str, Any] = {"ink": (225, 225, 220), "paper": (45, 60, 50), "desk": wall}
    for digit in (2, 5, 7):
        assert likeness(ink_map(photo(digit, sheet=SHEETS[sheet], **board)), digit) > 0.75


@pytest.mark.parametrize("side", [150, 200])
def test_white_is_found_on_a_black_canvas_in_a_white_page(side: int) -> None:
    black: dict[str, Any] = {"size": (side, side), "ink": "white", "paper": "black"}
    box = (0.3 * side, 0.2 * side, 0.7 * side, 0.8 * side)
    for digit in (3, 4, 7):
        canvas = picture(digit, box=box, width=side / 14, **black)
        page = Image.new("RGB", (480, 360), "white")
        page.paste(canvas, (50, 40))
        expected = cropped(drawn(ImageOps.invert(canvas)))
        assert overlap(cropped(ink_map(page)), expected) > 0.75


@pytest.mark.parametrize("sheet", ["straight", "turned", "small"])
def test_ink_is_found_on_a_coloured_note_on_a_white_wall(sheet: str) -> None:
    for colour in ((255, 235, 110), (150, 210, 245)):
        note: dict[str, Any] = {"paper": colour, "desk": (250, 250, 250), "sheet": SHEETS[sheet]}
        for digit in (1, 4, 8):
            assert likeness(ink_map(photo(digit, **note)), digit) > 0.75


def test_chalk_is_found_in_and_beside_a_shadow_on_a_board() -> None:
    light = 1 - 0.4 / (1 + np.exp(-60 * (0.45 - np.hypot(X - 0.5, Y - 0.7))))
    for digit in (0, 2, 6, 9):
        found = ink_map(photo(digit, light, ink=(225, 225, 220), paper=(120, 122, 120)))
        assert likeness(found, digit) > 0.75


def test_a_shadow_over_a_sheet_on_a_desk_is_no_ink() -> None:
    shown = photo(6, LIGHTS["soft shadow"], sheet=SHEETS["straight"])
    assert likeness(ink_map(shown), 6) > 0.75


TIGHT: dict[str, Any] = {"size": (60, 88), "box": (0, 2, 60, 86), "width": 11}


@pytest.mark.parametrize("digit", [0, 2, 4, 7, 8])
def test_a_digit_that_is_cut_out_along_its_edges_is_whole(digit: int) -> None:
    for colours in ({}, {"ink": PAPER, "paper": INK}):
        assert likeness(ink_map(photo(digit, **TIGHT, **colours)), digit, **TIGHT) > 0.85


def test_a_thick_digit_that_is_cut_out_along_its_edges_is_whole() -> None:
    thick: dict[str, Any] = {"size": (110, 120), "box": (14, 14, 96, 106), "width": 40}
    for digit in (3, 7):
        for colours in ({}, {"ink": PAPER, "paper": INK}):
            assert likeness(ink_map(photo(digit, **thick, **colours)), digit, **thick) > 0.85


@pytest.mark.parametrize(
    ("digit", "width", "box"),
    [(0, 40, (10, 10, 100, 110)), (8, 34, (10, 10, 100, 110)), (9, 34, (10, 10, 100, 110))],
)
def test_the_counters_of_a_thick_digit_are_no_ink(digit: int, width: int, box: Any) -> None:
    thick: dict[str, Any] = {"size": (110, 120), "box": box, "width": width}
    for colours in ({}, {"ink": PAPER, "paper": INK}):
        assert likeness(ink_map(photo(digit, **thick, **colours)), digit, **thick) > 0.85


def test_a_coloured_note_without_a_digit_has_no_ink() -> None:
    for sheet in ("straight", "turned"):
        note: dict[str, Any] = {"paper": (255, 170, 190), "desk": (250, 250, 250)}
        with pytest.raises(NoInk):
            ink_map(photo(None, sheet=SHEETS[sheet], **note))


def test_a_digit_that_fills_its_sheet_is_dark() -> None:
    # The strips of the sheet beside it are so narrow that they might be chalk on the desk.
    where: dict[str, Any] = {"size": (120, 120), "box": (20, 16, 84, 100), "width": 7}
    sheet = [(-1, 4), (98, 8), (96, 112), (-1, 110)]
    for digit in (2, 5, 9):
        assert likeness(ink_map(photo(digit, sheet=sheet, **where)), digit, **where) > 0.75


def test_a_thick_one_is_no_sheet() -> None:
    aslant = Image.new("L", (SIZE, SIZE), 235)
    ImageDraw.Draw(aslant).line((30, 95, 90, 30), fill=30, width=22)
    noise = np.random.default_rng(0).normal(0, 2, (SIZE, SIZE))
    noisy = Image.fromarray(np.clip(np.asarray(aslant) + noise, 0, 255).astype(np.uint8))
    assert ((ink_map(noisy) > 127) == (np.asarray(aslant) < 128)).mean() > 0.97


@pytest.mark.parametrize(("margins", "holes"), [((20, 20), 1), ((20, 20), 2), ((20, 0), 2)])
def test_a_digit_in_thick_straight_strokes_is_no_sheet(
    margins: tuple[int, int], holes: int
) -> None:
    drawing = Image.new("L", (52, 72), 60)
    pen = ImageDraw.Draw(drawing)
    for hole in [(16, 16, 36, 56)] if holes == 1 else [(18, 14, 34, 30), (18, 44, 34, 58)]:
        pen.rectangle(hole, fill=225)
    drawing = ImageOps.expand(drawing, margins, 225)
    noise = np.random.default_rng(0).normal(0, 2, drawing.size[::-1])
    noisy = Image.fromarray(np.clip(np.asarray(drawing) + noise, 0, 255).astype(np.uint8))
    assert ((ink_map(noisy) > 127) == (np.asarray(drawing) < 128)).mean() > 0.95


def shape(points: Any) -> Mask:
    drawing = Image.new("1", (SIZE, SIZE))
    ImageDraw.Draw(drawing).polygon(points, fill=1)
    return np.asarray(drawing).copy()


def test_a_quadrilateral_is_told_from_what_is_round_or_has_arms() -> None:
    assert four_sided(shape(SHEETS["turned"])) > 0.97
    assert four_sided(shape(SHEETS["in steep perspective"])) > 0.97
    assert four_sided(shape([(60, 4), (116, 60), (60, 116), (4, 60)])) > 0.97
    disc = np.hypot(X - 0.5, Y - 0.5) < 0.4
    assert four_sided(disc) == pytest.approx(2 / np.pi, abs=0.03)
    seven = np.asarray(picture(7, **BOX).convert("L")) < 128
    assert four_sided(seven) < 0.6


@pytest.mark.parametrize(
    ("points", "why"),
    [
        ([(10, 10), (30, 10), (30, 30), (10, 30)], "small"),
        ([(10, 40), (110, 40), (110, 70), (10, 70)], "long"),
        ([(10, 20), (20, 10), (110, 100), (100, 110)], "long and aslant"),
        ([(10, 10), (110, 10), (60, 60), (110, 110), (10, 110)], "with a gap"),
        ([(0, 0), (119, 0), (119, 119), (0, 119)], "the whole picture"),
    ],
)
def test_other_shapes_are_no_sheets(points: Any, why: str) -> None:
    assert sheet_in(shape(points)) is None, why


def test_lines_are_no_sheet() -> None:
    lines = shape(SHEETS["straight"])
    lines[20:100, 20:100] = False
    assert sheet_in(lines) is None


def test_a_sheet_too_small_to_write_on_is_none() -> None:
    assert sheet_in(np.pad(np.ones((14, 14), bool), 8)) is None
    assert sheet_in(np.pad(np.ones((17, 17), bool), 8)) is not None


def test_a_sheet_is_found_with_what_is_written_on_it() -> None:
    written = shape(SHEETS["turned"])
    written[50:70, 55:65] = False
    found = sheet_in(written)
    assert found is not None
    np.testing.assert_array_equal(found, shape(SHEETS["turned"]))


def test_the_inner_part_of_a_mask_lies_away_from_its_edge_but_not_from_the_picture_s() -> None:
    mask = np.zeros((9, 9), bool)
    mask[:7, 2:8] = True
    expected = np.zeros((9, 9), bool)
    expected[:5, 4:6] = True
    np.testing.assert_array_equal(inner(mask, 2), expected)


def test_distances_are_those_down_and_across_to_the_nearest_pixel() -> None:
    mask = np.random.default_rng(3).random((17, 23)) < 0.02
    y, x = np.nonzero(mask)
    down, across = np.mgrid[:17, :23][:, :, :, None] - np.stack([y, x])[:, None, None]
    expected = (np.abs(down) + np.abs(across)).min(axis=2)
    np.testing.assert_array_equal(distances(mask), expected)
    assert distances(np.zeros((5, 9), bool)).min() > 9


def test_a_line_aslant_of_one_pixel_encloses_what_is_in_it() -> None:
    lines = Image.new("1", (40, 40))
    ImageDraw.Draw(lines).ellipse((3, 5, 35, 30), outline=1)
    whole = Image.new("1", (40, 40))
    ImageDraw.Draw(whole).ellipse((3, 5, 35, 30), fill=1)
    np.testing.assert_array_equal(filled(np.asarray(lines)), np.asarray(whole))


@pytest.mark.parametrize("dark", [True, False])
def test_paper_in_uneven_light_is_what_is_there_but_for_ink(dark: bool) -> None:
    paper = (130 + 30 * X - 20 * Y).astype(np.float32)
    paper[:, 80:] -= 50  # a shadow
    paper[:, :9] = 40  # a desk
    inked = paper.copy()
    inked[30:90, 40:52] += -80 if dark else 80
    without_dark, without_light = papers_in_uneven_light(inked[None])
    [found] = without_dark if dark else without_light
    beside = np.ones_like(paper, bool)
    beside[:, 68:92] = beside[:, :21] = False  # at edges it is the darker, or the lighter, side
    assert np.abs(found - paper)[beside].max() < 10
    nearer = found - paper if dark else paper - found
    assert nearer[:, 68:92].max() < 10
    assert nearer[:, :21].max() < 10


def test_a_picture_from_a_canvas_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("looked at twice")

    monkeypatch.setattr("digitrec.ink.scene.contrast_in_uneven_light", refuse)
    for colour in ("black", "blue"):
        drawing = picture(5, ink=colour, **BOX)
        found, plain = strokes_in(drawing), strokes_of(contrast_of(drawing))
        np.testing.assert_array_equal(found.mask, plain.mask)
        assert found.noise == 0
