"""Drawing on the pad: by mouse, finger, pen and keys; undoing it; at every size and density."""

from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser import draw, draw_with_finger, draw_with_keys, draw_with_pen, on_pad
from tests.page.actions import PHONE, expect_digit, ink
from tests.page.conftest import Open

pytestmark = pytest.mark.needs_chromium

# Whether the pad's pixels are the screen's.
IS_SHARP = """(pad) => {
    const { width, height } = pad.getBoundingClientRect();
    return Math.abs(pad.width - width * devicePixelRatio) <= 0.5
        && Math.abs(pad.height - height * devicePixelRatio) <= 0.5;
}"""
# As browsers do that keep pages from telling one machine from another by its canvas.
NOISE = """
const read = HTMLCanvasElement.prototype.toDataURL;
HTMLCanvasElement.prototype.toDataURL = function (...options) {
    const copy = document.createElement("canvas");
    [copy.width, copy.height] = [this.width, this.height];
    const context = copy.getContext("2d");
    context.drawImage(this, 0, 0);
    const pixels = context.getImageData(0, 0, copy.width, copy.height);
    for (let i = 0; i < pixels.data.length; i++) {
        if (i % 4 < 3) pixels.data[i] += Math.floor(Math.random() * 17) - 8;
    }
    context.putImageData(pixels, 0, 0);
    window.readings = (window.readings ?? 0) + 1;
    return read.apply(copy, options);
};
"""


def test_a_digit_drawn_with_a_finger_is_read(open_page: Open) -> None:
    page = open_page(**PHONE)
    draw_with_finger(page, 2)
    expect_digit(page, 2)
    assert page.evaluate("scrollY") == 0  # the finger drew; it did not scroll


@pytest.mark.parametrize("digit", [2, 4, 7])  # 4 is two strokes
def test_a_digit_drawn_with_the_keyboard_is_read(page: Page, digit: int) -> None:
    draw_with_keys(page, digit)
    expect_digit(page, digit)


def test_a_pen_that_is_pressed_harder_draws_wider(page: Page) -> None:
    [line] = on_pad(page, 1)
    shares = []
    for pressure in (0.1, 0.5, 1):
        draw_with_pen(page, line, pressure)
        shares.append(ink(page))
        expect_digit(page, 1)
        page.keyboard.press("Escape")
    light, middle, hard = shares
    assert light * 1.3 < middle < hard / 1.2


def test_the_pen_is_as_wide_as_the_slider_says(page: Page) -> None:
    shares = []
    for width in ("3", "12"):
        page.get_by_label("Pen").fill(width)
        draw(page, 1)
        shares.append(ink(page))
        page.keyboard.press("Escape")
    assert shares[1] / shares[0] == pytest.approx(4, rel=0.15)


def test_a_tap_is_a_round_dot(page: Page) -> None:
    page.get_by_label("Pen").fill("10")
    page.locator("#pad").click()
    assert ink(page) == pytest.approx(3.1416 * 0.05**2, rel=0.1)


def test_moves_between_two_frames_of_the_screen_are_drawn_too(open_page: Open) -> None:
    # The browser hands out a detour that it had kept back from the event itself.
    page = open_page(
        script="""
        PointerEvent.prototype.getCoalescedEvents = function () {
            const detour = { clientX: this.clientX + 150, clientY: this.clientY };
            return [new PointerEvent("pointermove", detour), this];
        };"""
    )
    [line] = on_pad(page, 1)
    page.mouse.move(*line[0])
    page.mouse.down()
    before = ink(page)
    page.mouse.move(line[0][0], line[0][1] + 2)
    assert ink(page) > 5 * before


def test_a_stroke_bends_where_the_pen_was_seen_to_turn(page: Page) -> None:
    # The corner of a right angle, seen at three places only, is rounded off.
    pad = page.locator("#pad")
    box = pad.bounding_box()
    assert box
    page.get_by_label("Pen").fill("3")
    corner = (box["x"] + box["width"] * 0.8, box["y"] + box["height"] * 0.2)
    page.mouse.move(box["x"] + box["width"] * 0.2, corner[1])
    page.mouse.down()
    page.mouse.move(*corner)
    page.mouse.move(corner[0], box["y"] + box["height"] * 0.8)
    page.mouse.up()
    ink(page)
    alpha = """(pad, [x, y]) =>
        pad.getContext("2d").getImageData(pad.width * x, pad.height * y, 1, 1).data[3]"""
    assert pad.evaluate(alpha, [0.8, 0.2]) == 0
    assert pad.evaluate(alpha, [0.725, 0.275]) == 255


def test_a_stroke_goes_on_when_it_leaves_the_pad_and_comes_back(page: Page) -> None:
    pad = page.locator("#pad").bounding_box()
    assert pad
    y = pad["y"] + pad["height"] / 2
    page.mouse.move(pad["x"] + pad["width"] - 20, y)
    page.mouse.down()
    page.mouse.move(pad["x"] + pad["width"] + 30, y)
    page.mouse.move(pad["x"] + 20, y)
    page.mouse.up()
    assert ink(page) > 0.04


def test_a_second_finger_draws_nothing(open_page: Open) -> None:
    page = open_page(**PHONE)
    [line] = on_pad(page, 1)
    (x, top), (_, bottom) = line[0], line[-1]
    fingers = page.context.new_cdp_session(page)

    def touch(kind: str, *points: dict[str, Any]) -> None:
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    touch("touchStart", {"x": x, "y": top, "id": 0})
    touch("touchStart", {"x": x, "y": top, "id": 0}, {"x": x + 80, "y": top, "id": 1})
    touch("touchMove", {"x": x, "y": top, "id": 0}, {"x": x + 80, "y": bottom, "id": 1})
    touch("touchEnd")
    assert ink(page) < 0.01


def test_two_arrow_keys_together_draw_a_slanting_line(page: Page) -> None:
    page.locator("#pad").focus()
    page.keyboard.press("Space")
    page.keyboard.down("ArrowRight")
    for _ in range(10):
        page.keyboard.down("ArrowDown")
    page.keyboard.up("ArrowDown")
    page.keyboard.up("ArrowRight")
    cursor, pad = page.locator("#cursor").bounding_box(), page.locator("#pad").bounding_box()
    assert cursor
    assert pad
    across = cursor["x"] + cursor["width"] / 2 - pad["x"] - pad["width"] / 2
    down = cursor["y"] + cursor["height"] / 2 - pad["y"] - pad["height"] / 2
    place = across / pad["height"], down / pad["height"]
    assert place == pytest.approx((11 / 40, 10 / 40), abs=0.001)


# Undo, redo, clear.


def test_undo_and_redo_take_back_and_give_back_a_stroke_by_button(page: Page) -> None:
    undo, redo = page.get_by_role("button", name="Undo"), page.get_by_role("button", name="Redo")
    expect(undo).to_be_disabled()
    draw(page, 1)
    expect_digit(page, 1)
    one = ink(page)
    draw(page, 7)
    both = ink(page)
    undo.click()
    assert ink(page) == one
    expect_digit(page, 1)
    redo.click()
    assert ink(page) == both
    expect(redo).to_be_disabled()


def test_undo_redo_and_clear_by_key(page: Page) -> None:
    draw(page, 4)
    expect_digit(page, 4)
    whole = ink(page)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    assert ink(page) == 0
    page.keyboard.press("Control+Shift+z")
    page.keyboard.press("Control+Shift+Z")
    assert ink(page) == whole
    page.keyboard.press("Escape")
    assert ink(page) == 0
    expect(page.locator("#digit")).to_be_empty()
    page.keyboard.press("Control+z")
    assert ink(page) == whole
    expect_digit(page, 4)


def test_clear_empties_the_pad_and_the_answer(page: Page) -> None:
    draw(page, 8)
    expect_digit(page, 8)
    page.get_by_role("button", name="Clear").click()
    assert ink(page) == 0
    expect(page.locator("#digit")).to_be_empty()
    expect(page.locator("#sentence")).to_be_empty()
    expect(page.locator("#frame")).not_to_have_attribute("src", "")
    assert page.locator("#bars .best").count() == 0


def test_clear_in_the_middle_of_a_stroke_ends_it(page: Page) -> None:
    [line] = on_pad(page, 1)
    page.mouse.move(*line[0])
    page.mouse.down()
    page.mouse.move(*line[3])
    page.keyboard.press("Escape")
    page.mouse.move(*line[-1])
    page.mouse.up()
    assert ink(page) == 0
    draw(page, 3)
    expect_digit(page, 3)


# Sizes, colours, densities.


@pytest.mark.parametrize("density", [1, 1.5, 3])
def test_the_pad_is_as_sharp_as_the_screen(open_page: Open, density: float) -> None:
    page = open_page(device_scale_factor=density)
    assert page.locator("#pad").evaluate(IS_SHARP)
    draw(page, 6)
    expect_digit(page, 6)


def test_a_drawing_stays_when_the_phone_is_turned(open_page: Open) -> None:
    page = open_page(**{**PHONE, "device_scale_factor": 3})
    draw_with_finger(page, 5)
    expect_digit(page, 5)
    upright = ink(page)
    for width, height in [(844, 390), (390, 844), (1280, 800)]:
        page.set_viewport_size(ViewportSize(width=width, height=height))
        page.wait_for_function(
            IS_SHARP.replace("(pad) =>", "() =>").replace(
                "{", "{ const pad = document.getElementById('pad');", 1
            )
        )
        assert ink(page) == pytest.approx(upright, rel=0.03)
    draw(page, 1)
    assert ink(page) > upright


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1920])
def test_nothing_scrolls_sideways(open_page: Open, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 640})
    for digit in (3, 5):  # with an answer, a history and a long curl line
        page.get_by_role("button", name=f"Example {digit}").click()
        expect_digit(page, digit)
    page.locator("#wrong summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    draw(page, 2)


def test_a_digit_drawn_on_the_smallest_phone_is_read(open_page: Open) -> None:
    page = open_page(viewport={"width": 320, "height": 568}, has_touch=True, is_mobile=True)
    page.locator("#pad").scroll_into_view_if_needed()
    draw_with_finger(page, 2)
    expect_digit(page, 2)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_digit_is_seen_and_read_in_light_and_dark(open_page: Open, scheme: Any) -> None:
    page = open_page(color_scheme=scheme)
    draw(page, 9)
    expect_digit(page, 9)
    ink(page)
    colours = page.locator("#pad").evaluate("""(pad) => {
        const { data } = pad.getContext("2d").getImageData(0, 0, pad.width, pad.height);
        const inked = data.findIndex((value, i) => i % 4 === 3 && value === 255) - 3;
        return [data[inked], parseInt(getComputedStyle(pad).backgroundColor.slice(4))];
    }""")
    assert (colours[0] < colours[1]) == (scheme == "light")
    assert abs(colours[0] - colours[1]) > 180


def test_the_drawing_changes_its_colour_with_the_scheme(page: Page) -> None:
    draw(page, 1)
    before = page.locator("#pad").screenshot()
    page.emulate_media(color_scheme="dark")
    ink(page)
    assert page.locator("#pad").screenshot() != before
    red = """(pad) => pad.getContext("2d")
        .getImageData(pad.width / 2, pad.height / 2, 1, 1).data[0]"""
    assert page.locator("#pad").evaluate(red) > 200


def test_a_drawing_made_in_the_dark_is_printed_dark_on_light(open_page: Open) -> None:
    page = open_page(color_scheme="dark")
    draw(page, 7)
    expect_digit(page, 7)
    page.evaluate("requestAnimationFrame = () => 1")  # printing waits for no frame of the screen
    # The browser tells the page of its new colours some time after it was told of them.
    page.evaluate("""() => {
        const dark = matchMedia("(prefers-color-scheme: dark)");
        window.told = new Promise((tell) => dark.addEventListener("change", () => tell()));
    }""")
    page.emulate_media(media="print", color_scheme="light")
    page.evaluate("told")
    brightness = page.locator("#pad").evaluate("""(canvas) => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        const inked = data.filter((_, i) => i % 4 === 0 && data[i + 3] === 255);
        return inked.reduce((sum, value) => sum + value, 0) / inked.length;
    }""")
    assert brightness < 50
    printed = page.locator("#bars .best i").evaluate(
        "(bar) => getComputedStyle(bar).printColorAdjust"
    )
    assert printed == "exact"


def test_nothing_moves_for_those_who_want_no_motion(open_page: Open) -> None:
    page = open_page(reduced_motion="reduce")
    draw(page, 5)
    expect_digit(page, 5)
    assert page.evaluate("document.getAnimations().length") == 0
    moving = """() => [...document.querySelectorAll("*")].filter((element) =>
        getComputedStyle(element).transitionDuration !== "0s"
        || getComputedStyle(element).animationName !== "none").length"""
    assert page.evaluate(moving) == 0


def test_digits_are_read_from_a_canvas_that_adds_noise(open_page: Open) -> None:
    page = open_page(script=NOISE)
    for digit in (0, 2, 4, 7, 8):
        draw(page, digit)
        expect_digit(page, digit)
        page.keyboard.press("Escape")
    assert page.evaluate("readings") >= 5
