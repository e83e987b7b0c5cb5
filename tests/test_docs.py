"""What the README and `make help` say is run here, or held against the code."""

import json
import os
import re
import subprocess
import sys
from dataclasses import fields
from itertools import dropwhile, takewhile
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask
from PIL import ImageChops
from playwright.sync_api import sync_playwright

import serve
from digitrec.recognizer import Box
from digitrec.settings import Settings
from digitrec.web import payload, problem
from tests.browser import chromium
from tests.server import ROOT
from tests.strokes import encode, picture

README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
ADDRESS = "http://127.0.0.1:5000"  # in the README, that of `make run`
DEPLOYED = "https://abc123.lambda-url.us-east-1.on.aws"  # in the README, that of `make deploy`
TOLERANCE = 0.05  # of a probability: the README need not change with every model
PX = 8  # of a box's side, the same


class Example(NamedTuple):
    command: str
    answer: str


def blocks(language: str) -> list[str]:
    """Return the README's fenced blocks in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def table(heading: str) -> list[list[str]]:
    """Return the cells of the first table below a heading, without its head."""
    lines = iter(README.split(f"# {heading}\n", 1)[1].splitlines())
    rows = list(takewhile(_is_row, dropwhile(lambda line: not _is_row(line), lines)))
    return [[cell.strip(" `") for cell in row.strip("|").split("|")] for row in rows[2:]]


def _is_row(line: str) -> bool:
    return line.startswith("|")


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


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A directory as the README's reader has it: the model, a picture of a 5 and one of a 42."""
    (tmp_path / "trained_model.pkl").symlink_to(ROOT / "trained_model.pkl")
    (tmp_path / "five.png").write_bytes(encode(picture(5), "PNG"))
    four = picture(4, size=(400, 280), box=(40, 60, 140, 220))
    two = picture(2, size=(400, 280), box=(260, 60, 360, 220))
    (tmp_path / "number.png").write_bytes(encode(ImageChops.darker(four, two), "PNG"))
    return tmp_path


def run(directory: Path, *command: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, cwd=directory, env=environment, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def resembles(answer: Any, shown: Any) -> bool:
    """Return whether an answer is the one shown: "..." is any text, probabilities about equal.

    So are boxes, whose sides are px.
    """
    if isinstance(shown, dict) and list(shown) == list(Box._fields):
        return all(abs(answer[side] - shown[side]) <= PX for side in shown)
    if isinstance(shown, dict):
        return (
            isinstance(answer, dict)
            and list(answer) == list(shown)
            and all(resembles(answer[key], shown[key]) for key in shown)
        )
    if isinstance(shown, list):
        return len(answer) == len(shown) and all(map(resembles, answer, shown))
    if isinstance(answer, float):
        return abs(answer - shown) < TOLERANCE
    return bool(answer == shown or (shown == "..." and answer))


@pytest.mark.parametrize("example", examples())
def test_a_console_example_answers_what_is_shown(
    example: Example, server: str, directory: Path
) -> None:
    command = example.command.replace(ADDRESS, server).replace(".venv/bin/python", sys.executable)
    answer = run(directory, "bash", "-c", command.replace("curl ", "curl --silent "))
    assert resembles(json.loads(answer), json.loads(example.answer)), answer


@pytest.mark.parametrize("code", blocks("python"))
def test_a_python_example_prints_what_its_comments_say(
    code: str, server: str, directory: Path
) -> None:
    printed = run(directory, sys.executable, "-c", code.replace(ADDRESS, server))
    assert printed.splitlines() == re.findall(r"print\(.*\)  # (.*)", code)


@pytest.mark.needs_chromium
@pytest.mark.parametrize("code", blocks("js"))
def test_a_javascript_example_logs_what_its_comments_say(code: str, server: str) -> None:
    script = f"""async (bytes) => {{
        const logged = [];
        const console = {{ log: (line) => logged.push(line), error: (line) => logged.push(line) }};
        const file = new File([new Uint8Array(bytes)], "five.png", {{ type: "image/png" }});
        {code.replace(ADDRESS, server)}
        return logged.map(String);
    }}"""
    with sync_playwright() as playwright, chromium(playwright) as browser:
        page = browser.new_page()
        page.goto(server)
        logged = page.evaluate(script, list(encode(picture(5), "PNG")))
    assert logged == re.findall(r"console\.log\(.*\); // (.*)", code)


def test_every_block_is_of_a_kind_that_is_tested() -> None:
    kinds = set(re.findall(r"^```(\w*)\n.*?^```$", README, re.MULTILINE | re.DOTALL))
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
    }
    expected = [[f.name.upper(), str(defaults[f.name])] for f in fields(Settings)]
    assert [row[:2] for row in table("Settings")] == expected
    assert Path(Settings.model_path) == ROOT / "trained_model.pkl"


def test_the_errors_table_is_what_the_app_answers() -> None:
    routing = {("404", "/problems/not-found"), ("405", "/problems/method-not-allowed")}
    overload = {("503", "/problems/service-unavailable")}
    errors = {(str(status), f"/problems/{kind.slug}") for kind, status in problem.STATUS.items()}
    assert {(status, kind) for status, kind, _ in table("Errors")} == routing | overload | errors


def test_the_limits_of_a_request_are_those_of_the_code() -> None:
    text, binary = payload.MAX_TEXT_BYTES, payload.MAX_BINARY_BYTES
    head = serve.SERVER["max_request_header_size"] // 1000
    body = serve.SERVER["max_request_body_size"] // 10**6
    assert (
        f"A JSON body may have {text:,} bytes; a form, or a picture as the body, {binary:,}."
        in (README)
    )
    assert f"has more than {head} kB of headers" in README
    assert f"or a body of more than {body} MB, a server refuses" in README


def test_how_long_a_request_waits_is_the_patience_of_the_server() -> None:
    [seconds] = re.findall(r"one that has waited for (\w+) seconds is answered 503", README)
    assert {"one": 1, "two": 2, "three": 3}[seconds] == serve.PATIENCE


def test_the_routes_table_is_the_apps_routes(app: Flask) -> None:
    routes = {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if not rule.rule.startswith("/static/")
    }
    assert {row[0] for row in table("The API")} == routes


def test_every_path_in_the_layout_exists() -> None:
    [layout] = blocks("text")
    paths = [path for line in layout.splitlines() for path in line[:22].split()]
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_link_to_a_file_leads_to_one() -> None:
    links = re.findall(r"\]\((?!https?:)([^)]+)\)", README)
    assert [link for link in links if not (ROOT / link).is_file()] == []


def test_make_help_lists_every_target() -> None:
    listed = re.findall(
        r"^make (\S+) +\S", run(ROOT, "make", "--no-print-directory", "help"), re.MULTILINE
    )
    assert listed == re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE)


def test_every_make_command_in_the_readme_is_a_target() -> None:
    named = re.findall(r"(?:^|`)make ([a-z-]+)", README, re.MULTILINE)
    assert {"run", "test"} <= set(named) <= set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
