"""Text to bytes: a data URL or bare base64, in any of the spellings in use."""

import string
from urllib.parse import unquote

from pybase64 import b64decode  # many times as fast as the standard library's, for a photograph

from digitrec.errors import InvalidRequest

_URL_SAFE_TO_STANDARD = str.maketrans("-_", "+/")


def decode(text: str) -> bytes:
    """Return the bytes that a data URL, or base64 alone, stands for.

    Padding may be left out. White space, percent-encoding and the URL-safe alphabet are accepted.
    The media type is ignored: the bytes tell it better.

    Raises
    ------
    InvalidRequest
        The data URL is not a base64 one, or the text is not base64.
    """
    text = unquote(text)
    if not text.isascii() or any(space in text for space in string.whitespace):
        text = "".join(text.split())  # only if needed: a photograph's text takes a while
    if text[:5].lower() == "data:":
        header, comma, text = text.partition(",")
        if not (comma and header.lower().endswith(";base64")):
            raise InvalidRequest('A data URL must begin as "data:image/png;base64," does.')
    if "-" in text or "_" in text:
        text = text.translate(_URL_SAFE_TO_STANDARD)
    text = text.rstrip("=")
    try:
        return b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        raise InvalidRequest("The picture is not base64, or a part of it is missing.") from None
