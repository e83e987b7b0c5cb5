"""Takes the pictures of the page: python -m tests.screenshot. Look at them before they go in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import chromium, draw, draw_number
from tests.server import ROOT, serve
from tests.strokes import encode, row

DOCS = ROOT / "docs"
STATIC = ROOT / "static"
ICON = 180  # px, as a phone's home screen wants it

COMPUTER: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}


def digit(page: Page) -> None:
    """Draw one digit."""
    draw(page, 5)
    expect(page.locator("#wrong")).to_be_visible()


def number(page: Page) -> None:
    """Draw a number, and choose one of its digits."""
    draw_number(page, "4821")
    page.get_by_role("radio").nth(1).check()
    page.evaluate("document.activeElement.blur()")


def narrow_number(page: Page) -> None:
    draw_number(page, "27", across=1.0)
    expect(page.locator("#wrong")).to_be_visible()


def lines(page: Page) -> None:
    """Show a picture of many lines."""
    rows = [row("".join(str((7 * line + 3 * i) % 10) for i in range(8))) for line in range(5)]
    sheet = Image.new("RGB", (rows[0].width, 130 * len(rows)), "white")
    for i, line in enumerate(rows):
        sheet.paste(line, (0, 130 * i + 15))
    page.locator("#file").set_input_files(
        {"name": "lines.png", "mimeType": "image/png", "buffer": encode(sheet)}
    )
    expect(page.get_by_role("radio")).to_have_count(40)


def why(page: Page) -> None:
    """Draw a digit, and ask why it was read."""
    draw(page, 7)
    page.locator("#why summary").click()
    expect(page.locator("#why p")).to_contain_text("Speaks for 7")
    page.evaluate("document.activeElement.blur()")


# File, what is shown, and the window.
WINDOWS: list[tuple[Path, Callable[[Page], None], dict[str, Any]]] = [
    (DOCS / "page.png", number, COMPUTER),
    (DOCS / "dark.png", digit, {**COMPUTER, "color_scheme": "dark"}),
    (DOCS / "phone.png", narrow_number, PHONE),
    (DOCS / "lines.png", lines, COMPUTER),
    (DOCS / "why.png", why, {"viewport": {"width": 1280, "height": 900}}),
    (STATIC / "preview.png", number, {"viewport": {"width": 1200, "height": 630}}),
]


def icon(browser: Browser) -> bytes:
    """Return the icon as a PNG, for phones that don't take SVG."""
    page = browser.new_page(viewport={"width": ICON, "height": ICON})
    svg = (STATIC / "icon.svg").read_text().replace("<svg ", f'<svg width="{ICON}" ', 1)
    page.set_content(f'<body style="margin: 0">{svg}')
    picture = page.screenshot(omit_background=True)
    page.close()
    return picture


def main() -> None:
    with serve() as address, sync_playwright() as playwright, chromium(playwright) as browser:
        (STATIC / "icon.png").write_bytes(icon(browser))
        for path, show, window in WINDOWS:
            page = browser.new_page(**window)
            page.goto(address)
            show(page)
            page.mouse.move(0, 0)
            page.wait_for_function("() => document.getAnimations().length === 0")
            page.screenshot(path=path)
            page.close()


if __name__ == "__main__":
    main()
