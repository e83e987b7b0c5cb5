"""What goes wrong is said in a sentence, and there is a way out."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import draw
from tests.page.actions import choose
from tests.page.conftest import Open
from tests.strokes import encode, picture

pytestmark = pytest.mark.needs_chromium


@pytest.fixture
def page(open_page: Open) -> Page:
    """The page, with requests that fail on purpose."""
    return open_page(failing=True)


def expect_alert(page: Page, sentence: str, *, retry: bool) -> None:
    alert = page.get_by_role("alert")
    expect(alert.locator("p")).to_have_text(sentence)
    expect(alert).to_be_visible()
    expect(alert.get_by_role("button", name="Try again")).to_be_visible(visible=retry)
    expect(page.locator("#digit")).to_be_empty()


def expect_digit(page: Page, digit: int) -> None:
    expect(page.locator("#digit")).to_have_text(str(digit))
    expect(page.get_by_role("alert")).to_be_hidden()


def fulfil(page: Page, **answer: Any) -> None:
    """Let the server's next answers be this one."""
    page.route("**/predict", lambda route: route.fulfill(**answer))


OFFLINE = "You are offline. Your drawing is kept and will be read when you are back."


def test_a_drawing_made_offline_is_read_when_the_connection_is_back(page: Page) -> None:
    page.context.set_offline(True)
    draw(page, 3)
    expect_alert(page, OFFLINE, retry=True)
    page.context.set_offline(False)
    expect_digit(page, 3)


def test_offline_drawing_goes_on_and_the_last_one_is_read(page: Page) -> None:
    page.context.set_offline(True)
    for digit in (3, 6):
        page.keyboard.press("Escape")
        draw(page, digit)
        expect_alert(page, OFFLINE, retry=True)
    page.context.set_offline(False)
    expect_digit(page, 6)


def test_a_server_that_is_away_can_be_tried_again(page: Page) -> None:
    page.route("**/predict", lambda route: route.abort("connectionrefused"))
    draw(page, 7)
    expect_alert(page, "The server cannot be reached. Try again in a moment.", retry=True)
    page.wait_for_timeout(2000)  # the page may ask once more by itself after the pen has rested
    page.unroute("**/predict")
    page.get_by_role("button", name="Try again").click()
    expect_digit(page, 7)
    expect(page.locator("#pad")).to_be_focused()


@pytest.mark.parametrize("body", ['{"detail": "secret"}', "<h1>Bad gateway</h1>"])
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_failing_server_is_said_to_fail(page: Page, status: int, body: str) -> None:
    fulfil(page, status=status, body=body)
    draw(page, 1)
    expect_alert(page, "The server failed. Try again in a moment.", retry=True)


def test_a_busy_server_is_said_to_be_busy(page: Page) -> None:
    fulfil(page, status=429, body='{"Reason": "ReservedFunctionConcurrentInvocationLimitExceeded"}')
    draw(page, 1)
    expect_alert(page, "The server is busy. Try again in a moment.", retry=True)


def test_a_server_that_says_when_to_come_again_is_busy(page: Page) -> None:
    fulfil(page, status=503, headers={"Retry-After": "1"}, body="{}")
    draw(page, 1)
    expect_alert(page, "The server is busy. Try again in a moment.", retry=True)


def test_an_answer_that_is_none_is_said_to_be_none(page: Page) -> None:
    fulfil(page, body="<title>Log in to the hotel's network</title>")
    draw(page, 1)
    expect_alert(page, "The server\u2019s answer made no sense. Try again in a moment.", retry=True)


def test_a_server_that_never_answers_is_given_up(page: Page, server: str) -> None:
    page.clock.install()
    page.goto(server)
    page.route("**/predict", lambda _: None)
    with page.expect_request("**/predict"):
        draw(page, 1)
        page.clock.run_for(1_000)
    page.clock.run_for(25_000)
    expect_alert(page, "The server took too long. Try again in a moment.", retry=True)


def test_the_servers_own_words_are_shown_when_it_refuses(page: Page) -> None:
    fulfil(
        page,
        status=413,
        content_type="application/problem+json",
        json={"detail": "The body is larger than 6,000,000 bytes. Send a smaller picture."},
    )
    draw(page, 1)
    detail = "The body is larger than 6,000,000 bytes. Send a smaller picture."
    expect_alert(page, detail, retry=False)


@pytest.mark.parametrize(
    "content", [b"five", b"", encode(picture(5))[:20]], ids=["text", "nothing", "cut off"]
)
def test_a_file_that_is_no_picture_is_said_to_be_none(page: Page, content: bytes) -> None:
    choose(page, content, "five.png")
    expect_alert(page, "This file is not a picture that your browser can open.", retry=False)


def test_a_file_that_is_too_large_is_refused_unread(page: Page) -> None:
    page.evaluate("""() => {
        const carried = new DataTransfer();
        carried.items.add(new File([new Uint8Array(50_000_001)], "film.png"));
        dispatchEvent(new DragEvent("drop", { dataTransfer: carried, cancelable: true }));
    }""")
    expect_alert(page, "The file is larger than 50 MB. Choose a smaller picture.", retry=False)


@pytest.mark.parametrize(
    "event", ["DragEvent('drop', { dataTransfer", "ClipboardEvent('paste', { clipboardData"]
)
def test_text_that_is_dropped_or_pasted_is_said_to_be_no_picture(page: Page, event: str) -> None:
    page.evaluate(f"""() => {{
        const carried = new DataTransfer();
        carried.setData("text/plain", "5");
        dispatchEvent(new {event}: carried, cancelable: true }}));
    }}""")
    expect_alert(page, "Only pictures can be read here, and this holds none.", retry=False)


def test_an_error_leaves_the_drawing_and_goes_with_the_next_stroke(page: Page) -> None:
    fulfil(page, status=500)
    draw(page, 7)
    expect(page.get_by_role("alert")).to_be_visible()
    page.unroute("**/predict")
    choose(page, encode(picture(4)), "four.png")
    expect_digit(page, 4)
    page.keyboard.press("Control+z")
    expect_digit(page, 7)


def test_nobody_is_invited_to_draw_before_somebody_listens(open_page: Open, server: str) -> None:
    page = open_page()
    invitation = page.locator("#invitation")
    expect(invitation).to_have_text("Draw here")
    page = open_page(address="about:blank", failing=True)
    page.route("**/live.js", lambda route: route.abort())
    page.goto(server)
    expect(page.locator("#invitation")).to_have_text("Loading\u2026")


def test_without_scripts_it_says_so_at_the_top(open_page: Open) -> None:
    page = open_page(java_script_enabled=False, viewport={"width": 390, "height": 664})
    expect(page.locator("noscript a")).to_be_in_viewport()  # the sentence's end
    expect(page.locator("#invitation")).to_be_hidden()


def test_nothing_is_asked_about_an_empty_pad(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.keyboard.press("Escape")
    page.keyboard.press("Control+z")
    page.wait_for_timeout(300)
    assert [url for url in asked if url.endswith("predict")] == []
    expect(page.get_by_role("button", name="Clear")).to_be_disabled()
