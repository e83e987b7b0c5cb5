import base64
import gzip
import json

import pytest

from digitrec.errors import InvalidRequest, TooLarge, UnsupportedType
from digitrec.web import payload
from digitrec.web.payload import Payload
from tests.requests import encoded, file
from tests.stub import FIVE, GIF, SEVEN

FIVE_TEXT = base64.b64encode(FIVE).decode()
SEVEN_TEXT = base64.b64encode(SEVEN).decode()


def read(content: object, query: dict[str, list[str]] | None = None) -> Payload:
    """Return the payload of a JSON request that may hold three pictures."""
    return payload.read("application/json", json.dumps(content).encode(), query or {}, 3)


def test_json_image_is_one_picture() -> None:
    assert read({"image": FIVE_TEXT}) == Payload((FIVE,))


def test_json_images_are_many_pictures_in_order() -> None:
    content = {"images": [FIVE_TEXT, SEVEN_TEXT, FIVE_TEXT]}
    assert read(content) == Payload((FIVE, SEVEN, FIVE), many=True)


def test_a_list_of_one_is_answered_as_a_list_and_one_picture_as_one() -> None:
    assert read({"images": [FIVE_TEXT]}).many
    assert not read({"image": FIVE_TEXT}).many


def test_of_a_long_name_the_beginning_is_told() -> None:
    with pytest.raises(InvalidRequest) as caught:
        read({"x" * 100: FIVE_TEXT})
    assert str(caught.value).startswith(f"Unknown key '{'x' * 60}': use")


def test_a_form_is_one_picture() -> None:
    assert payload.read(*encoded({"image": file(FIVE)}), {}, 1) == Payload((FIVE,))


@pytest.mark.parametrize(
    "content_type",
    ["image/png", "image/jpeg", "Image/WebP; q=1", "image/jpg", "image/heic", "image/*"],
)
def test_a_picture_with_its_own_type_is_taken_as_it_is(content_type: str) -> None:
    assert payload.read(content_type, GIF, {}, 1) == Payload((GIF,))


@pytest.mark.parametrize(
    "content_type",
    [
        *("", "application/octet-stream", "binary/octet-stream"),
        "application/x-www-form-urlencoded",
    ],
)
def test_a_picture_without_a_type_of_its_own_is_known_by_its_first_bytes(content_type: str) -> None:
    assert payload.read(content_type, FIVE, {}, 1) == Payload((FIVE,))


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("", b'{"image": ""}'),
        ("application/x-www-form-urlencoded", b"image=iVBORw0KGgo="),
        ("application/octet-stream", GIF),
        ("text/plain", FIVE),
        ("text/plain", b""),
    ],
)
def test_another_type_is_refused_with_the_header_to_send(content_type: str, body: bytes) -> None:
    with pytest.raises(UnsupportedType, match="Content-Type: application/json") as refused:
        payload.read(content_type, body, {}, 1)
    said = f"The Content-Type is '{content_type}'." if content_type else "There is no Content-Type."
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize("content_type", ["application/json", "image/png", "text/plain", ""])
def test_a_packed_body_is_refused_for_that(content_type: str) -> None:
    with pytest.raises(UnsupportedType, match="compressed with gzip"):
        payload.read(content_type, gzip.compress(FIVE), {}, 1)


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON; charset=utf-8"])
def test_json_may_be_as_large_as_text_can_be(content_type: str) -> None:
    assert payload.max_bytes(content_type) == 6_000_000


@pytest.mark.parametrize("content_type", ["", "image/png", "multipart/form-data; boundary=x"])
def test_all_else_may_be_as_large_as_fits_into_that_text_as_base64(content_type: str) -> None:
    limit = payload.max_bytes(content_type)
    assert limit == 4_500_000
    assert len(base64.b64encode(bytes(limit))) == 6_000_000


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b'{"image": ', id="cut off"),
        pytest.param(b"\xff\xfe{", id="not text"),
        pytest.param(b"[" * 100_000, id="nested too deep"),
        pytest.param(b"9" * 10_000, id="a number too long"),
        pytest.param(b"null", id="null"),
        pytest.param(b'["image"]', id="a list"),
        pytest.param(b'"image"', id="a string"),
    ],
)
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidRequest, match="The body is not a JSON object"):
        payload.read("application/json", body, {}, 1)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({}, "either"),
        ({"include": ["frame"]}, "either"),
        ({"image": FIVE_TEXT, "images": [FIVE_TEXT]}, "either"),
        ({"image": None}, "must be a string"),
        ({"image": [FIVE_TEXT]}, "must be a string"),
        ({"image": ""}, "is empty"),
        ({"image": "data:image/png;base64,"}, "is empty"),
        ({"image": "five.png"}, "not base64"),
        ({"images": FIVE_TEXT}, '"images" must be a list'),
        ({"images": []}, '"images" is empty'),
        ({"image": FIVE_TEXT, "include": "frame"}, '"include" must be a list'),
        (
            {"image": FIVE_TEXT, "include": [["frame"]]},
            r"Unknown name in \"include\" \"\['frame'\]\"",
        ),
        ({"image": FIVE_TEXT, "include": ["pixels"]}, "confidence, probabilities, frame"),
        ({"image": FIVE_TEXT, "includes": ["frame"]}, "'includes': use image, images, include"),
        ({"image": FIVE_TEXT, "\ud800" * 1000: 1}, r"Unknown key '.{60,400}': use"),
    ],
)
def test_wrong_json_is_refused_with_what_to_change(content: object, message: str) -> None:
    with pytest.raises(InvalidRequest, match=message):
        read(content)


def test_more_pictures_than_allowed_are_too_large() -> None:
    with pytest.raises(TooLarge, match="at most 3"):
        read({"images": [FIVE_TEXT] * 4})


@pytest.mark.parametrize("bad", ["*", "", None, 5, [FIVE_TEXT], {"image": FIVE_TEXT}])
def test_one_bad_picture_of_many_has_its_error_in_its_place(bad: object) -> None:
    first, second, third = read({"images": [FIVE_TEXT, bad, SEVEN_TEXT]}).images
    assert (first, third) == (FIVE, SEVEN)
    assert isinstance(second, InvalidRequest)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [("image/png", b""), encoded({"image": file(b"")})],
    ids=["the body", "a file of a form"],
)
def test_an_empty_picture_is_refused(content_type: str, body: bytes) -> None:
    with pytest.raises(InvalidRequest, match="is empty"):
        payload.read(content_type, body, {}, 1)


def test_json_names_what_to_include() -> None:
    asked = read({"image": FIVE_TEXT, "include": ["frame", "confidence", "frame"]})
    assert asked.include == {"frame", "confidence"}


@pytest.mark.parametrize(
    ("values", "include"),
    [
        (["confidence"], {"confidence"}),
        (["confidence,probabilities"], {"confidence", "probabilities"}),
        (["confidence", "frame"], {"confidence", "frame"}),
        ([" frame , confidence,"], {"confidence", "frame"}),
        ([""], set()),
    ],
)
def test_the_query_names_what_to_include(values: list[str], include: set[str]) -> None:
    assert payload.read("image/png", FIVE, {"include": values}, 1).include == include
    assert payload.read(*encoded({"image": file(FIVE)}), {"include": values}, 1).include == include


def test_what_query_and_json_include_adds_up() -> None:
    asked = read({"image": FIVE_TEXT, "include": ["frame"]}, {"include": ["confidence"]})
    assert asked.include == {"frame", "confidence"}


@pytest.mark.parametrize("query", [{"include": ["pixels"]}, {"includes": ["frame"]}])
def test_an_unknown_name_in_the_query_is_refused(query: dict[str, list[str]]) -> None:
    with pytest.raises(InvalidRequest, match="Unknown"):
        payload.read("image/png", FIVE, query, 1)
