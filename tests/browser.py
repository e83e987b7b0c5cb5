"""The system's Chromium, driven by Playwright, and digits drawn in it with the mouse."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

from tests.strokes import STROKES

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
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
# Where a digit goes, as parts of the pad: left, top, width, height.
BOX = (0.27, 0.16, 0.46, 0.68)


def find_chromium() -> str | None:
    """Return the path of the first Chromium on PATH."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield a running browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


def draw(page: Page, digit: int) -> None:
    """Draw `digit` on the page's pad, as one writes it."""
    pad = page.locator("#pad").bounding_box()
    assert pad
    left, top, width, height = BOX
    for stroke in STROKES[digit]:
        points = [
            (
                pad["x"] + pad["width"] * (left + x * width),
                pad["y"] + pad["height"] * (top + y * height),
            )
            for x, y in stroke
        ]
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point)
        page.mouse.up()
