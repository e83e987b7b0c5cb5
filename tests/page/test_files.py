"""The page's files, without a browser."""

import re

from PIL import Image

from tests.server import ROOT

PAGE = (ROOT / "templates" / "index.html").read_text()
DOCS = (ROOT / "templates" / "docs.html").read_text()
FILES = sorted((ROOT / "static").iterdir())
CODE = [file for file in FILES if file.suffix in {".css", ".js", ".svg"}]
PREVIEW = (1200, 630)  # px, as those who show previews want it


def test_the_page_works_below_any_path_since_its_addresses_are_relative() -> None:
    addresses = re.findall(r'(?:src|href)="([^"]*)"', PAGE + DOCS)
    for file in CODE:
        addresses += re.findall(r'(?:from |fetch\(|url\()"?([^") ]+)', file.read_text())
    assert addresses
    assert [a for a in addresses if a.startswith("/") or ":" in a] == []


def test_every_file_that_the_page_names_exists() -> None:
    names = re.findall(r'(?:src|href)="{{ static }}/([^"{]*)"', PAGE + DOCS)
    assert names
    assert [name for name in names if not (ROOT / "static" / name).is_file()] == []


def test_the_page_holds_no_code_that_the_content_policy_forbids() -> None:
    assert (
        re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", PAGE + DOCS)
        == []
    )


def test_every_module_says_at_its_top_what_it_is_for() -> None:
    modules = [file for file in CODE if file.suffix == ".js"]
    assert [file.name for file in modules if not file.read_text().startswith("// ")] == []


def test_the_picture_for_previews_has_their_size_and_is_light() -> None:
    path = ROOT / "static" / "preview.png"
    with Image.open(path) as preview:
        assert preview.size == PREVIEW
    assert path.stat().st_size < 100_000
    assert f'og:image:width" content="{PREVIEW[0]}"' in PAGE
    assert f'og:image:height" content="{PREVIEW[1]}"' in PAGE
