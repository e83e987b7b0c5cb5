"""Answers while drawing: one request at a time, and the last drawing has the last word."""

import base64
import json
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from digitrec import Recognizer
from tests.browser import draw, draw_on, on_pad
from tests.page.conftest import Open
from tests.server import serve

pytestmark = pytest.mark.needs_chromium

PAUSE = 120  # ms without a change, after which the page asks
QUIET = 1500  # ms: longer than the slowest answer and the pause before the last request

# What the page asks, how often it asks while it waits, and what it then shows.
RECORD = """
window.asked = [];
window.waiting = window.mostWaiting = 0;
const send = window.fetch;
window.fetch = async (address, options) => {
    asked.push(JSON.parse(options.body).image);
    mostWaiting = Math.max(mostWaiting, ++waiting);
    try { return await send(address, CHANGED); } finally { waiting -= 1; }
};
"""
RECORD_ABORTING = RECORD.replace("CHANGED", "options")
# A browser that doesn't abort: every answer comes, however late.
RECORD_DEAF = RECORD.replace("CHANGED", "{ ...options, signal: undefined }")

# How often the reader of a screen is told something, and what.
RECORD_SAID = """() => {
    window.told = [];
    const said = document.getElementById("said");
    new MutationObserver(() => told.push(said.textContent)).observe(said, { childList: true });
}"""


@pytest.fixture(scope="module")
def slow_server() -> Iterator[str]:
    with serve("tests.page.slow") as address:
        yield address


def scribble(page: Page, strokes: int) -> None:
    """Draw parts of digits as fast as the browser takes them, and clear the pad now and then."""
    first_strokes = [on_pad(page, digit)[0] for digit in range(10)]
    some = random.Random(5)
    for i in range(strokes):
        if i % 8 == 0:
            page.keyboard.press("Escape")
        stroke = some.choice(first_strokes)
        page.mouse.move(*stroke[0])
        page.mouse.down()
        for point in stroke[3::3]:
            page.mouse.move(*point)
        page.mouse.up()


@pytest.mark.parametrize(
    ("script", "strokes"), [(RECORD_ABORTING, 100), (RECORD_DEAF, 40)], ids=["aborting", "deaf"]
)
def test_after_many_fast_strokes_the_last_drawings_answer_stands(
    open_page: Open, slow_server: str, recognizer: Recognizer, script: str, strokes: int
) -> None:
    page = open_page(slow_server, script=script)
    since = page.evaluate("performance.now()")
    scribble(page, strokes)
    page.keyboard.press("Escape")
    draw(page, 3)
    page.wait_for_timeout(QUIET)
    expect(page.locator("#digit")).to_have_text("3")
    last: str = page.evaluate("asked.at(-1)")
    prediction = recognizer.recognize(base64.b64decode(last.partition(",")[2]))
    shown = page.locator("#bars li").nth(3).locator(".percent")
    assert shown.text_content() == f"{int(prediction.probabilities[3] * 1000) / 10:.1f}%"
    assert page.evaluate("mostWaiting") == 1
    # live, but not at every move
    took = page.evaluate("performance.now()") - since
    assert strokes / 20 < page.evaluate("asked.length") <= took / PAUSE + 1


def test_the_answer_changes_while_a_stroke_is_still_drawn(page: Page) -> None:
    [line] = on_pad(page, 1)
    draw_on(page, line)
    expect(page.locator("#digit")).to_have_text("1")
    page.mouse.move(line[-1][0] + 90, line[-1][1], steps=5)
    page.mouse.move(line[-1][0] + 90, line[0][1], steps=10)
    page.mouse.move(line[0][0], line[0][1], steps=5)
    expect(page.locator("#digit")).to_have_text("0")
    page.mouse.up()


def test_clear_forgets_an_answer_on_its_way(page: Page) -> None:
    held: list[Route] = []
    page.route("**/predict", lambda route: held.append(route))  # noqa: PLW0108 (Playwright needs a function)
    with page.expect_request("**/predict"):
        draw(page, 6)
    page.keyboard.press("Escape")
    held[0].continue_()
    page.wait_for_timeout(300)
    expect(page.locator("#digit")).to_be_empty()


def test_an_undone_stroke_has_no_answer_left(page: Page) -> None:
    draw(page, 1)
    expect(page.locator("#digit")).to_have_text("1")
    draw(page, 0)
    page.keyboard.press("Control+z")
    expect(page.locator("#digit")).to_have_text("1")
    page.wait_for_timeout(400)
    expect(page.locator("#digit")).to_have_text("1")


def answered(page: Page, probabilities: list[float]) -> None:
    """Let the server's next answers be this one."""
    digit = probabilities.index(max(probabilities))
    frame = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
    box = {"left": 100, "top": 50, "width": 80, "height": 180}
    answer = {"digit": digit, "probabilities": probabilities, "frame": frame}
    entry = {**answer, "confidence": max(probabilities), "box": box}
    whole = {**answer, "text": str(digit), "digits": [entry]}
    page.route("**/predict", lambda route: route.fulfill(json=whole))


@pytest.mark.parametrize(
    ("probabilities", "sentence"),
    [
        ([0, 0, 0, 0, 0, 0.9, 0, 0, 0.05, 0.05], "Sure · 90.0%"),
        ([0, 0, 0, 0, 0, 0.99999, 0, 0, 0, 0.00001], "Sure · 99.9%"),
        ([0, 0, 0, 0, 0, 0.6, 0, 0, 0.4, 0], "Probably · 60.0%"),
        ([0, 0, 0, 0, 0, 0.5, 0.1, 0, 0.4, 0], "Not sure · 50.0%"),
        ([0.07] * 5 + [0.37] + [0.07] * 4, "Not sure · 37.0%"),
        ([0.08] * 5 + [0.28] + [0.08] * 4, "No digit found. Write it large, in clear strokes."),
    ],
)
def test_the_confidence_is_said_in_words(
    page: Page, probabilities: list[float], sentence: str
) -> None:
    answered(page, probabilities)
    draw(page, 5)
    expect(page.locator("#sentence")).to_have_text(sentence)
    expect(page.locator("#digit")).to_have_text("" if sentence.startswith("No ") else "5")


def test_an_unsure_answer_is_small_and_grey_with_the_second_guess_beside_it(page: Page) -> None:
    look = (
        "(digit) => [parseFloat(getComputedStyle(digit).fontSize), getComputedStyle(digit).color]"
    )
    answered(page, [0, 0, 0, 0, 0, 0.95, 0, 0, 0.05, 0])
    draw(page, 5)
    expect(page.locator("#sentence")).to_contain_text("Sure")
    expect(page.locator("#other")).to_be_empty()
    sure, accent = page.locator("#digit").evaluate(look)
    page.keyboard.press("Escape")
    answered(page, [0, 0, 0, 0, 0, 0.5, 0.1, 0, 0.4, 0])
    draw(page, 5)
    expect(page.locator("#sentence")).to_contain_text("Not sure")
    expect(page.locator("#other")).to_have_text("or 8")
    unsure, grey = page.locator("#digit").evaluate(look)
    assert unsure < 0.7 * sure
    assert grey != accent


def test_the_ten_bars_are_as_high_as_the_probabilities(page: Page) -> None:
    probabilities = [0.01, 0.02, 0.03, 0.04, 0.05, 0.55, 0.06, 0.07, 0.08, 0.09]
    answered(page, probabilities)
    draw(page, 5)
    expect(page.locator("#bars .best")).to_have_text("555.0%")
    # the bar is a background; its motion is over when no animation runs
    page.wait_for_function("() => document.getAnimations().length === 0")
    sizes = page.locator("#bars i").evaluate_all(
        "(bars) => bars.map((bar) => getComputedStyle(bar).backgroundSize)"
    )
    heights = [size.split()[1].rstrip("%)").removeprefix("calc(") for size in sizes]
    assert [float(height) / 100 for height in heights] == pytest.approx(probabilities, abs=0.001)


def test_the_frame_is_shown_whole(page: Page) -> None:
    draw(page, 9)
    expect(page.locator("#frame")).to_be_visible()
    for picture in ("#frame", "#how img"):
        radius = page.locator(picture).evaluate("(image) => getComputedStyle(image).borderRadius")
        assert radius == "0px"  # a rounded corner would cut off a tail


def test_the_frame_is_what_the_network_saw(page: Page) -> None:
    with page.expect_response("**/predict") as answer:
        page.get_by_role("button", name="Example 5").click()
    frame = page.get_by_role("img", name="The digit in 28 by 28 pixels")
    expect(frame).to_have_attribute("src", answer.value.json()["frame"])
    assert frame.evaluate("(image) => [image.naturalWidth, image.naturalHeight]") == [28, 28]


def test_an_answer_is_announced_once_when_the_pen_has_rested(page: Page) -> None:
    page.evaluate(RECORD_SAID)
    strokes = on_pad(page, 7)
    page.mouse.move(*strokes[0][0])
    page.mouse.down()
    for point in strokes[0][1:]:
        page.mouse.move(*point)
    expect(page.locator("#digit")).to_have_text("7")
    assert page.evaluate("told") == []
    page.mouse.up()
    expect(page.get_by_role("status")).not_to_be_empty()
    page.wait_for_timeout(500)
    [said] = page.evaluate("told")
    assert re.fullmatch(r"7: \w+, \d+\.\d%", said)
    status = page.get_by_role("status")
    assert status.get_attribute("id") == "said"


def test_what_is_sent_is_small(page: Page) -> None:
    with page.expect_request("**/predict") as request:
        draw(page, 8)
    body = request.value.post_data or ""
    assert len(body) < 20_000
    assert json.loads(body)["include"] == ["text", "digits", "probabilities", "frame"]


def fulfil_never(page: Page) -> list[Any]:
    """Hold the server's answers back; return where they are held."""
    held: list[Any] = []
    page.route("**/predict", lambda route: held.append(route))  # noqa: PLW0108
    return held


def test_a_server_that_wakes_up_is_said_to(page: Page) -> None:
    page.evaluate(RECORD_SAID)
    draw(page, 1)
    expect(page.locator("#digit")).to_have_text("1")
    page.keyboard.press("Escape")
    draw(page, 1)
    held = fulfil_never(page)
    draw(page, 4)
    waking = "The server is waking up. This can take a few seconds."
    expect(page.locator("#sentence")).to_have_text(waking)
    expect(page.locator("#digit")).to_be_empty()  # it was the answer to an older drawing
    assert page.evaluate("told")[-1] == waking
    held[-1].continue_()
    expect(page.locator("#digit")).to_have_text("4")
    expect(page.locator("#sentence")).not_to_have_text(waking)
