"""The page in a real browser, against a real server."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser import chromium, draw

pytestmark = pytest.mark.needs_chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    """The page, opened in a window of its own."""
    page = browser.new_page()
    page.goto(server)
    yield page
    page.close()


@pytest.fixture
def console_errors(page: Page) -> list[str]:
    """What the browser complains of from here on: scripts, requests, content policy."""
    errors: list[str] = []
    page.on(
        "console", lambda message: errors.append(message.text) if message.type == "error" else None
    )
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.reload()
    return errors


def fulfil(page: Page, **answer: Any) -> None:
    """Let the server's next answers be this one."""
    page.route("**/predict", lambda route: route.fulfill(**answer))


@pytest.mark.parametrize("digit", range(10))
def test_a_digit_drawn_with_the_mouse_is_shown_with_its_confidence(
    page: Page, console_errors: list[str], digit: int
) -> None:
    draw(page, digit)
    expect(page.locator("#digit")).to_have_text(str(digit))
    expect(page.locator("#sentence")).to_contain_text("% sure")
    assert console_errors == []


def test_a_digit_drawn_with_a_finger_is_shown(browser: Browser, server: str) -> None:
    page = browser.new_page(has_touch=True)
    page.goto(server)
    box = page.locator("#pad").bounding_box()
    assert box
    x, top, bottom = box["x"] + box["width"] / 2, box["y"] + 40, box["y"] + box["height"] - 40
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        places = [{"x": x, "y": y} for x, y in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    touch("touchStart", (x, top))
    for step in range(1, 11):
        touch("touchMove", (x, top + (bottom - top) * step / 10))
    touch("touchEnd")
    expect(page.locator("#digit")).to_have_text("1")
    page.close()


def test_the_button_recognises_what_is_drawn(page: Page) -> None:
    draw(page, 3)
    page.get_by_role("button", name="Recognise").click()
    expect(page.locator("#digit")).to_have_text("3")


def test_clear_empties_the_pad_and_the_answer(page: Page) -> None:
    blank = page.locator("#pad").screenshot()
    draw(page, 8)
    expect(page.locator("#digit")).to_have_text("8")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#digit")).to_be_empty()
    expect(page.locator("#sentence")).to_be_empty()
    page.mouse.move(0, 0)
    assert page.locator("#pad").screenshot() == blank


def test_clear_forgets_an_answer_on_its_way(page: Page) -> None:
    held: list[Route] = []
    page.route("**/predict", lambda route: held.append(route))  # noqa: PLW0108 (Playwright needs a function)
    with page.expect_request("**/predict"):
        draw(page, 6)
    page.get_by_role("button", name="Clear").click()
    held[0].fulfill(json={"digit": 6, "confidence": 0.9})
    page.wait_for_timeout(200)
    expect(page.locator("#digit")).to_be_empty()


def test_an_empty_pad_asks_for_a_digit(page: Page, console_errors: list[str]) -> None:
    page.get_by_role("button", name="Recognise").click()
    expect(page.locator("#sentence")).to_have_text("Nothing is drawn yet. Draw a digit first.")
    assert console_errors == []


def test_the_servers_own_words_are_shown_when_it_refuses(page: Page) -> None:
    fulfil(
        page,
        status=422,
        content_type="application/problem+json",
        json={"detail": "Draw it thicker."},
    )
    draw(page, 1)
    expect(page.locator("#sentence")).to_have_text("Draw it thicker.")
    expect(page.locator("#digit")).to_be_empty()


@pytest.mark.parametrize("body", ['{"detail": "secret"}', "<h1>Bad gateway</h1>"])
def test_a_failing_server_is_said_to_fail(page: Page, body: str) -> None:
    fulfil(page, status=502, body=body)
    draw(page, 1)
    expect(page.locator("#sentence")).to_have_text("The server failed. Try again in a moment.")


def test_no_connection_is_said_in_a_sentence(page: Page) -> None:
    page.context.set_offline(True)
    draw(page, 1)
    expect(page.locator("#sentence")).to_have_text(
        "The server cannot be reached. Check your connection and try again."
    )


def test_a_digit_replaces_the_sentence_about_an_error(page: Page) -> None:
    page.get_by_role("button", name="Recognise").click()
    draw(page, 7)
    expect(page.locator("#digit")).to_have_text("7")
    expect(page.locator("#sentence")).to_contain_text("% sure")


def test_the_answer_is_announced_to_screen_readers(page: Page) -> None:
    status = page.get_by_role("status")
    draw(page, 2)
    expect(status).to_contain_text("2")
    expect(status).to_have_attribute("aria-live", "polite")
    expect(page.get_by_role("img", name="Drawing area")).to_be_visible()
