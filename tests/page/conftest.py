"""The page in a real browser, against a real server. Whatever a test does, none may complain."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, sync_playwright

from tests.browser import chromium

Open = Callable[..., Page]

# Chromium says of a violated policy in the console what it would report; this names it for sure.
REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
    console.error(`policy violated: ${event.violatedDirective} by ${event.blockedURI}`));
"""
FAILED_REQUEST = "Failed to load resource"
# Of the beginning of a stroke the server may say that it is no digit. That is an answer, too.
NO_DIGIT = f"{FAILED_REQUEST}: the server responded with a status of 422"


@pytest.fixture(scope="package")  # not longer: Playwright's loop shuts out others
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with chromium(playwright) as browser:
        yield browser


@pytest.fixture
def open_page(browser: Browser, server: str) -> Iterator[Open]:
    """A function that opens the page in a window of its own.

    Its keywords are the window's options; `address` and `script`, run before the page's own; and
    `failing`, which says that requests fail on purpose, of which the browser's log tells, too.
    """
    contexts = []
    complaints: list[str] = []

    def open_page(
        address: str = server, *, script: str = "", failing: bool = False, **options: Any
    ) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()

        def hear(message: ConsoleMessage) -> None:
            expected = message.text.startswith(FAILED_REQUEST if failing else NO_DIGIT)
            if message.type == "error" and not expected:
                complaints.append(message.text)

        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.add_init_script(REPORT_VIOLATIONS + script)
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(open_page: Open) -> Page:
    """The page in a window as a computer has it."""
    return open_page()
