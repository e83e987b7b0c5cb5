"""docs/deploying.md, against serverless.yml and the emulated function URL."""

import re
import subprocess

import pytest

from deploy import runtime
from tests.documents import DEPLOYED, PAGES, blocks, table
from tests.server import ROOT

SERVERLESS = (ROOT / "serverless.yml").read_text()
TEXT = PAGES["docs/deploying.md"]
MADE_BY_MAKE = "arch"  # a parameter that ARCH=... sets


@pytest.mark.needs_curl
@pytest.mark.needs_lambda
def test_the_curl_commands_answer_what_is_shown(emulated: tuple[str, runtime.Function]) -> None:
    shown = re.findall(r"^\$ (curl (?:.*\\\n)*.*)\n(.*)$", TEXT, re.MULTILINE)
    assert len(shown) == TEXT.count("$ curl") == 2
    for command, answer in shown:
        completed = subprocess.run(
            ["bash", "-c", command.replace("curl", "curl -s").replace(DEPLOYED, emulated[0])],
            cwd=ROOT,
            env={"PATH": "/usr/bin:/bin", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert completed.stdout == f"{answer}\n"


def test_the_parameters_table_is_serverless_yml() -> None:
    block = SERVERLESS.split("  default:\n")[1].split("\nprovider:")[0]
    found = dict(re.findall(r'^    (\w+): "?([^"\s]*)"?', block, re.MULTILINE))
    assert found.pop(MADE_BY_MAKE) == "x86_64"
    shown = {
        name: default.replace("none", "")
        for name, default, _ in table("docs/deploying.md", "Parameters")
    }
    assert shown == {**found, "authorizer": ""}
    assert found["authorizer"] == "none"


def test_every_option_in_a_command_is_one_of_sls() -> None:
    lines = [
        line for block in blocks("sh") for line in block.splitlines() if re.search("make|sls", line)
    ]
    options = {option for line in lines for option in re.findall(r"(?<!\w)--(\w+)", line)}
    assert options == {"stage", "region", "param", "tail"}
