from pathlib import Path

import pytest

from digitrec.web.assets import Assets

FILES = {"page.js": b"import './pad.js';", "pad.js": b"", "styles.css": b"a{}", "icon.png": b"PNG"}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def test_files_are_read_with_their_types(directory: Path) -> None:
    files = Assets.load(directory).files
    assert {name: asset.content for name, asset in files.items()} == FILES
    assert files["page.js"].content_type == "text/javascript; charset=utf-8"
    assert files["icon.png"].content_type == "image/png"


def test_files_of_other_kinds_are_left_out(directory: Path) -> None:
    before = Assets.load(directory)
    (directory / "page.js.orig").write_text("old")
    (directory / ".htaccess").write_text("secret")
    assert Assets.load(directory) == before


def test_the_modules_are_listed_in_one_order(directory: Path) -> None:
    assert Assets.load(directory).modules == ["pad.js", "page.js"]


def test_the_version_is_the_same_for_the_same_files(directory: Path) -> None:
    assert Assets.load(directory).version == Assets.load(directory).version


def changed(directory: Path) -> None:
    (directory / "styles.css").write_bytes(b"b{}")


def renamed(directory: Path) -> None:
    (directory / "pad.js").rename(directory / "pan.js")


def moved(directory: Path) -> None:
    (directory / "page.js").write_bytes(b"import './pad.js'")
    (directory / "pad.js").write_bytes(b";")


@pytest.mark.parametrize("change", [changed, renamed, moved])
def test_the_version_is_another_when_a_file_is(directory: Path, change: object) -> None:
    before = Assets.load(directory).version
    assert callable(change)
    change(directory)
    assert Assets.load(directory).version != before


def test_a_version_is_told_from_other_paths(directory: Path) -> None:
    assets = Assets.load(directory)
    for text in ("", assets.version, "0" * 12):
        assert assets.is_version(text)
    for text in ("js", "..", "0" * 11, "0" * 13, f"{assets.version}/..", "0" * 12 + "\n"):
        assert not assets.is_version(text)
