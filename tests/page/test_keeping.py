"""What can be kept of a drawing: in the page, as a file with its label, as a curl command."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from digitrec import Recognizer
from tests.browser import draw
from tests.page.conftest import Open
from tests.page.test_pictures import choose
from tests.strokes import encode, picture

pytestmark = pytest.mark.needs_chromium


def read(page: Page, digit: int) -> None:
    """Draw a digit and wait until it is read."""
    draw(page, digit)
    expect(page.locator("#digit")).to_have_text(str(digit))
    expect(page.locator("#wrong")).to_be_visible()


# The history.


def test_the_last_eight_drawings_are_kept_newest_first(page: Page) -> None:
    expect(page.get_by_role("heading", name="Before")).to_be_hidden()
    for digit in range(10):
        page.get_by_role("button", name=f"Example {digit}").click()
        expect(page.locator("#digit")).to_have_text(str(digit))
        expect(page.locator("#wrong")).to_be_visible()
    page.keyboard.press("Escape")
    earlier = page.get_by_role("list", name="Earlier drawings").get_by_role("button")
    assert earlier.all_inner_texts() == list("98765432")


def test_an_earlier_drawing_comes_back_at_a_click(page: Page) -> None:
    read(page, 7)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="7, show this drawing again").click()
    expect(page.locator("#digit")).to_have_text("7")


def test_an_earlier_picture_comes_back_at_a_click(page: Page) -> None:
    choose(page, encode(picture(5)), "five.png")
    expect(page.locator("#wrong")).to_be_visible()
    page.get_by_role("button", name="Example 1").click()
    expect(page.locator("#digit")).to_have_text("1")
    page.get_by_role("button", name="5, show this drawing again").click()
    expect(page.locator("#digit")).to_have_text("5")


def test_nothing_is_stored_in_the_browser(page: Page) -> None:
    read(page, 3)
    page.keyboard.press("Escape")
    assert page.context.storage_state() == {"cookies": [], "origins": []}
    page.reload()
    expect(page.get_by_role("heading", name="Before")).to_be_hidden()


# "That's wrong, it's a 7".


def test_a_correction_is_a_file_with_the_label_in_its_name(
    page: Page, recognizer: Recognizer, tmp_path: Path
) -> None:
    read(page, 1)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.locator("#wrong summary").click()
    with page.expect_download() as download:
        page.locator("#wrong").get_by_role("button", name="7").click()
    assert download.value.suggested_filename == "7-read-as-1.png"
    path = tmp_path / "7.png"
    download.value.save_as(path)
    with Image.open(path) as image:
        assert image.height == 280
        assert 280 <= image.width <= 560
    assert recognizer.recognize(path.read_bytes()).digit == 1
    assert [url for url in sent if not url.startswith("data:")] == []
    expect(page.get_by_role("status")).to_have_text("Kept as 7-read-as-1.png")


def test_a_corrected_drawing_has_its_label_in_the_history(page: Page) -> None:
    read(page, 1)
    page.locator("#wrong summary").click()
    page.locator("#wrong").get_by_role("button", name="7").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="7, show this drawing again")).to_be_visible()


# The curl command.


def run(command: str) -> str:
    return subprocess.run(
        ["bash", "-c", command.replace("curl ", "curl --silent ")],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


@pytest.mark.needs_curl
def test_the_copied_command_answers_the_digit_that_is_drawn(open_page: Open) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    read(page, 5)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    command: str = page.evaluate("navigator.clipboard.readText()")
    assert json.loads(run(command)) == {"digit": 5, "text": "5"}


def test_the_command_is_selected_where_it_may_not_be_copied(open_page: Open) -> None:
    page = open_page(script="Object.defineProperty(navigator, 'clipboard', { value: undefined });")
    read(page, 5)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Selected")).to_be_visible()
    selected = page.evaluate("getSelection().toString()")
    assert selected == page.locator("#api code").inner_text()


@pytest.mark.needs_curl
def test_without_a_drawing_the_command_sends_a_file(page: Page, tmp_path: Path) -> None:
    command = page.locator("#api code").inner_text()
    (tmp_path / "digit.png").write_bytes(encode(picture(4)))
    assert json.loads(run(f"cd {tmp_path}; {command}")) == {"digit": 4, "text": "4"}


def test_a_picture_too_long_for_a_command_line_is_not_put_into_it(open_page: Open) -> None:
    page = open_page(failing=True)  # there is no digit to be found in noise
    noise = np.random.default_rng(5).integers(0, 256, (400, 400, 3), np.uint8)
    page.get_by_role("button", name="Example 5").click()
    expect(page.locator("#api code")).to_contain_text("base64")
    choose(page, encode(Image.fromarray(noise)), "noise.png")
    expect(page.locator("#api code")).to_contain_text("image=@digit.png")
