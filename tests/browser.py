"""The system's browsers, driven by Playwright, and digits drawn in them by every means."""

import math
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

from playwright.sync_api import Browser, Page, Playwright

from tests.strokes import STROKES, Point, Stroke

CHROMIUM = (
    "chromium-headless-shell",  # makes no windows, so it opens a page in a third of the time
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
)
FIREFOX = ("firefox-esr", "firefox")
ARGUMENTS = [
    "--no-sandbox",  # Chromium refuses to run as root with it
    "--disable-gpu",
    # Nothing leaves this machine.
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Left, top, width, height, in parts of the pad's height; the origin is the pad's middle.
Box = tuple[float, float, float, float]
# Where a digit goes.
BOX = (-0.23, -0.34, 0.46, 0.68)
# Of that box, between two points of a stroke: each point is a move that the browser is waited for.
LEAST, MOST = 0.1, 0.15
KEY_STEPS = 40  # presses of an arrow key from the pad's top to its bottom


def find(names: tuple[str, ...]) -> str | None:
    """Return the path of the first of the programs on PATH."""
    return next((path for name in names if (path := shutil.which(name))), None)


@contextmanager
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Yield a running Chromium."""
    browser = playwright.chromium.launch(executable_path=find(CHROMIUM), args=ARGUMENTS)
    yield browser
    browser.close()


@contextmanager
def firefox(playwright: Playwright) -> Iterator[Browser]:
    """Yield a running Firefox, driven through WebDriver BiDi: it need not be Playwright's own."""
    browser = playwright.firefox.launch(executable_path=find(FIREFOX), channel="moz-firefox")
    yield browser
    browser.close()


def cells(count: int, across: float, height: float) -> list[Box]:
    """Return where the digits of a number go that is `across` wide: beside each other."""
    step = across / count
    width = 0.68 * min(step, height)
    return [
        (step * (i + 0.5) - across / 2 - width / 2, -height / 2, width, height)
        for i in range(count)
    ]


def places(digit: int, box: Box = BOX) -> list[Stroke]:
    """Return the strokes of `digit`, its points close together."""
    left, top, width, height = box
    return [
        [(left + x * width, top + y * height) for x, y in dense(sparse(stroke, LEAST), MOST)]
        for stroke in STROKES[digit]
    ]


def sparse(stroke: Stroke, least: float) -> Stroke:
    """Return the stroke without the points that are nearer than `least` to the one before."""
    points = stroke[:1]
    for point in stroke[1:-1]:
        if math.dist(point, points[-1]) >= least:
            points.append(point)
    return [*points, stroke[-1]]


def dense(stroke: Stroke, most: float) -> Stroke:
    """Return the stroke with its points at most `most` apart, in its own unit."""
    points = stroke[:1]
    for (x, y), (to_x, to_y) in pairwise(stroke):
        steps = max(1, math.ceil(math.hypot(to_x - x, to_y - y) / most))
        points += [
            (x + (to_x - x) * i / steps, y + (to_y - y) * i / steps) for i in range(1, steps + 1)
        ]
    return points


def on_pad(page: Page, digit: int, box: Box = BOX) -> list[Stroke]:
    """Return the strokes of `digit` in the window's coordinates, px."""
    return pad_strokes(page, places(digit, box))


def pad_strokes(page: Page, strokes: list[Stroke]) -> list[Stroke]:
    """Return strokes, in parts of the pad's height from its middle, in the window's px."""
    page.locator("#pad").scroll_into_view_if_needed()
    pad = page.locator("#pad").bounding_box()
    assert pad
    middle_x, middle_y = pad["x"] + pad["width"] / 2, pad["y"] + pad["height"] / 2
    return [
        [(middle_x + x * pad["height"], middle_y + y * pad["height"]) for x, y in stroke]
        for stroke in strokes
    ]


def draw(page: Page, digit: int, box: Box = BOX) -> None:
    """Draw `digit` with the mouse, as one writes it."""
    trace(page, on_pad(page, digit, box))


def trace(page: Page, strokes: list[Stroke]) -> None:
    """Draw strokes, in the window's px, with the mouse."""
    for stroke in strokes:
        draw_on(page, stroke)
        page.mouse.up()


def draw_on(page: Page, stroke: Stroke) -> None:
    """Draw a stroke with the mouse, whose button stays down."""
    page.mouse.move(*stroke[0])
    page.mouse.down()
    for point in stroke[1:]:
        page.mouse.move(*point)


def draw_number(page: Page, number: str, across: float = 1.8, height: float = 0.5) -> None:
    """Draw all digits of `number` beside each other with the mouse."""
    for digit, box in zip(number, cells(len(number), across, height), strict=True):
        draw(page, int(digit), box)


def draw_with_finger(page: Page, digit: int, box: Box = BOX) -> None:
    """Draw `digit` on a touch screen."""
    trace_with_finger(page, on_pad(page, digit, box))


def trace_with_finger(page: Page, strokes: list[Stroke]) -> None:
    """Draw strokes, in the window's px, on a touch screen."""
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *points: Point) -> None:
        touched = [{"x": x, "y": y} for x, y in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touched})

    for stroke in strokes:
        touch("touchStart", stroke[0])
        for point in stroke[1:]:
            touch("touchMove", point)
        touch("touchEnd")


def draw_with_pen(page: Page, points: Stroke, pressure: float) -> None:
    """Draw one stroke with a stylus; `points` in px, `pressure` in 0..1."""
    pen = page.context.new_cdp_session(page)
    kinds = ["mousePressed", *["mouseMoved"] * (len(points) - 1), "mouseReleased"]
    for kind, (x, y) in zip(kinds, [*points, points[-1]], strict=True):
        event = {"type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1}
        pen.send("Input.dispatchMouseEvent", {**event, "pointerType": "pen", "force": pressure})


def draw_with_keys(page: Page, digit: int) -> None:
    """Draw `digit` with arrow keys and Space, from where a fresh pad has its cursor."""
    page.locator("#pad").focus()
    column = row = 0  # from the middle
    for stroke in places(digit):
        for i, (x, y) in enumerate(stroke):
            to_column, to_row = round(x * KEY_STEPS), round(y * KEY_STEPS)
            while (column, row) != (to_column, to_row):
                if abs(to_column - column) > abs(to_row - row):
                    page.keyboard.press("ArrowRight" if to_column > column else "ArrowLeft")
                    column += 1 if to_column > column else -1
                else:
                    page.keyboard.press("ArrowDown" if to_row > row else "ArrowUp")
                    row += 1 if to_row > row else -1
            if i == 0:
                page.keyboard.press("Space")
        page.keyboard.press("Space")
