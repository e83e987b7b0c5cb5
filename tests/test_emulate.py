"""The built zip under AWS's runtime client: what Lambda would run, run here."""

import http.client
import itertools
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path, PurePath
from typing import Any
from urllib.error import HTTPError

import numpy as np
import pytest
from PIL import Image

from deploy import emulate, function_url, runtime
from tests import strokes
from tests.lambda_events import Request
from tests.lambda_events import function_url as known_event
from tests.server import ROOT, post

pytestmark = pytest.mark.needs_lambda

FIVE = strokes.picture(5)
Served = tuple[str, runtime.Function]


def test_the_page_and_all_it_needs_are_served(emulated: Served) -> None:
    address, _ = emulated
    page = urllib.request.urlopen(address).read().decode()
    linked = re.findall(r'(?:src|href)="(static/[^"]+)"', page)
    assert len(linked) >= 3
    for path in linked:
        served = urllib.request.urlopen(f"{address}/{path}").read()
        assert served == (ROOT / "static" / PurePath(path).name).read_bytes()


def test_every_digit_in_every_format_is_recognised(
    emulated: Served, subtests: pytest.Subtests
) -> None:
    for digit, file_format in itertools.product(range(10), ["PNG", "JPEG", "WEBP"]):
        with subtests.test(digit=digit, file_format=file_format):
            image = strokes.encode(strokes.picture(digit), file_format)
            answer = post(f"{emulated[0]}/predict", image, f"image/{file_format.lower()}")
            assert answer == {"digit": digit}


MODES = ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"]


def test_every_kind_of_png_is_read(emulated: Served, subtests: pytest.Subtests) -> None:
    for mode in MODES:
        with subtests.test(mode=mode):
            image = strokes.encode(FIVE.convert("L").convert(mode), "PNG")
            assert post(f"{emulated[0]}/predict", image, "image/png") == {"digit": 5}


@pytest.mark.parametrize(
    "options",
    [
        {"progressive": True},
        {"quality": 10},
        {"subsampling": 0},
        {"exif": b"Exif\0\0II*\0\b\0\0\0\0\0"},
    ],
    ids=str,
)
def test_every_kind_of_jpeg_is_read(emulated: Served, options: dict[str, Any]) -> None:
    image = strokes.encode(FIVE, "JPEG", **options)
    assert post(f"{emulated[0]}/predict", image, "image/jpeg") == {"digit": 5}


def test_a_lossless_webp_with_transparency_is_read(emulated: Served) -> None:
    image = strokes.encode(FIVE.convert("RGBA"), "WEBP", lossless=True)
    assert post(f"{emulated[0]}/predict", image, "image/webp") == {"digit": 5}


def test_a_picture_of_four_megabytes_is_read(emulated: Served) -> None:
    noise = np.random.default_rng(0).integers(0, 8, (1200, 1200, 3), np.uint8)
    large = np.asarray(FIVE.convert("RGB").resize((1200, 1200)))
    image = strokes.encode(Image.fromarray(np.clip(large, 8, 247) + noise), "PNG", compress_level=0)
    assert 4_000_000 < len(image) < 4_500_000
    assert post(f"{emulated[0]}/predict", image, "image/png") == {"digit": 5}


def test_a_thousand_calls_keep_the_memory_steady(emulated: Served) -> None:
    _, function = emulated
    images = [strokes.encode(strokes.picture(digit)) for digit in range(10)]
    events = [
        json.dumps(known_event(Request(headers={"Content-Type": "image/png"}, body=image))).encode()
        for image in images
    ]

    def resident() -> int:
        status = Path(f"/proc/{function.process.pid}/status").read_text()
        return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0])

    after: list[int] = []
    for call in range(1000):
        answer = json.loads(function.invoke(events[call % 10]))
        assert json.loads(answer["body"]) == {"digit": call % 10}
        if call in (199, 999):
            after.append(resident())
    assert after[1] - after[0] < 1000, f"it grew from {after[0]} to {after[1]} kB in 800 calls"


def test_nothing_is_imported_from_anywhere_but_the_zip_and_the_runtime(
    emulated: Served,
) -> None:
    _, function = emulated
    mapped = Path(f"/proc/{function.process.pid}/maps").read_text()
    libraries = set(re.findall(r"(/\S+/site-packages/\S+|\S+/\.venv/\S+)", mapped))
    assert libraries == set()
    task = Path(f"/proc/{function.process.pid}/cwd").readlink()
    assert f"{task}/numpy/_core/_multiarray_umath" in mapped


def test_running_leaves_the_unzipped_files_as_they_were(artifact: Path, tmp_path: Path) -> None:
    with emulate.serve(artifact) as (address, function):
        task = Path(f"/proc/{function.process.pid}/cwd").readlink()
        post(f"{address}/predict", strokes.encode(FIVE), "image/png")
        found = {p.relative_to(task).as_posix() for p in task.rglob("*") if p.is_file()}
        assert {oct(path.stat().st_mode & 0o222) for path in task.rglob("*")} == {"0o0"}
    runtime.unpack(artifact, tmp_path / "fresh")
    fresh = tmp_path / "fresh"
    assert found == {p.relative_to(fresh).as_posix() for p in fresh.rglob("*") if p.is_file()}


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("MAX_IMAGES", "many", "MAX_IMAGES is 'many'. It must be a whole number from 1 to 1000"),
        ("MODEL_SHA256", "0" * 64, "MODEL_SHA256"),
        ("MODEL_PATH", "/none", "MODEL_PATH is '/none'. It must be the path of a file"),
    ],
)
def test_a_start_that_fails_is_reported_as_lambda_expects(
    artifact: Path, variable: str, value: str, sentence: str
) -> None:
    with (
        runtime.run(artifact, {variable: value}) as function,
        pytest.raises(runtime.FunctionError) as caught,
    ):
        function.wait_until_ready()
    document = json.loads(str(caught.value))
    assert {"errorMessage", "errorType", "stackTrace"} <= set(document)
    assert document["errorType"] in {"InvalidSettings", "InvalidModel"}
    assert sentence in document["errorMessage"]


def test_a_function_url_takes_six_megabytes(emulated: Served) -> None:
    with pytest.raises(HTTPError) as caught:
        post(f"{emulated[0]}/predict", bytes(4_800_000), "image/png")
    with caught.value as error:
        assert (error.code, error.read()) == (413, function_url.TOO_LARGE.body)


def test_the_command_serves_until_it_is_interrupted(artifact: Path) -> None:
    # In the background of a shell Ctrl-C is ignored, and would be by what is started from there.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    command = [sys.executable, "-m", "deploy.emulate", "--port", "0", "--zip", str(artifact)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        [address] = re.findall(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        assert post(f"{address}/predict", strokes.encode(FIVE), "image/png") == {"digit": 5}
        process.send_signal(signal.SIGINT)
    assert process.returncode == 0


def test_the_command_says_why_the_function_did_not_start(artifact: Path) -> None:
    completed = subprocess.run(
        [sys.executable, "-m", "deploy.emulate", "--port", "0", "--zip", str(artifact)],
        cwd=ROOT,
        env={**os.environ, "LOG_LEVEL": "LOUD"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert completed.returncode == 1
    *_, last = completed.stderr.splitlines()
    assert last.startswith("The function did not start: LOG_LEVEL is 'LOUD'. It must be DEBUG,")
    assert last.endswith("unset it for the default.")


def test_the_command_says_how_the_function_ended(artifact: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.zip"
    with zipfile.ZipFile(artifact) as whole, zipfile.ZipFile(broken, "w") as made:
        for name in whole.namelist():
            if PurePath(name).name.split(".")[0] != "handler":
                made.writestr(name, whole.read(name))
        made.writestr("handler.py", "import os; os._exit(7)")
    with pytest.raises(SystemExit, match="The function did not start: the process ended with"):
        emulate.main(["--port", "0", "--zip", str(broken)])


@pytest.mark.parametrize("port", ["taken", "80000"])
def test_the_command_says_why_it_cannot_serve(artifact: Path, port: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        if port == "taken":
            port = str(listening.getsockname()[1])
        completed = subprocess.run(
            [sys.executable, "-m", "deploy.emulate", "--port", port, "--zip", str(artifact)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert completed.returncode == 1
    [line] = completed.stderr.splitlines()
    assert line.startswith("The function can't be served: ")


def test_any_http_method_reaches_the_app(emulated: Served) -> None:
    connection = http.client.HTTPConnection(emulated[0].removeprefix("http://"))
    connection.request("BREW", "/predict")
    assert connection.getresponse().status == 405
    connection.close()
