"""What can be kept of a drawing: in the page, as a file with its label, as a curl command."""

import json
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Download, Locator, Page, expect

from digitrec import Recognizer
from tests.browser import draw, draw_number
from tests.page.actions import FRAME, choose
from tests.page.conftest import Open
from tests.strokes import encode, picture

pytestmark = pytest.mark.needs_chromium


def read(page: Page, digit: int) -> None:
    """Draw a digit and wait until it is read."""
    draw(page, digit)
    expect(page.locator("#digit")).to_have_text(str(digit))
    expect(page.locator("#wrong")).to_be_visible()


# The history.


def earlier(page: Page) -> Locator:
    return page.get_by_role("list", name="Earlier drawings").get_by_role("button")


def test_the_last_eight_drawings_are_kept_newest_first(page: Page) -> None:
    expect(page.get_by_role("heading", name="Earlier")).to_be_hidden()
    for digit in range(10):
        page.get_by_role("button", name=f"Example {digit}").click()
        expect(earlier(page).first).to_have_text(str(digit))
    assert earlier(page).all_inner_texts() == list("98765432")


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


def test_an_entry_keeps_the_focus_when_its_drawing_is_shown_again(page: Page) -> None:
    read(page, 7)
    page.keyboard.press("Escape")
    earlier(page).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#wrong")).to_be_visible()
    page.wait_for_timeout(200)
    expect(earlier(page)).to_be_focused()


def test_a_drawing_that_grows_stays_one_entry(page: Page) -> None:
    draw(page, 1, (-0.4, -0.25, 0.2, 0.5))
    expect(earlier(page)).to_have_text(["1"])
    draw(page, 7, (0.1, -0.25, 0.3, 0.5))
    expect(earlier(page)).to_have_text(["17"])


def test_a_drawing_that_goes_on_from_an_earlier_one_leaves_that_as_it_was(page: Page) -> None:
    draw(page, 1, (-0.4, -0.25, 0.2, 0.5))
    expect(earlier(page)).to_have_text(["1"])
    page.keyboard.press("Escape")
    earlier(page).click()
    expect(page.locator("#digit")).to_have_text("1")
    draw(page, 7, (0.1, -0.25, 0.3, 0.5))
    expect(earlier(page)).to_have_text(["17", "1"])


def test_a_drawing_that_makes_way_before_the_pen_has_rested_is_kept(page: Page) -> None:
    draw(page, 3)
    expect(page.locator("#digit")).to_have_text("3")
    page.keyboard.press("Escape")
    expect(earlier(page)).to_have_text(["3"])


def test_what_does_not_fit_into_the_browsers_storage_is_still_kept_in_the_page(
    open_page: Open,
) -> None:
    page = open_page(script="Storage.prototype.setItem = () => { throw new Error('full'); };")
    read(page, 3)
    page.get_by_role("button", name="Example 1").click()
    expect(earlier(page)).to_have_text(["1", "3"])


def test_a_damaged_storage_is_forgotten(page: Page) -> None:
    for damaged in ("{", '[{"text": "5"}]', '[{"content": {"id": "a", "strokes": [[]]}}]', "5"):
        page.evaluate("(text) => localStorage.setItem('digitrec.history', text)", damaged)
        page.evaluate("(text) => sessionStorage.setItem('digitrec.drawing', text)", damaged)
        page.reload()
        page.evaluate("scrollTo(0, 0)")
        read(page, 3)
        expect(earlier(page)).to_have_text(["3"])
        page.get_by_role("button", name="Forget them").click()
        expect(page.get_by_role("heading", name="Earlier")).to_be_hidden()
        page.keyboard.press("Escape")


def test_quick_changes_of_drawings_keep_each_with_its_own_text(page: Page) -> None:
    for i in range(30):
        page.get_by_role("button", name=f"Example {i * 7 % 10}").click()
        page.wait_for_timeout(10 * i)  # from less than an answer takes to more
    expect(earlier(page).first).to_have_text("3")
    kept = page.evaluate("JSON.parse(localStorage.getItem('digitrec.history'))")
    assert [(entry["content"]["id"], entry["text"]) for entry in kept] == [
        (f"example {entry['text']}", entry["text"]) for entry in kept
    ]


def test_an_answer_goes_with_its_drawing(page: Page) -> None:
    read(page, 3)
    page.route("**/predict", lambda _: None)
    page.get_by_role("button", name="Example 7").click()
    expect(page.locator("#digit")).to_be_empty()


def test_a_drawing_that_could_not_be_read_survives_a_reload(open_page: Open) -> None:
    page = open_page(failing=True)
    page.route("**/predict", lambda route: route.abort())
    draw(page, 4)
    expect(page.get_by_role("alert")).to_be_visible()
    page.unroute("**/predict")
    page.reload()
    expect(page.locator("#digit")).to_have_text("4")


def test_a_restored_drawing_goes_on_as_the_same_entry(page: Page) -> None:
    draw(page, 1, (-0.4, -0.25, 0.2, 0.5))
    expect(earlier(page)).to_have_text(["1"])
    page.reload()
    expect(page.locator("#wrong")).to_be_visible()
    draw(page, 7, (0.1, -0.25, 0.3, 0.5))
    expect(earlier(page)).to_have_text(["17"])


def test_two_tabs_have_one_history(page: Page, server: str) -> None:
    other = page.context.new_page()
    other.goto(server)
    page.bring_to_front()  # behind another, a tab takes a second for each move of the mouse
    read(page, 3)
    expect(earlier(other)).to_have_text(["3"])
    other.bring_to_front()
    read(other, 7)
    expect(earlier(page)).to_have_text(["7", "3"])
    page.get_by_role("button", name="Forget them").click()
    expect(earlier(other)).to_have_count(0)


# "That's wrong".


def correct(page: Page, digit: int) -> Download:
    page.locator("#wrong summary").click()
    with page.expect_download() as download:
        page.locator("#wrong").get_by_role("button", name=str(digit)).click()
    return download.value


def test_a_correction_is_a_file_with_the_label_in_its_name(
    page: Page, recognizer: Recognizer, tmp_path: Path
) -> None:
    read(page, 1)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    download = correct(page, 7)
    assert download.suggested_filename == "7_read_as_1.png"
    path = tmp_path / "7.png"
    download.save_as(path)
    with Image.open(path) as image:
        assert image.height == 280
        assert 280 <= image.width <= 560
    assert recognizer.recognize(path.read_bytes()).digit == 1
    assert [url for url in sent if not url.startswith("data:")] == []
    said = "You say 7. Saved as 7_read_as_1.png."
    expect(page.locator("#sentence")).to_have_text(said)
    expect(page.locator("#digit")).to_have_text("7")
    expect(page.get_by_role("status")).to_have_text(said)


def test_a_number_is_corrected_as_a_whole(page: Page) -> None:
    draw_number(page, "42")
    expect(page.locator("#wrong")).to_be_visible()
    page.locator("#wrong summary").click()
    field = page.get_by_role("textbox", name="It says")
    expect(field).to_have_value("42")
    field.fill("4 7")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save").click()
    assert download.value.suggested_filename == "4-7_read_as_42.png"
    expect(page.locator("#sentence")).to_have_text("You say 4, 7. Saved as 4-7_read_as_42.png.")
    assert page.locator("#digit").inner_text() == "4\n7"


def test_a_number_is_not_corrected_to_what_is_no_number(page: Page) -> None:
    draw_number(page, "42")
    expect(page.locator("#wrong")).to_be_visible()
    page.locator("#wrong summary").click()
    field = page.get_by_role("textbox", name="It says")
    for text in ("", "4x"):
        field.fill(text)
        page.get_by_role("button", name="Save").click()
        assert not field.evaluate("(field) => field.checkValidity()")
    expect(page.locator("#digit")).to_have_text("42")


def test_a_corrected_drawing_has_its_label_in_the_history(page: Page) -> None:
    read(page, 1)
    correct(page, 7)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="7, show this drawing again")).to_be_visible()


def test_a_correction_stays_with_its_drawing(page: Page) -> None:
    page.get_by_role("button", name="Show an example").click()
    expect(page.locator("#wrong")).to_be_visible()
    page.locator("#wrong summary").click()
    page.get_by_role("textbox", name="It says").fill("4327")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("radio").first.check()
    expect(page.locator("#sentence")).to_contain_text("You say 4327.")
    page.get_by_role("button", name="Example 1").click()
    expect(page.locator("#digit")).to_have_text("1")
    page.get_by_role("button", name="4327, show this drawing again").click()
    expect(page.locator("#sentence")).to_have_text("You say 4327.")
    page.reload()
    expect(page.locator("#digit")).to_have_text("4327")
    draw(page, 1, (0.9, -0.3, 0.05, 0.6))
    expect(page.locator("#sentence")).not_to_contain_text("You say")
    expect(page.locator("#digit")).to_contain_text("4821")


def test_keys_and_pastes_in_the_field_are_the_fields_own(page: Page) -> None:
    draw_number(page, "42")
    expect(page.locator("#wrong")).to_be_visible()
    page.locator("#wrong summary").click()
    field = page.get_by_role("textbox", name="It says")
    field.press("End")
    field.press("7")
    field.press("Control+z")
    expect(page.locator("#digit")).to_have_text("42")
    field.evaluate("(field) => field.dispatchEvent(new ClipboardEvent('paste', { bubbles: true }))")
    expect(page.get_by_role("alert")).to_be_hidden()


def test_the_corrections_of_a_visit_are_one_zip(page: Page, recognizer: Recognizer) -> None:
    for label in (7, 7, 4):
        read(page, 1)
        correct(page, label)
        page.keyboard.press("Escape")
    read(page, 1)
    correct(page, 8)
    correct(page, 9)  # the last word about this drawing
    with page.expect_download() as download:
        page.get_by_role("button", name="Download all 4 corrections as a zip").click()
    assert download.value.suggested_filename == "corrections.zip"
    with zipfile.ZipFile(download.value.path()) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "7_read_as_1.png",
            "7_read_as_1_2.png",
            "4_read_as_1.png",
            "9_read_as_1.png",
        ]
        for name in archive.namelist():
            assert recognizer.recognize(archive.read(name)).digit == 1


# The text of a number.


def answer_lines(page: Page) -> None:
    """Let the server's next answers be a number on each of two lines."""
    digits = []
    for digit, confidence in ((4, 0.99), (2, 0.5), (7, 0.98761)):
        probabilities = [0.0] * 10
        probabilities[digit] = 1
        box = {"left": 20, "top": 20, "width": 25, "height": 90}
        entry = {"digit": digit, "confidence": confidence, "probabilities": probabilities}
        digits.append({**entry, "frame": FRAME, "box": box})
    answer = {"digit": 4, "frame": FRAME, "text": "42\n7", "digits": digits}
    page.route("**/predict", lambda route: route.fulfill(json=answer))


@pytest.mark.parametrize("clipboard", ["", "Object.defineProperty(navigator, 'clipboard', {});"])
@pytest.mark.parametrize(
    ("button", "text"),
    [
        ("Copy", "42\n7"),
        ("Copy as CSV", "line,text,confidence\n1,42,0.5000\n2,7,0.9876\n"),
    ],
)
def test_the_text_is_copied_with_a_clipboard_and_without(
    open_page: Open, button: str, text: str, clipboard: str
) -> None:
    page = open_page(script=clipboard, permissions=["clipboard-read", "clipboard-write"])
    answer_lines(page)
    draw(page, 4)
    page.locator("#copies").get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    page.get_by_role("button", name="Choose a picture").evaluate("""(button) => {
        const field = document.createElement("textarea");
        field.id = "pasted";
        document.body.append(field);
        field.focus();
    }""")
    page.keyboard.press("Control+v")
    expect(page.locator("#pasted")).to_have_value(text)


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
    page.get_by_text("From the command line").click()
    page.locator("#api").get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    command: str = page.evaluate("navigator.clipboard.readText()")
    assert json.loads(run(command)) == {"digit": 5, "text": "5"}


def test_the_command_is_shown_without_its_picture(page: Page) -> None:
    read(page, 5)
    page.get_by_text("From the command line").click()
    shown = page.locator("#api code").inner_text()
    assert shown.startswith("curl -H ")
    assert "\u2026" in shown
    assert len(shown) < 250


@pytest.mark.needs_curl
def test_without_a_drawing_the_command_sends_a_file(page: Page, tmp_path: Path) -> None:
    command = page.locator("#api code").text_content()
    (tmp_path / "digit.png").write_bytes(encode(picture(4)))
    assert json.loads(run(f"cd {tmp_path}; {command}")) == {"digit": 4, "text": "4"}


def test_a_picture_too_long_for_a_command_line_is_not_put_into_it(open_page: Open) -> None:
    page = open_page(failing=True)  # there is no digit to be found in noise
    noise = np.random.default_rng(5).integers(0, 256, (400, 400, 3), np.uint8)
    page.get_by_role("button", name="Example 5").click()
    expect(page.locator("#api code")).to_contain_text("base64")
    choose(page, encode(Image.fromarray(noise)), "noise.png")
    expect(page.locator("#api code")).to_contain_text("image=@digit.png")
