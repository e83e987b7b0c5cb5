"""How the page comes to the reader: how much, in how many round trips, and below any path."""

import gzip
import http.client
import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import draw
from tests.page.conftest import Open
from tests.server import ROOT, serve

pytestmark = pytest.mark.needs_chromium

MAX_WIRE = 80_000  # bytes: the page with all its files, their headers too


def get(address: str) -> tuple[int, bytes]:
    """Return how many bytes an answer has over the wire, and its content."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    connection.request("GET", parts.path, headers={"Accept-Encoding": "gzip"})
    response = connection.getresponse()
    assert response.status == 200
    head = sum(len(name) + len(value) + 4 for name, value in response.getheaders())
    content = response.read()
    connection.close()
    zipped = response.headers["Content-Encoding"] == "gzip"
    return head + len(content), gzip.decompress(content) if zipped else content


def named_in(html: str) -> list[str]:
    """Return the addresses of all files that the page names for itself."""
    return re.findall(r'<(?:link|script)\b[^>]*?(?:href|src)="([^"]*)"', html)


def test_the_page_with_all_its_files_is_light(server: str) -> None:
    size, html = get(f"{server}/")
    sizes = {name: get(urljoin(f"{server}/", name))[0] for name in set(named_in(html.decode()))}
    assert len(sizes) >= len(list((ROOT / "static").glob("*.js")))
    assert size + sum(sizes.values()) <= MAX_WIRE


def test_one_round_trip_after_the_html_fetches_all_that_the_page_needs(
    open_page: Open, server: str
) -> None:
    page = open_page("about:blank")
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(server)
    page.wait_for_load_state("networkidle")
    html, *files = requested
    named = {urljoin(html, name) for name in named_in(page.content())}
    assert len(files) == len(set(files)) >= 10
    assert set(files) <= named


def test_a_second_visit_fetches_the_html_alone(page: Page, server: str) -> None:
    html = page.goto(server)
    assert html
    sizes = page.evaluate(
        """performance.getEntriesByType("resource")
            .map((entry) => [entry.name, entry.transferSize])"""
    )
    assert len(sizes) >= 10
    # The icon is the browser's own affair.
    assert [name for name, size in sizes if size > 0 and "/icon." not in name] == []


@pytest.fixture(scope="module")
def prefixed() -> Iterator[str]:
    """The address of the page below a path, where nothing is beside it."""
    with serve("tests.page.prefixed") as address:
        yield f"{address}/dev/"


def test_the_page_works_below_a_path(open_page: Open, prefixed: str) -> None:
    page = open_page("about:blank")
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(prefixed)
    draw(page, 5)
    expect(page.locator("#digit")).to_have_text("5")
    assert f"{prefixed}predict" in (page.locator("#api code").text_content() or "")
    page.get_by_role("link", name="API documentation").click()
    assert page.url == f"{prefixed}docs"
    assert page.locator("h1").evaluate("(h1) => getComputedStyle(h1).fontWeight") == "700"
    # Not followed: beside a document that is no page, the browser asks for an icon of its own.
    document = page.get_by_role("link", name="OpenAPI document")
    assert document.evaluate("(link) => link.href") == f"{prefixed}openapi.json"
    assert [url for url in requested if not url.startswith((prefixed, "data:"))] == []


def test_the_page_asks_no_one_else(page: Page, server: str) -> None:
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.reload()
    draw(page, 5)
    expect(page.locator("#digit")).to_have_text("5")
    assert [url for url in requested if not url.startswith((f"{server}/", "data:"))] == []


def test_code_that_is_not_the_pages_own_is_stopped_and_told(browser: Browser, server: str) -> None:
    page = browser.new_page()
    page.goto(server)
    told: list[str] = []
    page.on("console", lambda message: told.append(message.type))
    page.evaluate(
        "document.body.append(document.createRange()"
        ".createContextualFragment('<script>window.ran = true</script>'))"
    )
    page.wait_for_timeout(100)
    assert page.evaluate("window.ran") is None
    assert told == ["error"]
    page.close()
