"""The page's files, without a browser."""

import re

from tests.server import ROOT

PAGE = (ROOT / "templates" / "index.html").read_text()
FILES = sorted((ROOT / "static").iterdir())


def test_the_page_works_below_any_path_since_its_addresses_are_relative() -> None:
    addresses = re.findall(r'(?:src|href)="([^"]*)"', PAGE)
    for file in FILES:
        addresses += re.findall(r'(?:from |fetch\(|url\()"?([^") ]+)', file.read_text())
    assert addresses
    assert [a for a in addresses if a.startswith("/") or ":" in a] == []


def test_every_file_that_the_page_names_exists() -> None:
    names = re.findall(r'(?:src|href)="(static/[^"]*)"', PAGE)
    assert names
    assert [name for name in names if not (ROOT / name).is_file()] == []


def test_the_page_holds_no_code_that_the_content_policy_forbids() -> None:
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", PAGE) == []
