"""What the page is for, in each of two browsers: numbers are read, and nothing else is."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser import (
    Box,
    cells,
    chromium,
    dense,
    draw,
    draw_with_finger,
    firefox,
    on_pad,
    pad_strokes,
    places,
    trace,
    trace_with_finger,
)
from tests.page.actions import NONE, PHONE, boxes, choose, extent
from tests.page.conftest import Open
from tests.strokes import STROKES, Stroke, common, encode

OVERLAP = 0.7  # intersection over union of a digit's box and the strokes' own
SIDE = 280  # px, height of a picture

# Where each digit of a number goes: parts of the pad's height from its middle.
Layout = list[tuple[int, Box]]


def in_a_row(number: str, across: float, height: float, top: float | None = None) -> Layout:
    boxes = cells(len(number), across, height)
    if top is not None:
        boxes = [(left, top, wide, high) for left, _, wide, high in boxes]
    return [(int(digit), box) for digit, box in zip(number, boxes, strict=True)]


WIDE: dict[str, tuple[str, Layout]] = {
    "42": ("42", in_a_row("42", 1.2, 0.6)),
    "1984": ("1984", in_a_row("1984", 1.8, 0.5)),
    "a phone's number": ("0795318642", in_a_row("0795318642", 1.85, 0.25)),
    "two lines": (
        "305\n2741",
        in_a_row("305", 1.2, 0.36, -0.43) + in_a_row("2741", 1.5, 0.36, 0.07),
    ),
    "digits in boxes": ("6289", in_a_row("6289", 1.9, 0.36)),
}
NARROW: dict[str, tuple[str, Layout]] = {
    "42": ("42", in_a_row("42", 0.9, 0.5)),
    "1984": ("1984", in_a_row("1984", 0.92, 0.3)),
    "a phone's number": ("0795318642", in_a_row("0795318642", 0.95, 0.12)),
    "two lines": (
        "305\n2741",
        in_a_row("305", 0.8, 0.3, -0.4) + in_a_row("2741", 0.9, 0.3, 0.1),
    ),
    "digits in boxes": ("628", in_a_row("628", 0.96, 0.24)),
}
# Around each digit of "digits in boxes", in parts of the digit's height.
MARGIN = 0.2


def frames(layout: Layout) -> list[Stroke]:
    """Return a rectangle around each digit, as one would draw it."""
    strokes = []
    for _, (left, top, width, height) in layout:
        across, down = left + width / 2, top + height / 2
        x, y = width / 2 + MARGIN * height, height / 2 + MARGIN * height
        corners = [(-x, -y), (x, -y), (x, y), (-x, y), (-x, -y)]
        strokes.append([(across + dx, down + dy) for dx, dy in dense(corners, height / 3)])
    return strokes


BROWSERS: dict[str, Callable[[Playwright], AbstractContextManager[Browser]]] = {
    "chromium": chromium,
    "firefox": firefox,
}


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("chromium", marks=pytest.mark.needs_chromium),
        pytest.param("firefox", marks=pytest.mark.needs_firefox),
    ],
)
def browser(playwright: Playwright, request: pytest.FixtureRequest) -> Iterator[Browser]:
    with BROWSERS[request.param](playwright) as browser:
        yield browser


def pen_for(layout: Layout) -> float:
    """Return the width of the pen for digits of this height, as the slider has it."""
    _, (_, _, _, height) = layout[0]
    return min(6.5, max(2.5, round(height / 8 * 200) / 2)) / 100


def expect_read(page: Page, text: str, layout: Layout, scale: float = 1) -> None:
    """Hold what is shown to a text, and each box on the pad to the strokes of its digit.

    `scale` is by how much the digits are seen smaller than they were drawn.
    """
    pen = pen_for(layout) * scale
    expect(boxes(page)).to_have_count(len(layout))
    page.locator("#pad").scroll_into_view_if_needed()
    assert page.locator("#digit").inner_text() == text
    pad = page.locator("#pad").bounding_box()
    assert pad
    for box, (digit, place) in zip(boxes(page).all(), layout, strict=True):
        found = box.bounding_box()
        assert found
        x, y = found["x"], found["y"]
        left, top, width, height = (scale * side for side in place)
        strokes = on_pad(page, digit, (left, top, width, height))
        corners = (x, y, x + found["width"], y + found["height"])
        overlap = common(corners, extent(strokes, pen * pad["height"]))
        assert overlap >= OVERLAP, (digit, overlap)


def choose_pen(page: Page, layout: Layout) -> None:
    page.get_by_label("Pen").fill(f"{100 * pen_for(layout):g}")


def draw_all(page: Page, layout: Layout, *, boxed: bool = False) -> None:
    choose_pen(page, layout)
    if boxed:
        trace(page, pad_strokes(page, frames(layout)))
    for digit, box in layout:
        draw(page, digit, box)


@pytest.mark.parametrize("number", WIDE)
def test_a_number_drawn_with_the_mouse_is_read(page: Page, number: str) -> None:
    text, layout = WIDE[number]
    draw_all(page, layout, boxed=number == "digits in boxes")
    expect_read(page, text, layout)


@pytest.mark.parametrize("number", WIDE)
def test_a_number_on_a_picture_is_read(page: Page, number: str) -> None:
    text, layout = WIDE[number]
    drawn = Image.new("L", (2 * SIDE, SIDE), 255)
    strokes = [stroke for digit, box in layout for stroke in places(digit, box)]
    if number == "digits in boxes":
        strokes += frames(layout)
    for stroke in strokes:
        points = [(SIDE * (1 + x), SIDE * (0.5 + y)) for x, y in stroke]
        ImageDraw.Draw(drawn).line(points, 0, round(pen_for(layout) * SIDE), joint="curve")
    choose(page, encode(drawn), "number.png")
    page.wait_for_function("() => document.querySelector('#boxes div')")
    pad = page.locator("#pad").bounding_box()
    assert pad
    scale = min(1, pad["width"] / pad["height"] / 2)  # the picture is seen whole
    expect_read(page, text, layout, scale)


def scribble(page: Page) -> list[Stroke]:
    """Return a scribble over the middle of the pad."""
    ups = [(0.06 * i - 0.36, (-0.3 if i % 2 else 0.3) + 0.02 * (i * 7 % 5)) for i in range(13)]
    return pad_strokes(page, [ups])


def word(page: Page) -> list[Stroke]:
    """Return "hak" in block letters."""
    letters: list[Stroke] = [
        [(-0.6, -0.3), (-0.6, 0.3)],
        [(-0.6, 0.0), (-0.35, 0.0)],
        [(-0.35, -0.3), (-0.35, 0.3)],
        [(-0.15, 0.3), (0.03, -0.3), (0.2, 0.3)],
        [(-0.08, 0.08), (0.14, 0.08)],
        [(0.4, -0.3), (0.4, 0.3)],
        [(0.65, -0.3), (0.4, 0.0), (0.65, 0.3)],
    ]
    return pad_strokes(page, letters)


def smiley(page: Page) -> list[Stroke]:
    face = STROKES[0][0]
    round_face = [((x - 0.5) * 1.0, (y - 0.5) * 0.7) for x, y in face]
    mouth = [(-0.15, 0.1), (-0.08, 0.17), (0.0, 0.19), (0.08, 0.17), (0.15, 0.1)]
    eyes = [[(-0.11, -0.12), (-0.11, -0.08)], [(0.11, -0.12), (0.11, -0.08)]]
    return pad_strokes(page, [round_face, mouth, *eyes])


def dash(page: Page) -> list[Stroke]:
    return pad_strokes(page, [[(-0.3, 0.0), (0.3, 0.0)]])


@pytest.mark.parametrize("drawing", [scribble, word, smiley, dash])
def test_what_is_no_number_is_no_digit(page: Page, drawing: Callable[[Page], list[Stroke]]) -> None:
    trace(page, drawing(page))
    expect(page.locator("#sentence")).to_have_text(NONE)
    expect(page.locator("#digit")).to_be_empty()


# Each text that the sentence has had, with the number that stood above it.
RECORD = """() => {
    window.told = [];
    const [sentence, digit] = ["sentence", "digit"].map((id) => document.getElementById(id));
    const note = () => told.push([sentence.textContent, digit.textContent]);
    new MutationObserver(note).observe(sentence, { childList: true, characterData: true });
}"""


def test_ten_digits_drawn_slowly_are_never_called_sure_wrongly(page: Page) -> None:
    page.evaluate(RECORD)
    for digit in range(10):
        for stroke in on_pad(page, digit):
            page.mouse.move(*stroke[0])
            page.mouse.down()
            for point in stroke[1:]:
                page.mouse.move(*point)
                page.wait_for_timeout(12)
            page.mouse.up()
            page.wait_for_timeout(500)  # as long as a pen takes from one stroke to the next
        expect(page.locator("#digit")).to_have_text(str(digit))
        expect(page.locator("#wrong")).to_be_visible()
        told = page.evaluate("told.splice(0)")
        assert [text for sentence, text in told if "ure" in sentence and text != str(digit)] == []
        assert [text for sentence, text in told if sentence.startswith("So far")] != []
        page.keyboard.press("Escape")


def test_ten_digits_at_a_tenth_of_the_pad_are_read(page: Page) -> None:
    for digit in range(10):
        draw(page, digit, (0.2, -0.3, 0.07, 0.1))
        expect(page.locator("#digit")).to_have_text(str(digit))
        page.keyboard.press("Escape")


def test_twenty_clicks_leave_the_history_as_it_was(page: Page) -> None:
    earlier = page.get_by_role("list", name="Earlier drawings").get_by_role("button")
    for digit in (3, 1, 4):
        page.keyboard.press("Escape")
        draw(page, digit)
        expect(earlier.first).to_have_text(str(digit))
    for i in range(20):
        earlier.nth(i % 3).click()
        expect(page.locator("#digit")).to_have_text("413"[i % 3])
    assert earlier.all_inner_texts() == ["4", "1", "3"]


def test_the_history_and_the_drawing_survive_a_reload_until_they_are_forgotten(page: Page) -> None:
    earlier = page.get_by_role("list", name="Earlier drawings").get_by_role("button")
    draw(page, 3)
    expect(earlier).to_have_text(["3"])
    page.keyboard.press("Escape")
    draw(page, 7)
    expect(earlier).to_have_text(["7", "3"])
    page.reload()
    expect(earlier).to_have_text(["7", "3"])
    expect(page.locator("#digit")).to_have_text("7")
    earlier.nth(1).click()
    expect(page.locator("#digit")).to_have_text("3")
    page.get_by_role("button", name="Forget them").click()
    expect(earlier).to_have_count(0)
    page.keyboard.press("Escape")
    page.reload()
    expect(page.locator("#invitation")).to_have_text("Draw here")
    expect(earlier).to_have_count(0)
    expect(page.locator("#digit")).to_be_empty()


RECORD_INCLUDED = """
window.included = [];
const send = window.fetch;
window.fetch = (address, options) => {
    included.push(JSON.parse(options.body).include);
    return send(address, options);
};
"""


def test_each_digit_is_explained_when_asked_for(open_page: Open) -> None:
    page = open_page(script=RECORD_INCLUDED)
    text, layout = WIDE["42"]
    draw_all(page, layout)
    expect_read(page, text, layout)
    assert not any("explanation" in included for included in page.evaluate("included"))
    page.locator("#why summary").click()
    canvas = page.locator("#why canvas")
    coloured = """(canvas) => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, 28, 28);
        return data.filter((red, i) => i % 4 === 0 && Math.abs(red - data[i + 2]) > 60).length;
    }"""
    shown = []
    for i, digit in enumerate(text):
        page.get_by_role("radiogroup").get_by_role("radio").nth(i).click()
        expect(page.locator("#why p")).to_contain_text(f"Speaks for {digit}")
        expect(canvas).to_have_attribute(
            "aria-label", f"The strokes that spoke for {digit}, coloured"
        )
        assert canvas.evaluate(coloured) > 20
        shown.append(canvas.evaluate("(canvas) => canvas.toDataURL()"))
    assert shown[0] != shown[1]


@pytest.mark.needs_chromium
@pytest.mark.parametrize("browser", ["chromium"], indirect=True)  # has a finger to be moved
@pytest.mark.parametrize("number", NARROW)
def test_a_number_drawn_with_a_finger_is_read(
    open_page: Open, browser: Browser, number: str
) -> None:
    del browser
    page = open_page(**PHONE)
    text, layout = NARROW[number]
    choose_pen(page, layout)
    if number == "digits in boxes":
        trace_with_finger(page, pad_strokes(page, frames(layout)))
    for digit, box in layout:
        draw_with_finger(page, digit, box)
    expect_read(page, text, layout)
