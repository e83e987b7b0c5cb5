"""Takes the pictures of the page: python -m tests.screenshot. Look at them before they go in."""

from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.browser import chromium, draw_number
from tests.server import ROOT, serve

DOCS = ROOT / "docs"
STATIC = ROOT / "static"
ICON = 180  # px, as a phone's home screen wants it

# File, what is drawn, and the window, in CSS pixels.
WINDOWS: list[tuple[Any, str, dict[str, Any]]] = [
    (DOCS / "page.png", "4821", {"viewport": {"width": 1120, "height": 760}}),
    (
        DOCS / "dark.png",
        "305",
        {"viewport": {"width": 1120, "height": 760}, "color_scheme": "dark"},
    ),
    (
        DOCS / "phone.png",
        "27",
        {
            "viewport": {"width": 390, "height": 844},
            "device_scale_factor": 2,
            "has_touch": True,
            "is_mobile": True,
        },
    ),
    (STATIC / "preview.png", "4821", {"viewport": {"width": 1200, "height": 630}}),
]


def show(page: Page, number: str, across: float) -> None:
    """Let the page read a number, and wait until nothing moves any more.

    `across` is the pad's width over its height.
    """
    draw_number(page, number, across)
    expect(page.locator("#digit")).to_have_text(number)
    page.mouse.move(0, 0)
    page.wait_for_function("() => document.getAnimations().length === 0")


def icon(browser: Browser) -> bytes:
    """Return the icon as a PNG, for phones that don't take SVG."""
    page = browser.new_page(viewport={"width": ICON, "height": ICON})
    svg = (STATIC / "icon.svg").read_text().replace("<svg ", f'<svg width="{ICON}" ', 1)
    page.set_content(f'<body style="margin: 0">{svg}')
    picture = page.screenshot(omit_background=True)
    page.close()
    return picture


def main() -> None:
    with serve() as address, chromium() as browser:
        (STATIC / "icon.png").write_bytes(icon(browser))
        for path, number, window in WINDOWS:
            page = browser.new_page(**window)
            page.goto(address)
            show(page, number, across=1.0 if "is_mobile" in window else 1.8)
            page.screenshot(path=path)
            page.close()


if __name__ == "__main__":
    main()
