"""The README's section on deploying, against serverless.yml and the emulated function URL."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from benchmarks import cost
from deploy import runtime
from tests import strokes
from tests.server import ROOT
from tests.test_docs import DEPLOYED, README, blocks, table

SERVERLESS = (ROOT / "serverless.yml").read_text()
SECTION = README.split("\n## Deploying\n")[1].split("\n## ")[0]
MADE_BY_MAKE = "arch"  # a parameter that ARCH=... sets


@pytest.mark.needs_curl
@pytest.mark.needs_lambda
def test_the_curl_commands_answer_what_is_shown(
    emulated: tuple[str, runtime.Function], tmp_path: Path
) -> None:
    (tmp_path / "five.png").write_bytes(strokes.encode(strokes.picture(5)))
    shown = re.findall(r"^\$ (curl (?:.*\\\n)*.*)\n(.*)$", SECTION, re.MULTILINE)
    assert len(shown) == SECTION.count("$ curl") == 2
    for command, answer in shown:
        completed = subprocess.run(
            ["bash", "-c", command.replace("curl", "curl -s").replace(DEPLOYED, emulated[0])],
            cwd=tmp_path,
            env={"PATH": "/usr/bin:/bin", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert json.loads(completed.stdout) == json.loads(answer)


def test_the_parameters_table_is_serverless_yml() -> None:
    block = SERVERLESS.split("  default:\n")[1].split("\nprovider:")[0]
    found = dict(re.findall(r'^    (\w+): "?([^"\s]*)"?', block, re.MULTILINE))
    assert found.pop(MADE_BY_MAKE) == "x86_64"
    shown = {name: default.replace("none", "") for name, default, _ in table("Deploying")}
    assert shown == {**found, "authorizer": ""}
    assert found["authorizer"] == "none"


def test_the_log_group_is_the_functions() -> None:
    assert "`/aws/lambda/digitrec-dev-api`" in SECTION
    assert "service: digitrec\n" in SERVERLESS
    assert "stage: ${opt:stage, 'dev'}" in SERVERLESS
    days = re.findall(r"logRetentionInDays: (\d+)", SERVERLESS)
    assert f"kept {days[0]} days" in SECTION


def test_every_option_in_a_command_is_one_of_sls() -> None:
    options = {o for block in blocks("sh") for o in re.findall(r"(?<!\w)--(\w+)", block)}
    assert options == {"stage", "region", "param", "tail"}


def test_the_cost_is_worked_out_from_the_figures_shown() -> None:
    [(milliseconds, shown)] = re.findall(r"for ([\d.]+) ms each at ([\d,]+) MB", SECTION)
    [memory] = re.findall(r"memory: (\d+)", SERVERLESS)
    assert shown.replace(",", "") == memory
    for architecture in cost.PER_GB_SECOND:
        dollars = cost.per_million(float(milliseconds), int(memory), architecture)
        assert re.search(rf"{dollars:.2f}(?: USD)?\s+on {architecture}", SECTION)
