"""The page for those who don't see it, or have no pointer: axe-core, and a walk by keyboard."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser import draw, draw_with_keys
from tests.page.conftest import Open

pytestmark = pytest.mark.needs_chromium


def expect_no_violation(page: Page) -> None:
    # what fades in has no contrast yet
    page.wait_for_function("() => document.getAnimations().length === 0")
    results = Axe().run(page)
    assert results.response["passes"]
    assert results.generate_report() == "Found 0 accessibility violations:\n"


def with_everything(page: Page) -> None:
    """Bring all that the page can show into sight: an answer, a history, the correction."""
    for digit in (3, 5):
        page.get_by_role("button", name=f"Example {digit}").click()
        expect(page.locator("#digit")).to_have_text(str(digit))
    page.locator("#wrong summary").click()


def with_an_error(page: Page) -> None:
    page.route("**/predict", lambda route: route.fulfill(status=500))
    draw(page, 1)
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


WINDOWS: dict[str, dict[str, Any]] = {
    "computer": {},
    "phone": {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True},
}
STATES = {"fresh": lambda _: None, "with results": with_everything, "with an error": with_an_error}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_axe_finds_no_violation(
    open_page: Open, state: Any, window: dict[str, Any], scheme: str
) -> None:
    page = open_page(color_scheme=scheme, failing=True, **window)
    state(page)
    expect_no_violation(page)


def test_axe_would_find_one(page: Page) -> None:
    page.locator("#clear").evaluate("(button) => button.replaceChildren()")
    assert Axe().run(page).violations_count > 0


NAMED = """() => {
    const element = document.activeElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    const name = element.ariaLabel ?? element.labels?.[0]?.textContent ?? element.textContent;
    return [name.trim(), outlineStyle !== "none" && parseFloat(outlineWidth) >= 2];
}"""


def test_tab_leads_through_everything_in_order_and_is_always_seen(page: Page) -> None:
    with_everything(page)
    page.evaluate("document.activeElement.blur()")
    page.evaluate("getSelection().removeAllRanges()")
    page.locator("h1").click()
    visited: list[str] = []
    while not visited or visited[-1] != "Copy":
        page.keyboard.press("Tab")
        name, outlined = page.evaluate(NAMED)
        assert outlined, name
        visited.append(name)
    assert visited == [
        "Drawing pad",
        "5, 99.9 % sure",
        "Undo",
        "Clear",
        "Pen",
        "That\u2019s wrong",
        *map(str, range(10)),
        "Choose a picture",
        *(f"Example {digit}" for digit in range(10)),
        "3, show this drawing again",
        "The API\u2019s description",
        "curl command",
        "Copy",
    ]


def test_all_is_done_by_keyboard_alone(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.locator("#pad")).to_be_focused()
    expect(page.locator("#cursor")).to_be_visible()
    draw_with_keys(page, 7)
    expect(page.locator("#digit")).to_have_text("7")
    box = page.get_by_role("list", name="Digits found").get_by_role("button")
    expect(box).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("#cursor")).to_be_hidden()
    expect(box).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # on Undo, of which nothing is left then
    expect(page.locator("#digit")).to_be_empty()
    expect(page.locator("#pad")).to_be_focused()
    page.keyboard.press("Control+Shift+z")
    expect(page.locator("#digit")).to_have_text("7")
    page.locator("#wrong summary").focus()
    page.keyboard.press("Enter")
    with page.expect_download() as download:
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "1-read-as-7.png"
    expect(page.locator("#wrong summary")).to_be_focused()


def test_escape_closes_the_correction_first_and_keeps_the_drawing(page: Page) -> None:
    draw(page, 7)
    summary = page.locator("#wrong summary")
    expect(summary).to_be_visible()
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#wrong")).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(page.locator("#wrong")).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()
    expect(page.locator("#digit")).to_have_text("7")
    page.keyboard.press("Escape")
    expect(page.locator("#digit")).to_be_empty()
    expect(page.locator("#pad")).to_be_focused()  # what had the focus is gone


def test_the_state_of_the_pen_is_announced(page: Page) -> None:
    page.locator("#pad").focus()
    status = page.get_by_role("status")
    page.keyboard.press("Space")
    expect(status).to_have_text("Pen down")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(status).not_to_have_text("Pen down")


def test_the_pen_is_lifted_when_the_pad_is_left(page: Page) -> None:
    pad, cursor = page.locator("#pad"), page.locator("#cursor")
    pad.focus()
    page.keyboard.press("Space")
    expect(cursor).to_have_class("down")
    page.keyboard.press("Tab")
    pad.focus()
    expect(cursor).not_to_have_class("down")


def test_arrow_keys_stay_on_the_pad(page: Page) -> None:
    page.set_viewport_size({"width": 800, "height": 400})
    page.locator("#pad").focus()
    before = page.evaluate("scrollY")
    for _ in range(60):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    assert page.evaluate("scrollY") == before
    assert page.locator("#cursor").evaluate("(cursor) => cursor.style.top") == "100%"


def test_every_target_is_large_enough_for_a_finger(open_page: Open) -> None:
    page = open_page(**WINDOWS["phone"])
    with_everything(page)
    sizes = page.locator("button:visible, summary, input:visible").evaluate_all(
        "(targets) => targets.map((target) => target.getBoundingClientRect())"
        ".map(({ width, height }) => Math.min(width, height))"
    )
    assert len(sizes) > 20
    assert min(sizes) >= 24  # WCAG 2.2 AA, 2.5.8
