"""What is counted of the requests, for Prometheus and for CloudWatch."""

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from digitrec.errors import InvalidSettings
from digitrec.settings import Settings
from digitrec.web.app import create_app
from tests.server import ROOT
from tests.stub import BLANK, FIVE, LINES, StubRecognizer

MANY = {"images": [base64.b64encode(image).decode() for image in (FIVE, LINES, BLANK)] + ["*"]}


def make_client(**settings: Any) -> FlaskClient:
    return create_app(Settings(**settings), StubRecognizer()).test_client()


def send_each(client: FlaskClient) -> None:
    """Send four pictures of which two are read, a picture that isn't, and nonsense."""
    client.post("/predict", json=MANY)
    client.post("/predict", data=BLANK, content_type="image/webp")
    client.post("/predict", json={})
    client.get("/static/styles.css")
    client.get("/no/such/path")


def samples(text: str) -> dict[tuple[str, ...], float]:
    """Return the value of each sample, by its name and its labels' values in their names' order."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_prometheus_reads_what_happened() -> None:
    client = make_client(metrics="prometheus")
    send_each(client)
    response = client.get("/metrics")
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    found = samples(response.text)
    expected = {
        ("digitrec_requests_total", "/predict", "200"): 1,
        ("digitrec_requests_total", "/predict", "400"): 1,
        ("digitrec_requests_total", "/predict", "422"): 1,
        ("digitrec_requests_total", "/static/<path:filename>", "200"): 1,
        ("digitrec_requests_total", "none", "404"): 1,
        ("digitrec_request_seconds_count", "/predict"): 3,
        ("digitrec_request_seconds_bucket", "+Inf", "/predict"): 3,
        ("digitrec_pictures_total",): 5,
        ("digitrec_digits_total",): 4,
        ("digitrec_refused_total", "no-digit"): 2,
        ("digitrec_refused_total", "invalid-request"): 2,
        ("digitrec_refused_total", "not-found"): 1,
    }
    assert {name: found[name] for name in expected} == expected
    assert 0 < found["digitrec_request_seconds_sum", "/predict"] < 60


def test_what_clients_make_up_adds_no_figures() -> None:
    client = make_client(metrics="prometheus")
    client.get("/metrics")
    client.open("/a", method="BREW")
    before = samples(client.get("/metrics").text)
    for i in range(100):
        client.open(f"/a{i}", method=f"BREW{i}")
    assert samples(client.get("/metrics").text).keys() == before.keys()


COUNT_ONE = """
from tests.test_metrics import make_client
client = make_client(metrics="prometheus")
client.get("/healthz")
print(client.get("/metrics").text)
"""


def test_processes_with_a_folder_count_together(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    command = [sys.executable, "-c", COUNT_ONE]
    _, second = (
        subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        for _ in range(2)
    )
    another = make_client(metrics="prometheus").get("/metrics")
    for text in (second.stdout, another.text):
        assert samples(text)["digitrec_requests_total", "/healthz", "200"] == 2


def test_without_its_library_prometheus_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    with pytest.raises(InvalidSettings, match="prometheus-client"):
        make_client(metrics="prometheus")


def test_a_folder_that_is_missing_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path / "none"))
    with pytest.raises(InvalidSettings, match=r"PROMETHEUS_MULTIPROC_DIR is '.*none'"):
        make_client(metrics="prometheus")


def embedded(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    lines = map(json.loads, capsys.readouterr().err.splitlines())
    return [line for line in lines if line["message"] == "metrics"]


@pytest.mark.parametrize("level", ["INFO", "ERROR"])
def test_cloudwatch_finds_each_figure_in_the_log(
    capsys: pytest.CaptureFixture[str], level: str
) -> None:
    send_each(make_client(metrics="emf", log_level=level))
    lines = embedded(capsys)
    for line in lines:
        assert line["_aws"]["Timestamp"] > 1_600_000_000_000  # ms
        for directive in line["_aws"]["CloudWatchMetrics"]:
            assert directive["Namespace"] == "digitrec"
            for metric in directive["Metrics"]:
                assert isinstance(line[metric["Name"]], int | float)
            for dimensions in directive["Dimensions"]:
                assert all(isinstance(line[name], str) for name in dimensions)
    names = ("route", "status", "requests", "pictures", "digits", "refused")
    assert [tuple(line[name] for name in names) for line in lines] == [
        ("/predict", "200", 1, 4, 4, 2),
        ("/predict", "422", 1, 1, 0, 1),
        ("/predict", "400", 1, 0, 0, 1),
        ("/static/<path:filename>", "200", 1, 0, 0, 0),
        ("none", "404", 1, 0, 0, 1),
    ]


@pytest.mark.parametrize("kind", ["off", "emf"])
def test_only_prometheus_has_a_route(kind: str) -> None:
    client = make_client(metrics=kind)
    document: Any = client.get("/openapi.json").json
    assert client.get("/metrics").status_code == 404
    assert "/metrics" not in document["paths"]
