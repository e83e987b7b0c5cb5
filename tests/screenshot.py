"""Takes the README's picture of the page: python -m tests.screenshot docs/page.png."""

import sys

from playwright.sync_api import ViewportSize, expect

from tests.browser import chromium, draw
from tests.server import serve

DIGIT = 5
VIEW = ViewportSize(width=400, height=680)  # CSS pixels, about a telephone's


def main(path: str) -> None:
    with serve() as address, chromium() as browser:
        page = browser.new_page(viewport=VIEW, device_scale_factor=2)
        page.goto(address)
        draw(page, DIGIT)
        expect(page.locator("#digit")).to_have_text(str(DIGIT))
        page.screenshot(path=path)


if __name__ == "__main__":
    main(sys.argv[1])
