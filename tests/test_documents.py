"""command/documents.py: documents are read page by page, broken ones are named."""

import csv
import io
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pillow_heif
import pypdfium2  # type: ignore[import-untyped]
import pytest
from PIL import ExifTags, Image, TiffImagePlugin

from digitrec import decode
from digitrec.__main__ import main
from digitrec.command import documents
from tests.strokes import encode, picture, row

NUMBERS = [str(1000 + 37 * i) for i in range(10)]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def written(name: str, format: str, **options: Any) -> Path:
    """Write the ten numbers as a document of ten pages."""
    path = Path(name)
    first, *others = map(row, NUMBERS)  # anew: Pillow leaves settings of the last format on them
    path.write_bytes(encode(first, format, save_all=True, append_images=others, **options))
    return path


def rows(text: str) -> list[list[str]]:
    return [row[:4] for row in csv.reader(io.StringIO(text))][1:]


@pytest.mark.parametrize("name", ["ten.pdf", "ten.tiff", "scan"])
def test_each_page_of_a_document_is_read(capsys: pytest.CaptureFixture[str], name: str) -> None:
    written(name, "TIFF" if name.endswith("tiff") else "PDF")
    assert main(["read", "--csv", name]) == 0
    expected = [[name, str(i + 1), "1", number] for i, number in enumerate(NUMBERS)]
    assert rows(capsys.readouterr().out) == expected


def without_type(path: Path) -> None:
    """Break the fourth page of a PDF: its object is no longer a page."""
    content = path.read_bytes()
    start = content.index(b"\n7 0 obj")
    broken = content[start:].replace(b"/Type /Page", b"/Type /Oops", 1)
    path.write_bytes(content[:start] + broken)


def without_pixels(path: Path) -> None:
    """Break the fourth page of a document: where its pixels begin is nothing."""
    content = path.read_bytes()
    if path.suffix == ".pdf":
        start = [match.start() for match in re.finditer(b"\xff\xd8\xff", content)][3]
    else:
        with Image.open(path) as image:
            image.seek(3)
            start = image.tag_v2[TiffImagePlugin.STRIPOFFSETS][0]  # type: ignore[attr-defined]
    path.write_bytes(content[:start] + bytes(200) + content[start + 200 :])


@pytest.mark.parametrize(
    ("name", "broken"),
    [("ten.pdf", without_type), ("ten.pdf", without_pixels), ("ten.tif", without_pixels)],
)
def test_a_broken_page_is_named_and_the_others_are_read(
    capsys: pytest.CaptureFixture[str], name: str, broken: Callable[[Path], None]
) -> None:
    options = {} if name == "ten.pdf" else {"compression": "tiff_adobe_deflate"}
    broken(written(name, "PDF" if name == "ten.pdf" else "TIFF", **options))
    assert main(["read", name]) == 1
    out, err = capsys.readouterr()
    assert out.split() == NUMBERS[:3] + NUMBERS[4:]
    assert err.startswith(f"{name}, page 4: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize("name", ["two.heic", "two.gif", "two.bmp"])
def test_other_formats_are_read_from_their_first_picture(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    pillow_heif.register_heif_opener()
    row("42").save(name)
    assert main(["read", name]) == 0
    assert capsys.readouterr().out == "42\n"


def test_a_tiff_is_turned_upright(capsys: pytest.CaptureFixture[str]) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    lying = row("42").transpose(decode.TURNS[8])
    Path("lying.tif").write_bytes(encode(lying, "TIFF", exif=exif))
    assert main(["read", "lying.tif"]) == 0
    assert capsys.readouterr().out == "42\n"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"%PDF-1.7 nonsense", "The page can't be read"),
        (b"II*\0 nonsense", "not one of .png"),
        (encode(row("42"), "TIFF")[:500], "can't be"),
        (b"\0\0\0\x18ftypheic nonsense", "not one of .png"),
        (b"text", "not one of .png"),
        (encode(Image.new("1", (10_001, 8)), "TIFF"), "10001 x 8 px"),
    ],
)
def test_a_broken_document_is_named(
    capsys: pytest.CaptureFixture[str], content: bytes, problem: str
) -> None:
    Path("scan").write_bytes(content)
    assert main(["read", "scan"]) == 1
    out, err = capsys.readouterr()
    assert (out, err[:6], problem in err) == ("", "scan: ", True)


@pytest.mark.parametrize(("name", "package"), [("a.pdf", "pypdfium2"), ("a.heic", "pillow_heif")])
def test_a_missing_package_is_named_with_what_installs_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str, package: str
) -> None:
    Path(name).write_bytes(b"%PDF-1.7" if package == "pypdfium2" else b"\0\0\0\x18ftypheic")
    monkeypatch.setitem(sys.modules, package, None)
    assert main(["read", name]) == 1
    assert f"needs {package}. Install it: pip install 'digitrec[documents]'" in (
        capsys.readouterr().err
    )


def test_dpi_is_the_resolution_of_a_page() -> None:
    path = Path("page.pdf")
    path.write_bytes(encode(picture(5, size=(720, 360)), "PDF", resolution=72))
    for dpi, size in ((72, (720, 360)), (144, (1440, 720)), (7_200, (5_000, 2_500))):
        page = documents.page(path, 1, dpi)
        assert isinstance(page, Image.Image)
        assert page.size == size


def test_no_memory_is_not_a_broken_page(monkeypatch: pytest.MonkeyPatch) -> None:
    path = written("ten.pdf", "PDF")

    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(pypdfium2, "PdfDocument", fail)
    with pytest.raises(MemoryError):
        documents.page(path, 1, 72)
