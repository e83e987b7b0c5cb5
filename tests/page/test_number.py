"""A number on the pad: its text, a box for each digit, and what is said while it is drawn."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, ViewportSize, expect

from tests.browser import Box, cells, draw, draw_number, draw_on, on_pad
from tests.page.actions import FRAME, NONE, boxes, choose, extent, ink
from tests.page.conftest import Open
from tests.strokes import encode, picture, with_lines

pytestmark = pytest.mark.needs_chromium

WINDOWS = {
    "computer": ViewportSize(width=1280, height=800),
    "phone": ViewportSize(width=390, height=844),
    "phone on its side": ViewportSize(width=844, height=390),
}
PEN = 0.065  # of the pad's height
NEAR = 0.025  # of the pad's height, that a box may be off on each side
FOUR: Box = (-0.42, -0.25, 0.3, 0.5)
TWO: Box = (0.1, -0.2, 0.28, 0.45)
NO_DIGIT = {"type": "/problems/no-digit", "title": "No digit", "status": 422, "detail": "None."}


def labels(page: Page) -> list[str]:
    """Return what stands beside each box."""
    of_spans: list[str] = page.locator("#boxes span").evaluate_all(
        "(labels) => labels.map((label) => label.dataset.text)"
    )
    return of_spans


def row(page: Page) -> Locator:
    return page.get_by_role("radiogroup", name="Digits found").get_by_role("radio")


def write_42(page: Page) -> None:
    """Draw a 4 and a 2, and wait until they are read."""
    draw(page, 4, FOUR)
    draw(page, 2, TWO)
    expect(page.locator("#digit")).to_have_text("42")
    expect(boxes(page)).to_have_count(2)


def answer_with(page: Page, *lines: list[tuple[int, float]]) -> None:
    """Let the server's next answers be these digits, each with its confidence."""
    digits: list[dict[str, Any]] = []
    for down, line in enumerate(lines):
        for across, (digit, confidence) in enumerate(line):
            probabilities = [0.0] * 10
            probabilities[digit] = confidence
            probabilities[(digit + 5) % 10] = 1 - confidence
            left, top = (20 + 30 * across) % 240, (20 + 130 * down) % 180
            box = {"left": left, "top": top, "width": 25, "height": 90}
            entry = {"digit": digit, "confidence": confidence, "probabilities": probabilities}
            digits.append({**entry, "frame": f"{FRAME}#{len(digits)}", "box": box})
    text = "\n".join("".join(str(digit) for digit, _ in line) for line in lines)
    prominent = {name: digits[-1][name] for name in ("digit", "probabilities", "frame")}
    answer = {**prominent, "text": text, "digits": digits}
    page.route("**/predict", lambda route: route.fulfill(json=answer))


def expect_boxes_around(page: Page, *strokes: list[list[tuple[float, float]]]) -> None:
    """Hold each digit's box to its strokes, both in the window's px."""
    pad = page.locator("#pad").bounding_box()
    assert pad
    for box, drawn in zip(boxes(page).all(), strokes, strict=True):
        place = box.bounding_box()
        assert place
        x, y = place["x"], place["y"]
        found = x, y, x + place["width"], y + place["height"]
        wanted = extent(drawn, PEN * pad["height"])
        assert found == pytest.approx(wanted, abs=NEAR * pad["height"])


# The number.


def test_two_lines_are_shown_as_two_lines(page: Page) -> None:
    answer_with(page, [(4, 0.99), (2, 0.99)], [(7, 0.99)])
    draw(page, 4)
    expect(boxes(page)).to_have_count(3)
    assert page.locator("#digit").inner_text() == "42\n7"
    [above, _, below] = [digit.bounding_box() for digit in page.locator("#digit span").all()]
    assert above
    assert below
    assert below["y"] >= above["y"] + above["height"] * 0.7


@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
def test_a_long_number_has_room(open_page: Open, window: ViewportSize) -> None:
    page = open_page(viewport=window)
    answer_with(page, [(digit, 0.99) for digit in (4, 8, 2, 1, 3, 9, 6, 0)])
    draw(page, 4)
    expect(boxes(page)).to_have_count(8)
    answer = page.locator("#answer").bounding_box()
    digits = [digit.bounding_box() for digit in page.locator("#digit span").all()]
    assert answer
    assert digits[0]
    assert digits[-1]
    assert digits[0]["x"] >= answer["x"]
    assert digits[-1]["x"] + digits[-1]["width"] <= answer["x"] + answer["width"]
    assert page.evaluate("document.documentElement.scrollWidth") == window["width"]


@pytest.mark.parametrize(
    ("confidences", "sentence"),
    [
        ((0.99, 0.98), "Sure · 97.0%"),
        ((0.95, 0.85), "Probably · 80.7%"),
        ((0.95, 0.5), "Not sure of the 2 · 47.5%"),
        ((0.6, 0.99), "Not sure of the 4 · 59.4%"),
    ],
)
def test_a_number_is_as_sure_as_all_its_digits_together(
    page: Page, confidences: tuple[float, float], sentence: str
) -> None:
    answer_with(page, list(zip((4, 2), confidences, strict=True)))
    draw(page, 4)
    expect(page.locator("#sentence")).to_have_text(sentence)


def test_a_number_is_said_to_those_who_hear_the_page(page: Page) -> None:
    answer_with(page, [(4, 0.99), (2, 0.98)], [(7, 1)])
    draw(page, 4)
    expect(page.get_by_role("status")).to_have_text("42, 7: sure, 97.0%")


# The boxes.


@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
def test_each_box_is_around_its_digit(open_page: Open, window: ViewportSize) -> None:
    page = open_page(viewport=window)
    write_42(page)
    expect_boxes_around(page, on_pad(page, 4, FOUR), on_pad(page, 2, TWO))


def test_the_boxes_stay_around_their_digits_when_the_window_changes(page: Page) -> None:
    page.set_viewport_size(WINDOWS["computer"])
    wide = cells(4, 1.8, 0.5)
    draw_number(page, "4821", 1.8, 0.5)
    expect(boxes(page)).to_have_count(4)
    pad = page.locator("#pad").bounding_box()
    assert pad
    page.set_viewport_size(WINDOWS["phone"])
    page.wait_for_function("() => document.getElementById('pad').height < 400")
    now = page.locator("#pad").bounding_box()
    assert now
    # All that was seen is still seen: the pad is as wide as the drawing was.
    unit = now["width"] / (pad["width"] / pad["height"])
    for box, (left, _, width, _) in zip(boxes(page).all(), wide, strict=True):
        place = box.bounding_box()
        assert place
        middle = place["x"] + place["width"] / 2 - now["x"] - now["width"] / 2
        assert middle == pytest.approx((left + width / 2) * unit, abs=0.04 * unit)


@pytest.mark.parametrize("size", [(280, 280), (560, 200), (200, 500)])
def test_a_pictures_box_is_around_its_digit(page: Page, size: tuple[int, int]) -> None:
    left, top = size[0] / 2 + 10, size[1] / 2 - 80
    place = (left, top, left + 60, top + 90)
    choose(page, encode(picture(5, size=size, box=place, width=10)), "five.png")
    expect(page.locator("#digit")).to_have_text("5")
    pad, box = page.locator("#pad").bounding_box(), boxes(page).bounding_box()
    assert pad
    assert box
    scale = min(pad["width"] / size[0], pad["height"] / size[1])  # the whole picture is seen
    across = (box["x"] + box["width"] / 2 - pad["x"] - pad["width"] / 2) / scale
    down = (box["y"] + box["height"] / 2 - pad["y"] - pad["height"] / 2) / scale
    assert (across, down) == pytest.approx((left + 30 - size[0] / 2, top + 45 - size[1] / 2), abs=6)


def test_each_box_has_its_digit_beside_it(page: Page) -> None:
    write_42(page)
    assert labels(page) == ["4", "2"]


def test_a_digit_tells_its_confidence_when_it_is_pointed_at(page: Page) -> None:
    write_42(page)
    four, two = boxes(page).all()
    for box, digit in ((four, 4), (two, 2)):
        place = box.bounding_box()
        assert place
        page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
        expect(box).to_have_class(re.compile(r"\bon\b"))
        assert [label.endswith("%") for label in labels(page)] == [box == four, box == two]
        expect(page.locator("#bars .best b")).to_have_text(str(digit))
        expect(page.locator("#sentence")).to_contain_text(f"The {digit}:")
    page.mouse.move(5, 5)
    assert labels(page) == ["4", "2"]
    expect(page.locator("#sentence")).not_to_contain_text("The")


# The row.


def expect_chosen(page: Page, index: int, digit: int, percent: str) -> None:
    expect(row(page).nth(index)).to_be_checked()
    expect(page.get_by_role("radio", name=f"{digit}, {percent} sure")).to_be_checked()
    assert labels(page)[index] == f"{digit}\u00a0·\u00a0{percent}"
    expect(page.locator("#bars .best")).to_have_text(f"{digit}{percent}")
    expect(page.locator("#frame")).to_have_attribute("src", f"{FRAME}#{index}")
    expect(page.locator("#why summary")).to_have_text(f"Why {digit}?")
    expect(page.locator("#sentence")).to_contain_text(f"The {digit}:")


def test_a_digit_is_chosen_by_tab_and_arrow_keys(page: Page) -> None:
    answer_with(page, [(4, 0.987), (2, 0.955)], [(7, 0.99)])
    draw(page, 4)
    expect(row(page)).to_have_count(3)
    page.locator("#width").focus()
    page.keyboard.press("Tab")
    expect_chosen(page, 0, 4, "98.7%")
    page.keyboard.press("ArrowRight")
    expect_chosen(page, 1, 2, "95.5%")
    page.keyboard.press("ArrowDown")
    expect_chosen(page, 2, 7, "99.0%")
    page.keyboard.press("ArrowLeft")
    expect_chosen(page, 1, 2, "95.5%")


def test_a_digit_is_chosen_by_a_click(page: Page) -> None:
    answer_with(page, [(4, 0.987), (2, 0.955)])
    draw(page, 4)
    row(page).nth(1).click()
    expect_chosen(page, 1, 2, "95.5%")


def test_a_digit_is_chosen_by_a_tap(open_page: Open) -> None:
    page = open_page(viewport=WINDOWS["phone"], has_touch=True, is_mobile=True)
    answer_with(page, [(4, 0.987), (2, 0.955)])
    draw(page, 4)
    row(page).first.tap()
    expect_chosen(page, 0, 4, "98.7%")


def test_one_digit_needs_no_row(page: Page) -> None:
    draw(page, 5)
    expect(boxes(page)).to_have_count(1)
    expect(page.locator("#digits")).to_be_hidden()
    expect(page.locator("#copies")).to_be_hidden()


@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
@pytest.mark.parametrize("lines", [[40], [8] * 30], ids=["a long line", "many lines"])
def test_a_long_text_covers_nothing(
    open_page: Open, window: ViewportSize, lines: list[int]
) -> None:
    page = open_page(viewport=window)
    answer_with(page, *[[(i % 10, 0.99) for i in range(count)] for count in lines])
    draw(page, 4)
    expect(row(page)).to_have_count(sum(lines))
    number = page.locator("#digit").bounding_box()
    others = [page.locator(other).bounding_box() for other in ("#sentence", "#pad", "#digits")]
    assert number
    for other in others:
        assert other
        apart = (
            number["y"] + number["height"] <= other["y"] + 1
            or number["x"] >= other["x"] + other["width"]
            or number["y"] >= other["y"] + other["height"]
        )
        assert apart
    assert page.evaluate("document.documentElement.scrollWidth") == window["width"]


def test_many_lines_are_scrolled_and_selected_as_text(page: Page) -> None:
    lines = [[((line + i) % 10, 0.99) for i in range(6)] for line in range(30)]
    answer_with(page, *lines)
    draw(page, 4)
    expect(row(page)).to_have_count(180)
    number = page.locator("#digit")
    assert number.evaluate("(text) => text.scrollHeight > text.clientHeight")
    assert number.evaluate("(text) => parseFloat(getComputedStyle(text).fontSize)") >= 16
    expect(number).to_have_attribute("tabindex", "0")
    number.evaluate("(text) => getSelection().selectAllChildren(text)")
    selected = page.evaluate("getSelection().toString()")
    assert selected.split() == ["".join(str(digit) for digit, _ in line) for line in lines]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_bars_are_first_about_the_most_prominent_digit(page: Page) -> None:
    answer_with(page, [(4, 0.99), (2, 0.99)], [(7, 0.96)])
    draw(page, 4)
    expect(page.locator("#bars .best")).to_have_text("796.0%")
    expect(page.locator("#digit .about")).to_have_text("7")


def test_the_pen_draws_over_a_box(page: Page) -> None:
    write_42(page)
    before = ink(page)
    place = boxes(page).first.bounding_box()
    assert place
    y = place["y"] + place["height"] / 4  # where the 4 has least ink
    page.mouse.move(place["x"] + 4, y)
    page.mouse.down()
    page.mouse.move(place["x"] + place["width"] - 4, y, steps=8)
    expect(boxes(page)).to_have_count(0)
    page.mouse.up()
    assert ink(page) > before + 0.005


def test_boxes_go_with_their_drawing(page: Page) -> None:
    write_42(page)
    page.keyboard.press("Control+z")
    expect(boxes(page)).to_have_count(1)
    page.keyboard.press("Escape")
    expect(boxes(page)).to_have_count(0)


def test_who_had_a_digit_of_the_row_in_focus_goes_on_at_the_pad(page: Page) -> None:
    write_42(page)
    row(page).first.focus()
    page.keyboard.press("Escape")
    expect(page.locator("#digit")).to_be_empty()
    expect(page.locator("#pad")).to_be_focused()


# What is kept of a number.


def test_a_number_is_kept_in_the_history(page: Page) -> None:
    answer_with(page, [(4, 0.99), (2, 0.99)], [(7, 0.99)])
    draw(page, 4)
    expect(boxes(page)).to_have_count(3)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="42 7, show this drawing again")).to_be_visible()


# While a stroke goes on, and a moment after.


def test_nothing_is_sure_before_the_pen_has_rested(page: Page) -> None:
    answer_with(page, [(1, 0.999)])
    draw_on(page, *on_pad(page, 1))
    expect(page.locator("#digit")).to_have_text("1")
    expect(page.locator("#sentence")).to_have_text("So far · 99.9%")
    expect(boxes(page)).to_have_count(0)
    page.wait_for_timeout(400)  # a pause of the pen is no end
    expect(page.locator("#sentence")).to_have_text("So far · 99.9%")
    page.mouse.up()
    page.wait_for_timeout(400)
    expect(page.locator("#sentence")).to_have_text("So far · 99.9%")
    expect(page.locator("#sentence")).to_have_text("Sure · 99.9%")
    expect(boxes(page)).to_have_count(1)


def test_what_is_cleared_before_the_pen_has_rested_stays_cleared(page: Page) -> None:
    draw(page, 5)
    expect(page.locator("#digit")).to_have_text("5")
    page.keyboard.press("Escape")
    page.wait_for_timeout(1200)
    expect(page.locator("#digit")).to_be_empty()
    expect(boxes(page)).to_have_count(0)
    expect(page.get_by_role("list", name="Earlier drawings")).to_have_text("5")


def test_a_picture_needs_no_rest(page: Page) -> None:
    answer_with(page, [(1, 0.999)])
    page.clock.install()  # no time goes by
    with page.expect_response("**/predict"):
        page.get_by_role("button", name="Example 1").click()
        page.clock.run_for(200)
    expect(page.locator("#sentence")).to_have_text("Sure · 99.9%")


def test_what_was_sure_is_not_when_the_next_stroke_begins(page: Page) -> None:
    answer_with(page, [(1, 0.999)])
    draw(page, 1)
    expect(page.locator("#sentence")).to_have_text("Sure · 99.9%")
    held: list[Route] = []
    page.route("**/predict", lambda route: held.append(route))  # noqa: PLW0108
    draw_on(page, *on_pad(page, 1))
    sentence = page.locator("#sentence").text_content() or ""
    assert sentence == "So far\u00a0·\u00a099.9%"
    grey, accent = page.evaluate("""() => ["--quiet", "--accent"].map((name) => {
        const probe = document.createElement("i");
        probe.style.color = `var(${name})`;
        document.body.append(probe);
        return getComputedStyle(probe).color;
    })""")
    colour = page.locator("#digit").evaluate("(digit) => getComputedStyle(digit).color")
    assert colour == grey != accent
    page.mouse.up()


# No digit.


def test_a_scribble_is_said_to_be_no_digit(page: Page) -> None:
    page.route("**/predict", lambda route: route.fulfill(status=422, json=NO_DIGIT))
    draw(page, 3)
    expect(page.locator("#sentence")).to_have_text(NONE)
    expect(page.locator("#digit")).to_be_empty()
    expect(page.get_by_role("alert")).to_be_hidden()
    expect(page.get_by_role("status")).to_have_text(NONE)
    expect(page.locator("#wrong")).to_be_hidden()
    expect(boxes(page)).to_have_count(0)
    page.unroute("**/predict")
    page.keyboard.press("Escape")
    expect(page.locator("#sentence")).to_be_empty()
    draw(page, 3)
    expect(page.locator("#digit")).to_have_text("3")


def test_a_begun_stroke_is_not_yet_said_to_be_no_digit(page: Page) -> None:
    page.route("**/predict", lambda route: route.fulfill(status=422, json=NO_DIGIT))
    draw_on(page, *on_pad(page, 1))
    expect(page.locator("#sentence")).to_have_text("No digit so far")
    expect(page.get_by_role("status")).to_be_empty()
    page.mouse.up()
    expect(page.locator("#sentence")).to_have_text(NONE)


def test_a_picture_without_a_digit_is_said_to_have_none(page: Page) -> None:
    choose(page, encode(picture(5, ink="white")), "blank.png")
    expect(page.locator("#sentence")).to_have_text(NONE)
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_dash_is_no_digit(page: Page) -> None:
    dash = with_lines(picture(5, ink="white"), [(60, 140), (220, 140)], width=10)
    choose(page, encode(dash), "dash.png")
    expect(page.locator("#sentence")).to_have_text(NONE)


# The pad.


@pytest.mark.parametrize(
    ("window", "least", "most"),
    [("computer", 1.8, 2.02), ("phone", 0.98, 1.02), ("phone on its side", 1.8, 2.02)],
)
def test_the_pad_is_as_wide_as_the_window_lets_it_be(
    open_page: Open, window: str, least: float, most: float
) -> None:
    page = open_page(viewport=WINDOWS[window])
    pad = page.locator("#pad").bounding_box()
    assert pad
    assert least <= pad["width"] / pad["height"] <= most
    assert pad["height"] >= 280
    assert pad["x"] >= 0
    assert pad["x"] + pad["width"] <= WINDOWS[window]["width"]
    assert pad["y"] + pad["height"] <= WINDOWS[window]["height"]
    if window == "phone":
        assert pad["width"] >= 0.9 * WINDOWS[window]["width"]


def test_the_pad_grows_with_the_window(page: Page) -> None:
    widths = []
    for width in (320, 600, 900, 1200, 1500, 1920, 2560, 3840):
        page.set_viewport_size(ViewportSize(width=width, height=max(900, width * 9 // 16)))
        pad = page.locator("#pad").bounding_box()
        assert pad
        widths.append(pad["width"])
    assert widths[0] < widths[1]
    assert widths[2:] == sorted(widths[2:])
    assert widths[-1] > 1800


@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
def test_the_pen_is_round_at_every_shape_of_the_pad(open_page: Open, window: ViewportSize) -> None:
    page = open_page(viewport=window)
    page.get_by_label("Pen").fill("12")
    page.locator("#pad").click()
    ink(page)
    size = page.locator("#pad").evaluate("""(pad) => {
        const { data } = pad.getContext("2d").getImageData(0, 0, pad.width, pad.height);
        const places = [...Array(data.length / 4).keys()].filter((i) => data[i * 4 + 3] > 127);
        const xs = places.map((i) => i % pad.width);
        const ys = places.map((i) => Math.floor(i / pad.width));
        const spread = (values) => Math.max(...values) - Math.min(...values) + 1;
        return [spread(xs) / pad.height, spread(ys) / pad.height];
    }""")
    assert size == pytest.approx([0.12, 0.12], abs=0.006)


def test_a_wide_drawing_is_seen_and_read_whole_on_a_narrow_pad(page: Page) -> None:
    page.set_viewport_size(WINDOWS["computer"])
    draw_number(page, "4821")
    expect(page.locator("#digit")).to_have_text("4821")
    wide = ink(page)
    ratio = page.locator("#pad").evaluate("(pad) => pad.width / pad.height")
    page.set_viewport_size(WINDOWS["phone"])
    page.wait_for_function("() => document.getElementById('pad').height < 400")
    assert ink(page) == pytest.approx(wide / ratio**2, rel=0.04)
    draw(page, 7, (-0.15, 0.22, 0.25, 0.25))  # below the number, which is small now
    expect(page.locator("#digit")).to_have_text("4821 7")
    page.set_viewport_size(WINDOWS["computer"])
    page.keyboard.press("Control+z")
    expect(page.locator("#digit")).to_have_text("4821")
    assert ink(page) == pytest.approx(wide, rel=0.04)
