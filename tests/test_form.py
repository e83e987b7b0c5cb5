from typing import Any

import pytest

from digitrec.errors import InvalidRequest
from digitrec.web import form
from tests.requests import PICTURE, encoded, file


def test_the_file_field_image_is_read() -> None:
    assert form.read(*encoded({"image": file()})) == PICTURE


def test_the_name_of_the_file_does_not_matter() -> None:
    assert form.read(*encoded({"image": file(name="Ünï.txt")})) == PICTURE


def test_a_picture_is_not_written_to_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/no/such/directory")
    assert form.read(*encoded({"image": file()})) == PICTURE


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({}, id="no field"),
        pytest.param({"picture": file()}, id="other field"),
        pytest.param({"image": file(), "include": "frame"}, id="one field too many"),
        pytest.param({"image": file(), "mask": file()}, id="one file too many"),
        pytest.param({"image": [file(), file()]}, id="two pictures"),
        pytest.param({"image": "iVBORw0KGgo="}, id="text, not a file"),
    ],
)
def test_any_other_fields_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        form.read(*encoded(fields))


def test_a_form_with_a_great_many_fields_is_not_read_to_its_end() -> None:
    content_type, body = encoded({"image": [file(b"x") for _ in range(form.MAX_PARTS + 1)]})
    with pytest.raises(InvalidRequest, match="one file field"):
        form.read(content_type, body[:-20])  # cut off, which would be said if it were reached


def test_the_type_may_be_written_in_capitals() -> None:
    content_type, body = encoded({"image": file()})
    assert form.read(content_type.replace("multipart/form-data", "Multipart/Form-Data"), body) == (
        PICTURE
    )


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=other",
        "multipart/form-data; boundary=ä",
    ],
)
def test_a_wrong_boundary_is_refused(content_type: str) -> None:
    _, body = encoded({"image": file(b"five")})
    with pytest.raises(InvalidRequest, match="not the form"):
        form.read(content_type, body)


def test_a_form_that_is_cut_off_is_refused() -> None:
    content_type, body = encoded({"image": file(b"five")})
    with pytest.raises(InvalidRequest, match="not the form"):
        form.read(content_type, body[:-20])
