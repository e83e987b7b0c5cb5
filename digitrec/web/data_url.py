"""Text to bytes: a data URL or bare base64, in any of the spellings in use."""

import string
from urllib.parse import unquote

from pybase64 import b64decode  # many times as fast as the standard library's, for a photograph

from digitrec.errors import InvalidRequest


def decode(text: str) -> bytes:
    """Return the bytes that a data URL, or base64 alone, stands for.

    Padding may be left out. White space, percent-encoding and the URL-safe alphabet are accepted.
    So are the spaces that form decoders make of plus signs. The media type is ignored: the bytes
    show the format.

    Raises
    ------
    InvalidRequest
        The data URL is not a base64 one, or the text is not base64.
    """
    text = unquote(text).lstrip()
    if text[:5].lower() == "data:":
        header, comma, text = text.partition(",")
        if not (comma and "".join(header.lower().split()).endswith(";base64")):
            raise InvalidRequest('A data URL must begin like "data:image/png;base64,".')
    if not text.isascii() or any(space in text for space in string.whitespace):
        text = _without_space(text)  # only if needed: a photograph's text takes a while
    text = text.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        raise InvalidRequest("The picture is not base64, or a part of it is missing.") from None


def _without_space(text: str) -> str:
    """Return base64 without white space, its spaces turned back into the plus signs they were."""
    text = "".join(map(str.strip, text.splitlines()))
    # An unquoted $(base64 picture) has spaces too: between lines, so all equally far apart.
    length = text.find(" ")
    if length % 4 or text[length :: length + 1] != " " * text.count(" "):
        text = text.replace(" ", "+")
    return "".join(text.split())
