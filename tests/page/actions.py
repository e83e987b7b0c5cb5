"""What the tests of several parts of the page do with it, and look at."""

from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.strokes import Corners

PHONE = {"viewport": ViewportSize(width=390, height=844), "has_touch": True, "is_mobile": True}
NONE = "No digit found. Write it large, in clear strokes."
FRAME = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
# How much of the pad is inked, in squares of its height.
INK = """(pad) => {
    const { data } = pad.getContext("2d").getImageData(0, 0, pad.width, pad.height);
    return data.filter((value, i) => i % 4 === 3 && value > 127).length / pad.height ** 2;
}"""


def ink(page: Page) -> float:
    """Return how much of the pad is inked, in squares of its height, once it is painted."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    share: float = page.locator("#pad").evaluate(INK)
    return share


def expect_digit(page: Page, digit: int) -> None:
    expect(page.locator("#digit")).to_have_text(str(digit))


def boxes(page: Page) -> Locator:
    return page.locator("#boxes div")


def extent(strokes: list[list[tuple[float, float]]], pen: float) -> Corners:
    """Return left, top, right and bottom of strokes that a pen has drawn, px."""
    xs, ys = zip(*(point for stroke in strokes for point in stroke), strict=True)
    return min(xs) - pen / 2, min(ys) - pen / 2, max(xs) + pen / 2, max(ys) + pen / 2


def choose(page: Page, content: bytes, name: str) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a picture").click()
    chooser.value.set_files({"name": name, "mimeType": "", "buffer": content})


def photograph(page: Page, content: bytes, name: str) -> None:
    page.locator("#photo").set_input_files({"name": name, "mimeType": "", "buffer": content})
