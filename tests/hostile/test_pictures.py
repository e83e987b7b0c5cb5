"""image.py, and all behind it, against pictures that cost more than they should.

The files are of `pictures.py`; each is sent in a request of its own, and its cost measured.
"""

import base64
import itertools
import json
from collections.abc import Callable

import numpy as np
import pytest
from flask import Flask

from digitrec import image, payload
from digitrec.errors import InvalidImage, TooLarge, UnsupportedType
from tests import strokes
from tests.hostile import cost, pictures, strategies

MAX_PEAK = 256_000_000  # bytes above idle, for any one request
MAX_SECONDS = 2.0  # of processor time, for any one request

BOMBS = dict(pictures.bombs())
TRIES = 3  # of which the fastest counts: the processor is shared


@pytest.fixture(scope="module")
def app_at_work(app: Flask) -> Flask:
    """The app after its first requests: all that is loaded late is loaded."""
    for seed in strategies.SEEDS:
        app.test_client().post("/predict", data=seed, content_type="image/png")
    return app


def cost_of(ask: Callable[[], str]) -> cost.Cost:
    """Return what a request costs: the fastest of some tries, and the highest peak."""
    tries: list[cost.Cost] = []
    for _ in range(TRIES):
        tries.append(cost.of(ask))
        if tries[-1].seconds < MAX_SECONDS / 2:
            break
    return cost.Cost(
        max(t.peak for t in tries), min(t.seconds for t in tries), str({t.answer for t in tries})
    )


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_no_picture_takes_long_or_much(app_at_work: Flask, bomb: bytes) -> None:
    def ask() -> str:
        client = app_at_work.test_client()
        return client.post("/predict", data=bomb, content_type="image/png").status

    measured = cost_of(ask)
    assert measured.answer[2:5] in {"200", "400", "413", "422"}
    assert measured.peak < MAX_PEAK
    assert measured.seconds < MAX_SECONDS


@pytest.mark.parametrize("name", ["PNG, RGBA of 16 bits", "WebP, lossless with transparency"])
def test_no_picture_takes_more_in_the_longest_body(app_at_work: Flask, name: str) -> None:
    bomb = BOMBS[f"{name}, as large as is read"]
    text = base64.b64encode(bomb + bytes(payload.MAX_BINARY_BYTES - len(bomb) - 100)).decode()

    def ask() -> str:
        return app_at_work.test_client().post("/predict", json={"image": text}).status

    measured = cost_of(ask)
    assert measured.answer == "{'422 UNPROCESSABLE ENTITY'}"
    assert measured.peak < MAX_PEAK
    assert measured.seconds < MAX_SECONDS


LISTS = {
    "large PNGs": "PNG, a palette with transparency, as large as is read",
    "large WebPs": "WebP, lossless with transparency, as large as is read",
    "progressive JPEGs": "JPEG, progressive, as many scans as are read",
    "packed texts": "PNG, as many texts as are read",
    "fill bytes": "JPEG, as many fill bytes as are read",
    "EXIF": "PNG, EXIF of 65,534 entries",
    "packed EXIF": "PNG, EXIF of 65,534 entries, packed",
    "pieces": "as many pieces of ink as fit",
}


@pytest.mark.parametrize("name", LISTS.values(), ids=LISTS)
def test_no_list_of_a_hundred_takes_long_or_much(app_at_work: Flask, name: str) -> None:
    text = base64.b64encode(BOMBS[name]).decode()
    count = min(100, (payload.MAX_TEXT_BYTES - 100) // (len(text) + 4))

    def ask() -> str:
        sent = {"images": [text] * count}
        return app_at_work.test_client().post("/predict", json=sent).status

    measured = cost_of(ask)
    assert measured.answer == "{'200 OK'}"
    assert measured.peak < MAX_PEAK
    assert measured.seconds < MAX_SECONDS


def test_no_list_of_everything_together_takes_long_or_much(app_at_work: Flask) -> None:
    large, costly = (
        base64.b64encode(BOMBS[name]).decode()
        for name in (
            "PNG, RGBA of 16 bits, as large as is read",
            "PNG, of everything as much as is read",
        )
    )
    count = min(99, (payload.MAX_TEXT_BYTES - len(large) - 100) // (len(costly) + 4))

    def ask() -> str:
        sent = {"images": [large, *[costly] * count]}
        return app_at_work.test_client().post("/predict", json=sent).status

    measured = cost_of(ask)
    assert measured.answer == "{'200 OK'}"
    assert measured.peak < MAX_PEAK
    assert measured.seconds < MAX_SECONDS


def test_the_pixels_of_all_pictures_of_a_request_are_bounded(app: Flask) -> None:
    text = base64.b64encode(BOMBS["PNG, grey, as large as is read"]).decode()
    response = app.test_client().post("/predict", json={"images": [text, text]})
    statuses = [entry["error"]["status"] for entry in json.loads(response.data)["predictions"]]
    assert statuses == [422, 413]
    detail = json.loads(response.data)["predictions"][1]["error"]["detail"]
    assert "40,000,000 px in all" in detail


def test_a_picture_that_is_too_large_leaves_the_allowance_to_the_others() -> None:
    allowance = image.Allowance(280 * 280)
    with pytest.raises(TooLarge, match="in all"):
        image.decode(strokes.encode(strokes.picture(5, size=(300, 300))), allowance)
    five = strokes.encode(strokes.picture(5))
    assert image.decode(five, allowance).size == (280, 280)
    with pytest.raises(TooLarge, match="in all"):
        image.decode(five, allowance)


@pytest.mark.parametrize("file", strategies.SEEDS[:3], ids=strategies.FORMATS)
def test_a_picture_cut_off_at_any_byte_is_refused_or_whole(file: bytes) -> None:
    whole = np.asarray(image.decode(file))
    refused = 0
    for length in range(len(file)):
        try:
            decoded = image.decode(file[:length])
        except (InvalidImage, UnsupportedType):
            refused += 1
        else:
            np.testing.assert_array_equal(np.asarray(decoded), whole)
    assert refused > 0.9 * len(file)


@pytest.mark.parametrize("name", ["a PNG that is a zip too", "a JPEG that is a page too"])
def test_of_two_things_in_one_file_only_the_picture_is_read(app: Flask, name: str) -> None:
    response = app.test_client().post("/predict", data=BOMBS[name], content_type="image/png")
    assert response.json == {"digit": 5}
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "head",
    [*itertools.permutations([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP"], 2)],
)
def test_the_first_bytes_decide_which_decoder_is_asked(head: tuple[bytes, bytes]) -> None:
    for file in strategies.SEEDS[:3]:
        with pytest.raises(InvalidImage):
            image.decode(b"".join(head) + file)


TEXT = pictures.chunk(b"zTXt", b"a\0\0" + pictures.packed(10))


@pytest.mark.parametrize(
    ("most", "one_more"),
    [
        pytest.param(
            pictures.progressive_scans(16, pictures.MAX_SCANS - 5),
            pictures.progressive_scans(16, pictures.MAX_SCANS - 4),
            id="scans",  # five stand in front of the one that is repeated
        ),
        pytest.param(
            pictures.padded_jpeg(pictures.MAX_FILL),
            pictures.padded_jpeg(image.MAX_READS),
            id="reads",
        ),
        pytest.param(
            pictures.png(pictures.header(1, 1), TEXT * pictures.MAX_PACKED, pictures.pixels()),
            pictures.png(
                pictures.header(1, 1), TEXT * (pictures.MAX_PACKED + 1), pictures.pixels()
            ),
            id="packed texts",
        ),
    ],
)
def test_a_file_may_have_so_much_of_what_is_costly_and_no_more(
    most: bytes, one_more: bytes
) -> None:
    assert image.decode(most).size[0] >= 1
    with pytest.raises(TooLarge, match="in too many parts"):
        image.decode(one_more)
