import base64
from urllib.parse import quote

import pytest

from digitrec.errors import InvalidRequest
from digitrec.web import data_url

BYTES = bytes(range(256)) + b"!"  # has every character of the alphabet, and needs padding
BARE = base64.b64encode(BYTES).decode()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(BARE, id="bare"),
        pytest.param(BARE.rstrip("="), id="unpadded"),
        pytest.param(base64.urlsafe_b64encode(BYTES).decode(), id="URL-safe"),
        pytest.param(BARE.replace("+", "-"), id="URL-safe but for /"),
        pytest.param(BARE.replace("/", "_"), id="URL-safe but for +"),
        pytest.param(base64.encodebytes(BYTES).decode(), id="in lines"),
        pytest.param(" ".join(base64.encodebytes(BYTES).decode().split()), id="lines on one line"),
        pytest.param("\n  ".join(base64.encodebytes(BYTES).decode().split()), id="indented"),
        pytest.param(BARE.replace("+", " "), id="plus signs became spaces"),
        pytest.param(
            base64.encodebytes(BYTES).decode().replace("+", " "), id="in lines, without plus signs"
        ),
        pytest.param(
            f"data:image/png;base64,{BARE}".replace("+", " "), id="data URL without plus signs"
        ),
        pytest.param(f" \t{BARE}\r\n", id="in white space"),
        pytest.param(f"{BARE[:8]}\N{NO-BREAK SPACE}{BARE[8:]}", id="with a space of Unicode's"),
        pytest.param(f"{BARE}====", id="padded too much"),
        pytest.param(quote(BARE, safe=""), id="percent-encoded"),
        pytest.param(f"data:image/png;base64,{BARE}", id="data URL"),
        pytest.param(f"DATA:Image/PNG;BASE64,{BARE}", id="data URL in capitals"),
        pytest.param(f"data:;base64,{BARE}", id="data URL without a type"),
        pytest.param(f"data:image/png;name=a.png;base64,{BARE}", id="data URL with a parameter"),
        pytest.param(f" data:image/png;base64, {BARE}", id="data URL in white space"),
        pytest.param(quote(f"data:image/png;base64,{BARE}", safe=""), id="data URL, encoded"),
    ],
)
def test_every_spelling_gives_the_same_bytes(text: str) -> None:
    assert data_url.decode(text) == BYTES


@pytest.mark.parametrize("length", range(5))
def test_any_length_needs_no_padding(length: int) -> None:
    text = base64.b64encode(BYTES[:length]).decode().rstrip("=")
    assert data_url.decode(text) == BYTES[:length]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("A", id="a lone character"),
        pytest.param("AA=A", id="padding inside"),
        pytest.param("AAA*", id="not of the alphabet"),
        pytest.param("AAAÄ", id="not ASCII"),
        pytest.param("AAA\0", id="NUL"),
        pytest.param("AAA\ud800", id="half a surrogate pair"),
        pytest.param("AAA%", id="half a percent-encoding"),
        pytest.param("https://example.org/five.png", id="another URL"),
        pytest.param("data:image/png,AAAA", id="data URL without base64"),
        pytest.param("data:image/png;base64", id="data URL without data"),
        pytest.param("data:image/png;base64,data:image/png;base64,AAAA", id="data URL twice"),
    ],
)
def test_what_is_not_base64_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest):
        data_url.decode(text)
