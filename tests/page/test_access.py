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
    unclear = [(found["id"], found["nodes"][0]["html"]) for found in results.response["incomplete"]]
    assert unclear == []  # what somebody would have to look at


def with_number(page: Page) -> None:
    """Show a number: a box and a radio button for each digit."""
    page.get_by_role("button", name="Show an example").click()
    expect(page.get_by_role("radiogroup").get_by_role("radio")).to_have_count(4)
    page.get_by_role("radio").nth(1).check()
    page.locator("#wrong summary").click()  # a field, in place of ten buttons


def with_everything(page: Page) -> None:
    """Bring all that one digit can show into sight: an answer, a history, the correction."""
    for digit in (3, 5):
        page.get_by_role("button", name=f"Example {digit}").click()
        expect(page.locator("#digit")).to_have_text(str(digit))
    expect(page.locator("#wrong")).to_be_visible()
    for summary in ("#why summary", "#wrong summary", "#api summary"):
        page.locator(summary).click()
    expect(page.locator("#why p")).to_contain_text("Speaks for 5")


def with_an_error(page: Page) -> None:
    page.route("**/predict", lambda route: route.fulfill(status=500))
    draw(page, 1)
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


WINDOWS: dict[str, dict[str, Any]] = {
    "computer": {},
    "phone": {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True},
}
STATES = {
    "fresh": lambda _: None,
    "with results": with_everything,
    "with a number": with_number,
    "with an error": with_an_error,
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_axe_finds_no_violation(
    open_page: Open, state: Any, window: dict[str, Any], scheme: str
) -> None:
    page = open_page(color_scheme=scheme, failing=True, **window)
    state(page)
    expect_no_violation(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
def test_the_documentation_is_accessible_and_fits_the_window(
    open_page: Open, server: str, window: dict[str, Any], scheme: str
) -> None:
    page = open_page(f"{server}/docs", color_scheme=scheme, **window)
    expect(page.get_by_role("heading", name="POST /predict")).to_be_visible()
    expect_no_violation(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_axe_would_find_one(page: Page) -> None:
    page.locator("#clear").evaluate("(button) => button.replaceChildren()")
    assert Axe().run(page).violations_count > 0


NAMED = """() => {
    const element = document.activeElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    const label = element.labels?.[0]?.firstChild;
    const name = element.ariaLabel ?? label?.textContent ?? element.textContent;
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
        "Undo",
        "Clear",
        "Pen",
        "Why 5?",
        "That\u2019s wrong",
        *map(str, range(10)),
        "Choose a picture",
        *(f"Example {digit}" for digit in range(10)),
        "5, show this drawing again",
        "3, show this drawing again",
        "Forget them",
        "From the command line",
        "Copy",
    ]


def test_all_is_done_by_keyboard_alone(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.locator("#pad")).to_be_focused()
    expect(page.locator("#cursor")).to_be_visible()
    draw_with_keys(page, 7)
    expect(page.locator("#digit")).to_have_text("7")
    expect(page.locator("#wrong")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("#cursor")).to_be_hidden()
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
    assert download.value.suggested_filename == "1_read_as_7.png"
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
    assert min(sizes) >= 44  # px


def test_links_and_fields_are_large_enough_for_a_finger(open_page: Open) -> None:
    page = open_page(**WINDOWS["phone"])
    with_number(page)
    page.locator("#api summary").click()
    heights = page.locator("a:visible, input:visible, label:visible").evaluate_all(
        "(targets) => targets.map((target) => target.getBoundingClientRect().height)"
    )
    assert len(heights) > 10
    assert min(heights) >= 44


def test_clear_is_announced(page: Page) -> None:
    draw(page, 5)
    expect(page.locator("#digit")).to_have_text("5")
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_role("status")).to_have_text("Cleared")


def test_the_slider_says_its_unit(page: Page) -> None:
    pen = page.get_by_label("Pen")
    assert pen.get_attribute("aria-valuetext") == "6.5% of the pad\u2019s height"
    pen.fill("8")
    assert pen.get_attribute("aria-valuetext") == "8% of the pad\u2019s height"
    expect(page.locator("#percent")).to_have_text("8%")


# Large text, near zoom, colours of the browser's own.


@pytest.mark.parametrize("size", [150, 200])  # per cent of the browser's text size
@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_large_text_does_not_scroll_sideways(open_page: Open, state: Any, size: int) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, failing=True)
    page.evaluate("(size) => document.documentElement.style.fontSize = `${size}%`", size)
    state(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_pad_fits_the_window_at_a_zoom_of_400_per_cent(open_page: Open) -> None:
    page = open_page(viewport={"width": 1280 // 4, "height": 800 // 4}, device_scale_factor=4)
    page.locator("#pad").scroll_into_view_if_needed()
    expect(page.locator("#pad")).to_be_in_viewport(ratio=1)
    draw(page, 5)
    expect(page.locator("#digit")).to_have_text("5")
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_an_alert_has_an_outline_where_colours_are_forced(open_page: Open) -> None:
    page = open_page(forced_colors="active", failing=True)
    with_an_error(page)
    width, colour, behind = page.get_by_role("alert").evaluate("""(alert) => {
        const { borderTopWidth, borderTopColor } = getComputedStyle(alert);
        return [borderTopWidth, borderTopColor, getComputedStyle(document.body).backgroundColor];
    }""")
    assert width == "1px"
    assert colour not in {behind, "rgba(0, 0, 0, 0)"}


def test_forced_colours_show_the_number_and_its_bars(open_page: Open) -> None:
    page = open_page(forced_colors="active")
    with_number(page)
    expect(page.locator("#digit")).to_have_text("4821")
    bar = page.locator("#bars .best i")
    assert "gradient" in bar.evaluate("(bar) => getComputedStyle(bar).backgroundImage")
