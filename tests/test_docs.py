"""What the README, docs/ and `make help` say is run here, or held against the code."""

import json
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from flask import Flask
from PIL import Image, ImageChops

from digitrec.settings import Settings
from digitrec.web import payload, problem
from tests.documents import DEPLOYED, PAGES, blocks, resembles, table
from tests.server import ROOT
from tests.strokes import picture

MAKEFILE = (ROOT / "Makefile").read_text()
ADDRESS = "http://127.0.0.1:5000"  # in the docs, that of `make run`
REPOSITORY = "REPOSITORY"  # in the README, the address to clone


class Example(NamedTuple):
    command: str
    answer: str


def examples() -> list[Any]:
    """Return the console blocks' commands, each with the lines that it answers."""
    found: list[Any] = []
    for block in blocks("console"):
        for text in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = text.splitlines(keepends=True)
            # an indented line goes on with the command, unless the answer has begun
            end = next(i for i in range(1, len(lines)) if not lines[i].startswith("    "))
            example = Example("".join(lines[:end]), "".join(lines[end:]))
            if DEPLOYED in example.command:
                continue  # run in test_deploy_docs.py
            marks = [pytest.mark.needs_curl] if "curl" in example.command else []
            found.append(pytest.param(example, id=f"{len(found)}", marks=marks))
    return found


def run(*command: str, directory: Path = ROOT, given: str | None = None) -> str:
    return subprocess.run(
        command, cwd=directory, input=given, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def without_numbers(text: str) -> str:
    return re.sub(r"\d+(\.\d+)?", "0", text)


def test_the_example_pictures_are_drawn_by_this_project() -> None:
    four = picture(4, size=(400, 280), box=(40, 60, 140, 220))
    two = picture(2, size=(400, 280), box=(260, 60, 360, 220))
    drawn = {"five.png": picture(5), "number.png": ImageChops.darker(four, two)}
    for name, expected in drawn.items():
        with Image.open(ROOT / "docs" / name) as found:
            assert np.array_equal(np.asarray(found), np.asarray(expected)), name


@pytest.mark.parametrize("example", examples())
def test_a_console_example_answers_what_is_shown(example: Example, server: str) -> None:
    command = example.command.replace(ADDRESS, server).replace(".venv/bin/python", sys.executable)
    answer = run("bash", "-c", command.replace("curl ", "curl --silent "))
    lines, shown = answer.splitlines(), example.answer.splitlines()
    assert resembles([*map(json.loads, lines)], [*map(json.loads, shown)]), answer
    # the program's own spaces, and as many decimals or none
    assert [*map(without_numbers, lines)] == [*map(without_numbers, shown)]


@pytest.mark.parametrize("code", blocks("python"))
def test_a_python_example_prints_what_its_comments_say(code: str, server: str) -> None:
    printed = run(sys.executable, "-c", code.replace(ADDRESS, server))
    assert printed.splitlines() == re.findall(r"print\(.*\)  # (.*)", code)


@pytest.mark.needs_javascript
@pytest.mark.parametrize("code", blocks("js"))
def test_a_javascript_example_logs_what_its_comments_say(code: str, server: str) -> None:
    logged = run("node", "--input-type=module", "-", given=code.replace(ADDRESS, server))
    assert logged.splitlines() == re.findall(r"console\.log\(.*\); // (.*)", code)


def test_the_first_commands_end_where_make_run_works(tmp_path: Path) -> None:
    origin = tmp_path / "origin"
    origin.mkdir()
    for name in ("Makefile", "requirements.txt"):
        (origin / name).write_bytes((ROOT / name).read_bytes())
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    run("git", "init", "--quiet", directory=origin)
    run("git", "add", ".", directory=origin)
    run(*git, "commit", "--quiet", "--message", "a", directory=origin)
    [first] = [block for block in blocks("sh") if REPOSITORY in block]
    command = first.replace(REPOSITORY, str(origin))
    assert "flask run" in run("bash", "-ec", f"{command}make --dry-run run", directory=tmp_path)


def test_every_block_is_of_a_kind_that_is_tested() -> None:
    fence = re.compile(r"^```(\w*)\n.*?^```$", re.MULTILINE | re.DOTALL)
    kinds = {kind for text in PAGES.values() for kind in fence.findall(text)}
    assert kinds == {"console", "js", "python", "sh", "text"}


def test_the_settings_table_is_the_settings() -> None:
    defaults = {
        "model_path": "trained_model.pkl",
        "model_uri": "none",
        "model_sha256": "any",
        **{field.name: field.default for field in fields(Settings) if "model" not in field.name},
        "cors_origins": ",".join(Settings.cors_origins),
        "public_url": "none",
        "bulk_bucket": "none",
        "inbox_bucket": "none",
    }
    expected = [[f.name.upper(), str(defaults[f.name])] for f in fields(Settings)]
    assert [row[:2] for row in table("docs/hosting.md", "Settings")] == expected
    assert Path(Settings.model_path) == ROOT / "trained_model.pkl"


def test_the_errors_table_is_what_the_app_answers() -> None:
    routing = {("404", "/problems/not-found"), ("405", "/problems/method-not-allowed")}
    own = {("412", "/problems/precondition-failed"), ("503", "/problems/service-unavailable")}
    errors = {(str(status), f"/problems/{kind.slug}") for kind, status in problem.STATUS.items()}
    shown = {(status, kind) for status, kind, _ in table("docs/api.md", "Errors")}
    assert shown == routing | own | errors


def test_the_include_table_is_what_can_be_included() -> None:
    assert [row[0] for row in table("docs/api.md", "Requests")] == list(payload.INCLUDABLE)


def test_the_routes_table_is_the_apps_routes(app: Flask) -> None:
    routes = {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if not rule.rule.startswith("/static/")
    }
    assert {row[0] for row in table("docs/api.md", "The API")} == routes | {"GET /metrics"}


def test_every_path_in_the_layout_exists() -> None:
    [layout] = [block for block in blocks("text") if "trained_model.pkl" in block]
    folder, missing = ROOT, []
    for line in layout.splitlines():
        names = line[:22].split()
        within = folder if line.startswith("    ") else ROOT
        missing += [name for name in names if not (within / name).exists()]
        if within == ROOT and len(names) == 1:
            folder = ROOT / names[0]
    assert missing == []


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_file_and_to_a_heading_of_it(page: str) -> None:
    for link in re.findall(r"\]\((?!https?:)([^)]+)\)", PAGES[page]):
        name, _, anchor = link.partition("#")
        path = (ROOT / page).parent / name
        assert path.is_file(), link
        titles = re.findall(r"^#+ (.*)$", path.read_text(), re.MULTILINE) if anchor else []
        assert not anchor or anchor in [t.lower().replace(" ", "-") for t in titles], link


def test_every_picture_of_the_page_is_there() -> None:
    shown = re.findall(r'src="([^"]+)"', PAGES["README.md"])
    assert len(shown) == 4
    assert [name for name in shown if not (ROOT / name).is_file()] == []


def test_make_help_lists_every_target() -> None:
    listed = re.findall(
        r"^make (\S+) +\S", run("make", "--no-print-directory", "help"), re.MULTILINE
    )
    assert listed == re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE)


def test_every_make_command_in_the_docs_is_a_target() -> None:
    text = "\n".join(PAGES.values())
    named = set(re.findall(r"(?:^|`)make\s([a-z-]+)", text, re.MULTILINE))
    assert {"run", "test"} <= named <= set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
