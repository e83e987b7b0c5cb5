"""Pictures that are not drawn here: chosen, dropped, pasted, photographed."""

import base64
import io
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.page.actions import choose, expect_digit, photograph
from tests.page.conftest import Open
from tests.strokes import encode, picture

pytestmark = pytest.mark.needs_chromium

MAX_UPLOAD = 200_000  # bytes
ORIENTATION = 0x0112  # the EXIF tag

TRANSFER = """
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const carried = new DataTransfer();
    carried.items.add(new File([bytes], name, { type: "image/png" }));
"""


def drop(page: Page, content: bytes, name: str) -> None:
    page.evaluate(
        f"""([text, name]) => {{ {TRANSFER}
            const options = {{ dataTransfer: carried, bubbles: true, cancelable: true }};
            for (const type of ["dragenter", "dragover", "drop"]) {{
                const event = new DragEvent(type, options);
                const goesOn = document.querySelector("h1").dispatchEvent(event);
                if (goesOn && type !== "dragenter") throw Error("the browser would open the file");
            }}
        }}""",
        [base64.b64encode(content).decode(), name],
    )


def paste(page: Page, content: bytes, name: str) -> None:
    page.evaluate(
        f"""([text, name]) => {{ {TRANSFER}
            const options = {{ clipboardData: carried, bubbles: true }};
            document.body.dispatchEvent(new ClipboardEvent("paste", options));
        }}""",
        [base64.b64encode(content).decode(), name],
    )


WAYS: list[Callable[[Page, bytes, str], None]] = [choose, photograph, drop, paste]


def sent_by(page: Page, way: Callable[[Page, bytes, str], None], content: bytes) -> Any:
    """Return the picture that the page sends when it is given a file."""
    with page.expect_request("**/predict") as request:
        way(page, content, "five")
    body = request.value.post_data_buffer or b""
    assert 0 < len(body) < MAX_UPLOAD
    head, _, text = json.loads(body)["image"].partition(",")
    assert head == "data:image/png;base64"
    return Image.open(io.BytesIO(base64.b64decode(text)))


@pytest.mark.parametrize("digit", [2, 7])
@pytest.mark.parametrize("way", WAYS)
def test_a_picture_is_read(page: Page, way: Callable[[Page, bytes, str], None], digit: int) -> None:
    sent_by(page, way, encode(picture(digit)))
    expect_digit(page, digit)
    expect(page.locator(".empty, .drop")).to_have_count(0)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_upright(page: Page, orientation: int) -> None:
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # how the camera held it, as a transposition
    upright = picture(7, size=(400, 300), box=(140, 40, 260, 260))
    turn = undo.get(orientation)
    lying = upright if turn is None else upright.transpose(Image.Transpose(turn))
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    sent = sent_by(page, photograph, encode(lying, "JPEG", exif=exif))
    assert sent.size == (400, 300)
    expect_digit(page, 7)


def test_a_photo_with_12_megapixels_is_scaled_down(page: Page) -> None:
    size = (4032, 3024)
    sheet = picture(5, size=size, box=(1500, 700, 2500, 2300), width=140, ink="#26365a")
    noise = np.random.default_rng(5).integers(0, 40, (size[1], size[0], 1), np.uint8)
    photo = Image.fromarray(np.asarray(sheet) - np.minimum(np.asarray(sheet), noise))
    sent = sent_by(page, photograph, encode(photo, "JPEG", quality=85))
    assert max(sent.size) <= 560
    assert sent.width / sent.height == pytest.approx(4 / 3, rel=0.02)
    expect_digit(page, 5)


def test_even_noise_is_made_small_enough_to_send(open_page: Open) -> None:
    page = open_page(failing=True)  # there is no digit to be found in noise
    noise = np.random.default_rng(5).integers(0, 256, (900, 900, 4), np.uint8)
    sent = sent_by(page, choose, encode(Image.fromarray(noise)))
    assert min(sent.size) >= 128


@pytest.mark.parametrize("ink", ["black", "white"])
def test_a_transparent_picture_is_read_and_stays_transparent(page: Page, ink: str) -> None:
    drawn = picture(3, mode="RGBA", ink=ink, paper=(0, 0, 0, 0))
    sent = sent_by(page, choose, encode(drawn))
    assert sent.convert("RGBA").getpixel((0, 0))[3] == 0
    expect_digit(page, 3)


SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">
<path d="M3 1h5l-3 8" fill="none" stroke="black"/></svg>"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ink", ["black", "white"])
def test_a_transparent_picture_is_seen_whatever_its_ink(
    open_page: Open, ink: str, scheme: str
) -> None:
    page = open_page(color_scheme=scheme)
    choose(page, encode(picture(5, mode="RGBA", ink=ink, paper=(0, 0, 0, 0))), "five.png")
    expect_digit(page, 5)
    shown = Image.open(io.BytesIO(page.locator("#pad").screenshot())).convert("L")
    within = np.asarray(shown, np.int16)[20:-20, 20:-20]
    assert np.ptp(within) > 90


@pytest.mark.parametrize("format", ["AVIF", "BMP", "GIF", "ICO", "WEBP"])
def test_what_the_browser_can_open_is_read_though_the_server_cannot(
    page: Page, format: str
) -> None:
    sent_by(page, choose, encode(picture(7, size=(256, 256), box=(80, 40, 180, 220)), format))
    expect_digit(page, 7)


def test_a_drawing_in_svg_is_read(page: Page) -> None:
    page.locator("#file").set_input_files(
        {"name": "seven.svg", "mimeType": "image/svg+xml", "buffer": SVG}
    )
    expect_digit(page, 7)


def test_the_same_file_can_be_chosen_twice(page: Page) -> None:
    five = encode(picture(5))
    choose(page, five, "five.png")
    expect_digit(page, 5)
    page.keyboard.press("Escape")
    expect(page.locator("#digit")).to_be_empty()
    choose(page, five, "five.png")
    expect_digit(page, 5)


def test_drawing_on_a_picture_begins_a_new_drawing_and_undo_brings_it_back(page: Page) -> None:
    choose(page, encode(picture(5)), "five.png")
    expect_digit(page, 5)
    page.locator("#pad").focus()
    page.keyboard.press("Space")
    for _ in range(12):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect_digit(page, 1)
    page.keyboard.press("Control+z")
    expect_digit(page, 5)


def test_a_phone_offers_its_camera(open_page: Open) -> None:
    phone = open_page(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844})
    expect(phone.get_by_role("button", name="Take a photo")).to_be_visible()
    with phone.expect_file_chooser() as chooser:
        phone.get_by_role("button", name="Take a photo").tap()
    assert chooser.value.element.get_attribute("capture") == "environment"


def test_a_computer_offers_none(page: Page) -> None:
    expect(page.get_by_role("button", name="Choose a picture")).to_be_visible()
    expect(page.get_by_role("button", name="Take a photo")).to_be_hidden()
