"""Request body to encoded image bytes: JSON, a form, or the picture itself."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.http import parse_options_header

from digitrec.decode import sniff
from digitrec.errors import DigitrecError, InvalidRequest, TooLarge, UnsupportedType, attempted
from digitrec.web import data_url, form

# A Lambda function URL takes 6 MB, and carries all but text as base64, four characters for three
# bytes. The same limits hold everywhere, so that what works locally works when deployed.
MAX_TEXT_BYTES = 6_000_000
MAX_BINARY_BYTES = 4_500_000

JSON = "application/json"
FORM = "multipart/form-data"
ANY_IMAGE = "image/"  # clients also announce image/jpg, say. The bytes tell the format.
# The types that a client sends by default: `curl --data-binary @five.png` announces a form.
VAGUE = (
    "",
    "application/octet-stream",
    "application/x-www-form-urlencoded",
    "binary/octet-stream",
)

GZIP_MAGIC = b"\x1f\x8b"  # no JSON, form or picture begins with it

KEYS = ("image", "images", "include")
INCLUDABLE = ("confidence", "probabilities", "frame", "explanation", "text", "digits")

MAX_SHOWN = 60  # characters of the request that an error message quotes


@dataclass(frozen=True)
class Payload:
    """What one request asks for.

    Attributes
    ----------
    images : tuple
        The bytes of each picture's file, or the error that stands in its place.
    many : bool
        Whether the pictures came as a list, and are answered as one.
    include : frozenset of str
        Which of `INCLUDABLE` to add to an answer.
    """

    images: tuple[bytes | DigitrecError, ...]
    many: bool = False
    include: frozenset[str] = frozenset()


def max_bytes(content_type: str) -> int:
    """Return the size of the largest body of this content type, in bytes."""
    return MAX_TEXT_BYTES if _mimetype(content_type) == JSON else MAX_BINARY_BYTES


def read(
    content_type: str, body: bytes, query: Mapping[str, Iterable[str]], max_images: int
) -> Payload:
    """Return what a request asks for, its pictures still encoded.

    Parameters
    ----------
    content_type
        The header's value, "" if there was none.
    body
        At most `max_bytes(content_type)`.
    query
        The query's parameters; `include` has comma-separated names of `INCLUDABLE`.
    max_images
        The most pictures in one request.

    Raises
    ------
    InvalidRequest
        The body is not what its type says, holds no picture, or uses an unknown name.
    TooLarge
        There are more than `max_images` pictures.
    UnsupportedType
        The body is neither JSON, nor a form, nor a picture, or it is compressed.
    """
    if body.startswith(GZIP_MAGIC):
        raise UnsupportedType("The body is compressed with gzip. Send it uncompressed.")
    include = _included_in(query)
    mimetype = _mimetype(content_type)
    if mimetype == JSON:
        return _from_json(body, include, max_images)
    if mimetype == FORM:
        return Payload((_not_empty(form.read(content_type, body)),), include=include)
    if mimetype.startswith(ANY_IMAGE) or (mimetype in VAGUE and sniff(body)):
        return Payload((_not_empty(body),), include=include)
    shown = f"The Content-Type is {content_type[:MAX_SHOWN]!r}."
    announced = shown if content_type else "There is no Content-Type."
    raise UnsupportedType(
        f"{announced} Send 'Content-Type: {JSON}' with "
        '{"image": "<base64>"}, or a PNG, JPEG or WebP picture with its own type, such as '
        "'Content-Type: image/png', or a picture as the file field \"image\" of a form."
    )


def _from_json(body: bytes, include: frozenset[str], max_images: int) -> Payload:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):  # RecursionError: [[[[...
        content = None
    if not isinstance(content, dict):
        raise InvalidRequest('The body is not a JSON object. Send {"image": "<base64>"}.')
    _require_known("key", content, KEYS)
    include |= _include(_list_of("include", content.get("include", [])))
    if ("image" in content) == ("images" in content):
        raise InvalidRequest('Send either "image", a string, or "images", a list of strings.')
    if "image" in content:
        return Payload((_from_text(content["image"]),), include=include)
    texts = _list_of("images", content["images"])
    if not texts:
        raise InvalidRequest('"images" is empty. Send at least one picture.')
    if len(texts) > max_images:
        raise TooLarge(f'"images" holds {len(texts)} pictures. Send at most {max_images} at once.')
    images = tuple(attempted(_from_text, text) for text in texts)
    return Payload(images, many=True, include=include)


def _from_text(text: object) -> bytes:
    if not isinstance(text, str):
        raise InvalidRequest("A picture must be a string: a data URL, or bare base64.")
    return _not_empty(data_url.decode(text))


def _included_in(query: Mapping[str, Iterable[str]]) -> frozenset[str]:
    _require_known("query parameter", query, ("include",))
    names = ",".join(query.get("include", ())).split(",")
    return _include([name.strip() for name in names if name.strip()])


def _include(names: list[Any]) -> frozenset[str]:
    _require_known('name in "include"', names, INCLUDABLE)
    return frozenset(names)


def _require_known(what: str, names: Iterable[object], known: tuple[str, ...]) -> None:
    # Accepting unknown names would hide typos.
    for name in names:
        if name not in known:
            shown = str(name)[:MAX_SHOWN]
            raise InvalidRequest(f"Unknown {what} {shown!r}: use {', '.join(known)}.")


def _list_of(key: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise InvalidRequest(f'"{key}" must be a list of strings.')
    return value


def _not_empty(image: bytes) -> bytes:
    if not image:
        raise InvalidRequest("The picture is empty. Send the bytes of a PNG, JPEG or WebP file.")
    return image


def _mimetype(content_type: str) -> str:
    return parse_options_header(content_type)[0].lower()
