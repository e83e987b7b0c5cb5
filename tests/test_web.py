import base64
import gzip
import itertools
import json
import logging
import re
import select
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from digitrec.errors import InvalidModel
from digitrec.settings import ROOT, Settings
from digitrec.web.app import create_app
from tests import strokes
from tests.requests import encoded, file
from tests.stub import FIVE, SEVEN, WRONG_REQUESTS, StubRecognizer

FIVE_TEXT = base64.b64encode(FIVE).decode()
JSON = {"Content-Type": "application/json"}


def make_client(**settings: Any) -> FlaskClient:
    return create_app(Settings(**settings), StubRecognizer()).test_client()


@pytest.fixture(scope="module")
def stub_client() -> FlaskClient:
    """A client of an app with the default settings and a recogniser that needs no model."""
    return make_client()


def post(client: FlaskClient, image: bytes) -> TestResponse:
    return client.post("/predict", json={"image": base64.b64encode(image).decode()})


# The real recogniser, on drawn digits.


def as_json(image: bytes) -> dict[str, Any]:
    return {"json": {"image": base64.b64encode(image).decode()}}


def as_form(image: bytes) -> dict[str, Any]:
    content_type, body = encoded({"image": file(image)})
    return {"data": body, "content_type": content_type}


def as_picture(image: bytes) -> dict[str, Any]:
    return {"data": image, "content_type": "image/png"}


def as_curl_sends_it(image: bytes) -> dict[str, Any]:
    return {"data": image, "content_type": "application/x-www-form-urlencoded"}


def test_a_drawn_digit_is_recognised(client: FlaskClient, subtests: pytest.Subtests) -> None:
    for way, digit in itertools.product(
        [as_json, as_form, as_picture, as_curl_sends_it], range(10)
    ):
        with subtests.test(way=way, digit=digit):
            response = client.post("/predict", **way(strokes.encode(strokes.picture(digit))))
            assert (response.status_code, response.json) == (200, {"digit": digit})


def test_ten_drawn_digits_at_once_are_recognised_in_order(client: FlaskClient) -> None:
    order = [3, 1, 4, 1, 5, 9, 2, 6, 0, 7, 8]
    images = [strokes.encode(strokes.picture(digit), "WEBP") for digit in order]
    texts = [base64.b64encode(image).decode() for image in images]
    response = client.post("/predict", json={"images": texts})
    assert response.json == {"predictions": [{"digit": digit} for digit in order]}


def test_all_digits_are_read_where_they_are_asked_for(client: FlaskClient) -> None:
    number = strokes.encode(strokes.row("42"))
    for sent in (
        {**as_json(number), "query_string": "include=text,digits"},
        {**as_picture(number), "query_string": "include=text&include=digits"},
        {"json": {**as_json(number)["json"], "include": ["text", "digits"]}},
    ):
        content: Any = client.post("/predict", **sent).json
        assert list(content) == ["digit", "text", "digits"]
        assert content["text"] == "42"
        four, two = content["digits"]
        assert (four["digit"], two["digit"]) == (4, 2)
        assert four["box"]["left"] + four["box"]["width"] <= 100 <= two["box"]["left"]


def test_each_of_several_pictures_has_all_its_digits(client: FlaskClient) -> None:
    drawings = strokes.row("42"), strokes.picture(5, ink="white"), strokes.row("305")
    texts = [base64.b64encode(strokes.encode(drawing)).decode() for drawing in drawings]
    content = {"images": texts, "include": ["text", "digits"]}
    response: Any = client.post("/predict", json=content).json
    first, blank, last = response["predictions"]
    assert (first["text"], len(first["digits"])) == ("42", 2)
    assert blank["error"]["type"] == "/problems/no-digit"
    assert (last["text"], len(last["digits"])) == ("305", 3)


def test_an_empty_sheet_has_no_digit(client: FlaskClient) -> None:
    response = client.post(
        "/predict", **as_picture(strokes.encode(strokes.picture(5, ink="white")))
    )
    assert_problem(response, 422, "no-digit")


# The routes. From here on a stub stands in for the network.


def test_the_page_is_html(stub_client: FlaskClient) -> None:
    response = stub_client.get("/")
    assert (response.status_code, response.mimetype) == (200, "text/html")
    assert response.data.startswith(b"<!doctype html>")
    assert b"{{" not in response.data


def test_healthz_names_version_and_models(stub_client: FlaskClient) -> None:
    assert stub_client.get("/healthz").json == {
        "status": "ok",
        "version": "1.0.0",
        "model": {"sha256": "5" * 64, "layers": [784, 20, 20, 10]},
        "segmenter": {"sha256": "6" * 64},
    }


def test_predict_answers_exactly_the_digit(stub_client: FlaskClient) -> None:
    response = post(stub_client, FIVE)
    assert response.headers["Content-Type"] == "application/json"
    assert response.data == b'{"digit":5}\n'


def test_what_is_included_comes_after_the_digit(stub_client: FlaskClient) -> None:
    include = ["digits", "probabilities", "text", "frame", "confidence"]
    response = stub_client.post("/predict", json={"image": FIVE_TEXT, "include": include})
    about = ["digit", "confidence", "probabilities", "frame"]
    content = json.loads(response.data)
    assert list(content) == [*about, "text", "digits"]
    assert [list(digit) for digit in content["digits"]] == [[*about, "box"]]


def test_the_query_includes_for_a_picture(stub_client: FlaskClient) -> None:
    response = stub_client.post(
        "/predict?include=confidence", data=SEVEN, content_type="image/jpeg"
    )
    assert response.json == {"digit": 7, "confidence": 0.91}


def test_the_most_pictures_in_a_request_are_a_setting() -> None:
    client = make_client(max_images=2)
    assert client.post("/predict", json={"images": [FIVE_TEXT] * 2}).status_code == 200
    assert client.post("/predict", json={"images": [FIVE_TEXT] * 3}).status_code == 413


# The page's files, and how they are kept.

FILES = sorted((ROOT / "static").iterdir())


def named_on_the_page(client: FlaskClient) -> list[str]:
    """Return the addresses of the files that the page needs."""
    html = client.get("/").get_data(as_text=True)
    return re.findall(r'<(?:link|script)\b[^>]*?(?:href|src)="([^"]*)"', html)


def test_every_static_file_is_served_as_what_it_is(
    stub_client: FlaskClient, subtests: pytest.Subtests
) -> None:
    for path in FILES:
        with subtests.test(path=path):
            types = {
                ".css": "text/css",
                ".js": "text/javascript",
                ".svg": "image/svg+xml",
                ".png": "image/png",
            }
            response = stub_client.get(f"/static/{path.name}")
            assert (response.data, response.mimetype) == (path.read_bytes(), types[path.suffix])


@pytest.mark.parametrize("path", ["/", "/docs", "/static/styles.css"])
def test_what_has_not_changed_is_not_sent_again(stub_client: FlaskClient, path: str) -> None:
    first = stub_client.get(path)
    again = stub_client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert first.headers["Cache-Control"] == "no-cache"
    assert "Date" not in first.headers  # a server adds its own
    assert (again.status_code, again.data) == (304, b"")


def test_the_page_names_its_files_so_that_a_browser_may_keep_them(
    stub_client: FlaskClient,
) -> None:
    names = named_on_the_page(stub_client)
    assert len(names) >= len(list((ROOT / "static").glob("*.js")))
    for name in names:
        response = stub_client.get(f"/{name}")
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_the_files_of_an_older_page_are_served_but_not_kept(stub_client: FlaskClient) -> None:
    response = stub_client.get("/static/0123456789ab/styles.css")
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-cache")


def test_the_link_preview_has_a_whole_address_where_it_is_set() -> None:
    preview = '<meta property="og:image" content="%sstatic/preview.png">'
    html = make_client().get("/").get_data(as_text=True)
    assert preview % "" in html
    html = make_client(public_url="https://example.org/dev/").get("/").get_data(as_text=True)
    assert preview % "https://example.org/dev/" in html


# gzip.

GZIP = {"Accept-Encoding": "br, gzip"}


@pytest.mark.parametrize("path", ["/", "/docs", "/static/page.js", "/openapi.json"])
def test_text_travels_compressed_where_the_client_takes_it(
    stub_client: FlaskClient, path: str
) -> None:
    plain, packed = stub_client.get(path), stub_client.get(path, headers=GZIP)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) * 0.6
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    assert "Content-Encoding" not in plain.headers
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"


def test_compressed_text_that_has_not_changed_is_not_sent_again(stub_client: FlaskClient) -> None:
    etag = stub_client.get("/static/styles.css", headers=GZIP).headers["ETag"]
    assert etag.startswith("W/")  # what is compressed is not the same to the byte
    again = stub_client.get("/static/styles.css", headers={**GZIP, "If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    assert "Content-Encoding" not in again.headers


@pytest.mark.parametrize(
    ("path", "encodings"),
    [
        ("/static/preview.png", "gzip"),  # compressed already
        ("/healthz", "gzip"),  # too short to be worth it
        ("/static/styles.css", "gzip;q=0"),
        ("/static/styles.css", "br"),
        ("/static/styles.css", ""),
    ],
)
def test_nothing_else_is_compressed(stub_client: FlaskClient, path: str, encodings: str) -> None:
    response = stub_client.get(path, headers={"Accept-Encoding": encodings})
    assert response.status_code == 200
    assert "Content-Encoding" not in response.headers


def test_an_answer_is_not_compressed(stub_client: FlaskClient) -> None:
    content = {"images": [FIVE_TEXT] * 100}
    response = stub_client.post("/predict", json=content, headers=GZIP)
    assert len(response.data) > 1000
    assert "Content-Encoding" not in response.headers


def test_nothing_but_the_static_files_is_served(
    stub_client: FlaskClient, subtests: pytest.Subtests
) -> None:
    for name in [
        "missing.css",
        "../app.py",
        "../templates/index.html",
        "..%2fapp.py",
        "%2fetc/passwd",
        ".",
        "a%00b.css",
        "js/styles.css",
        "0123456789ab/../styles.css",
        "0123456789abc/styles.css",
        "a" * 5000 + ".css",
    ]:
        with subtests.test(name=name):
            assert stub_client.get(f"/static/{name}").status_code == 404


# Errors.


def assert_problem(response: TestResponse, status: int, slug: str) -> None:
    """Hold the response to the one shape that every error has."""
    content = json.loads(response.data)
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert list(content) == ["type", "title", "status", "detail"]
    assert (content["type"], content["status"]) == (f"/problems/{slug}", status)
    assert content["title"]
    assert content["detail"].endswith(".")


def test_every_error_has_the_one_shape(stub_client: FlaskClient, subtests: pytest.Subtests) -> None:
    for name, (status, slug, request_) in WRONG_REQUESTS.items():
        with subtests.test(name):
            response = stub_client.open(**{"path": "/predict", "method": "POST", **request_})
            assert_problem(response, status, slug)


@pytest.mark.parametrize("path", ["/", "/static/styles.css"])
def test_what_is_no_longer_as_the_client_has_it_is_a_problem(
    stub_client: FlaskClient, path: str
) -> None:
    response = stub_client.get(path, headers={"If-Match": '"x"'})
    assert_problem(response, 412, "precondition-failed")
    assert "ETag" not in response.headers


@pytest.mark.parametrize("path", ["/", "/static/styles.css"])
def test_whatever_the_client_has_there_is_something(stub_client: FlaskClient, path: str) -> None:
    response = stub_client.get(path, headers={"If-Match": "*"})
    assert (response.status_code, response.data) == (200, stub_client.get(path).data)


def test_more_slashes_before_a_path_make_no_difference(stub_client: FlaskClient) -> None:
    # The client itself would take //healthz for a host.
    response = stub_client.get("/", environ_overrides={"PATH_INFO": "//healthz"})
    assert (response.status_code, json.loads(response.data)["status"]) == (200, "ok")


def test_a_method_that_is_not_allowed_is_told_the_allowed_ones(stub_client: FlaskClient) -> None:
    assert stub_client.get("/predict").headers["Allow"] == "OPTIONS, POST"
    assert stub_client.post("/").headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.fixture
def failing_app(monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An app with a fault of its own."""

    def fail(*_: object) -> NoReturn:
        raise RuntimeError("the secret of the stack")

    recognizer = StubRecognizer()
    monkeypatch.setattr(recognizer, "read_many", fail)
    return create_app(Settings(), recognizer)


def test_a_failure_of_ours_is_a_problem_without_details(failing_app: Flask) -> None:
    response = post(failing_app.test_client(), FIVE)
    assert_problem(response, 500, "internal-server-error")
    assert b"secret" not in response.data


def test_a_failure_of_ours_is_logged(
    failing_app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    post(failing_app.test_client(), FIVE)
    failure, request = map(json.loads, capsys.readouterr().err.splitlines())
    assert failure["exception"].endswith("RuntimeError: the secret of the stack")
    assert request["status"] == 500


def test_a_model_that_cannot_be_read_stops_the_start() -> None:
    with pytest.raises(InvalidModel, match="conftest"):
        create_app(Settings(model_path=str(ROOT / "tests" / "conftest.py")))


# Sizes.


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize(
    ("content_type", "limit"),
    [
        ("application/json", 6_000_000),
        ("audio/mpeg", 4_500_000),
        ("multipart/form-data; boundary=x", 4_500_000),
        ("application/x-www-form-urlencoded", 4_500_000),
        ("text/plain", 4_500_000),
    ],
)
def test_a_body_over_the_limit_is_too_large(
    stub_client: FlaskClient, content_type: str, limit: int, chunked: bool
) -> None:
    # A chunked body comes without its length; the server sees to where it ends.
    headers = {"Transfer-Encoding": "chunked"} if chunked else {}
    environ = {"wsgi.input_terminated": True} if chunked else {}

    def send(size: int) -> TestResponse:
        return stub_client.post(
            "/predict",
            data=b"?" * size,
            content_type=content_type,
            headers=headers,
            environ_overrides=environ,
        )

    assert send(limit).status_code in {400, 415}
    assert_problem(send(limit + 1), 413, "too-large")


# CORS and headers.


def test_by_default_every_origin_may_read_predict(stub_client: FlaskClient) -> None:
    headers = {"Origin": "https://example.org"}
    response = stub_client.post("/predict", json={"image": FIVE_TEXT}, headers=headers)
    assert response.headers.getlist("Access-Control-Allow-Origin") == ["*"]
    assert response.headers["Access-Control-Expose-Headers"] == "Retry-After"
    assert "Vary" not in response.headers


def test_an_error_can_be_read_across_origins_too(stub_client: FlaskClient) -> None:
    response = stub_client.post("/predict", json={}, headers={"Origin": "https://example.org"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"


ORIGINS = [("https://a.example.org",), ("https://a.example.org", "https://b.example.org:8080")]


@pytest.mark.parametrize("origins", ORIGINS)
def test_a_configured_origin_may_read_predict(origins: tuple[str, ...]) -> None:
    client = make_client(cors_origins=origins)
    for origin in origins:
        response = client.post("/predict", json={}, headers={"Origin": origin})
        assert response.headers.getlist("Access-Control-Allow-Origin") == [origin]
        assert response.headers.getlist("Vary") == ["Origin"]


@pytest.mark.parametrize("origins", ORIGINS)
@pytest.mark.parametrize(
    "origin",
    ["https://example.org", "http://a.example.org", "https://a.example.org.evil.org", "null", None],
)
def test_another_origin_may_not(origins: tuple[str, ...], origin: str | None) -> None:
    headers = {"Origin": origin} if origin else {}
    response = make_client(cors_origins=origins).post("/predict", json={}, headers=headers)
    assert "Access-Control-Allow-Origin" not in response.headers
    assert response.headers.getlist("Vary") == ["Origin"]


def preflight(client: FlaskClient, path: str = "/predict") -> TestResponse:
    return client.options(
        path,
        headers={
            "Origin": "https://example.org",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization, content-type, x-requested-with",
        },
    )


@pytest.mark.parametrize("path", ["/predict", "/predict/"])
def test_a_preflight_allows_to_post_json(stub_client: FlaskClient, path: str) -> None:
    response = preflight(stub_client, path)
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Access-Control-Allow-Methods"] == "POST"
    assert response.headers["Access-Control-Allow-Headers"] == "content-type, x-requested-with"
    assert response.headers["Access-Control-Max-Age"] == "600"


def test_a_slash_at_the_end_makes_no_difference(stub_client: FlaskClient) -> None:
    headers = {"Origin": "https://example.org"}
    plain, slash = (
        stub_client.post(path, json={"image": FIVE_TEXT}, headers=headers)
        for path in ("/predict", "/predict/")
    )
    assert (slash.data, slash.headers) == (plain.data, plain.headers)


def test_a_preflight_of_another_origin_allows_nothing() -> None:
    response = preflight(make_client(cors_origins=("https://a.example.org",)))
    assert not [name for name, _ in response.headers if name.startswith("Access-Control")]


def test_a_preflight_is_kept_for_the_origin_that_made_it() -> None:
    response = preflight(make_client(cors_origins=("https://example.org", *ORIGINS[0])))
    assert response.headers["Access-Control-Allow-Origin"] == "https://example.org"
    assert response.headers.getlist("Vary") == ["Origin"]


@pytest.mark.parametrize("origins", [("*",), ("https://example.org",)])
def test_credentials_are_never_allowed(origins: tuple[str, ...]) -> None:
    client = make_client(cors_origins=origins)
    posted = client.post("/predict", json={}, headers={"Origin": "https://example.org"})
    for response in (preflight(client), posted):
        assert "Access-Control-Allow-Credentials" not in response.headers


def test_a_private_network_is_never_opened(stub_client: FlaskClient) -> None:
    headers = {"Origin": "https://example.org", "Access-Control-Request-Private-Network": "true"}
    for method in ("POST", "OPTIONS"):
        response = stub_client.open(
            "/predict", method=method, json={"image": FIVE_TEXT}, headers=headers
        )
        assert response.status_code == 200
        assert response.headers.getlist("Access-Control-Allow-Private-Network") == ["false"]
        assert response.headers.getlist("Access-Control-Allow-Origin") == ["*"]


@pytest.mark.parametrize("path", ["/", "/healthz", "/openapi.json", "/static/styles.css", "/no"])
def test_cors_is_for_predict_only(stub_client: FlaskClient, path: str) -> None:
    got = stub_client.get(path, headers={"Origin": "https://example.org"})
    for response in (preflight(stub_client, path), got):
        assert not [name for name, _ in response.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/static/styles.css"),
        ("GET", "/healthz"),
        ("GET", "/openapi.json"),
        ("GET", "/no"),
        ("POST", "/predict"),
        ("GET", "/predict"),
        ("OPTIONS", "/predict"),
    ],
)
def test_every_answer_has_the_security_headers(
    stub_client: FlaskClient, method: str, path: str
) -> None:
    headers = stub_client.open(path, method=method).headers
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert headers["Permissions-Policy"] == "camera=(), geolocation=(), microphone=()"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_predictions_and_health_are_not_stored(stub_client: FlaskClient) -> None:
    for response in (post(stub_client, FIVE), post(stub_client, b"*"), stub_client.get("/healthz")):
        assert response.headers.getlist("Cache-Control") == ["no-store"]


# The log.


def test_a_request_is_one_log_line_with_neither_picture_nor_query(
    stub_client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    stub_client.post("/predict?include=confidence", json={"image": FIVE_TEXT})
    out, err = capsys.readouterr()
    line = json.loads(err)  # one line, or this fails
    assert out == ""
    assert line.pop("timestamp")
    assert 0 <= line.pop("duration_ms") < 10_000
    assert line == {
        "level": "INFO",
        "message": "request",
        "method": "POST",
        "path": "/predict",
        "status": 200,
        "request_bytes": len(json.dumps({"image": FIVE_TEXT})),
    }


@pytest.mark.parametrize("character", ["5", "ä", "\N{GRINNING FACE}"])
def test_a_log_line_is_short_enough_for_a_pipe_to_keep_it_whole(
    stub_client: FlaskClient, capsys: pytest.CaptureFixture[str], character: str
) -> None:
    trace = {"X-Amzn-Trace-Id": f"Root=1-67891233-{'a' * 24}"}
    stub_client.open(f"/{character * 12_000}", method="\xe4" * 12_000, headers=trace)
    err = capsys.readouterr().err
    assert len(err.encode()) < select.PIPE_BUF
    line = json.loads(err)
    assert (line["method"], line["path"]) == ("\xc4" * 20, f"/{character * 299}")
    assert line["trace_id"] == f"1-67891233-{'a' * 24}"


@pytest.fixture
def quiet_client() -> Iterator[FlaskClient]:
    yield make_client(log_level="WARNING")
    logging.getLogger("digitrec.web.app").setLevel("INFO")


def test_the_log_level_is_a_setting(
    quiet_client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    quiet_client.get("/healthz")
    assert capsys.readouterr().err == ""
