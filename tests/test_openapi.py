"""The document at /openapi.json says what the app does, no more and no less."""

import base64
import re
from typing import Any

import pytest
import schemathesis
from flask import Flask

from digitrec.settings import Settings
from digitrec.web.app import create_app
from tests import strokes
from tests.stub import FIVE, WRONG_REQUESTS, StubRecognizer

FIVE_TEXT = base64.b64encode(FIVE).decode()
EVERYTHING = ["confidence", "probabilities", "frame", "explanation", "text", "digits"]


@pytest.fixture(scope="module")
def stub_app() -> Flask:
    """An app with all its routes, that takes 7 pictures at once and needs no model."""
    return create_app(Settings(max_images=7, metrics="prometheus"), StubRecognizer())


@pytest.fixture(scope="module")
def document(stub_app: Flask) -> Any:
    return stub_app.test_client().get("/openapi.json").json


@pytest.fixture(scope="module")
def predict(document: Any) -> Any:
    return document["paths"]["/predict"]["post"]


def resolved(document: Any, schema: Any) -> Any:
    """Return the schema that a reference names; another as it is."""
    if "$ref" not in schema:
        return schema
    return document["components"]["schemas"][schema["$ref"].split("/")[-1]]


def answer_fields(document: Any, schema: Any) -> set[str]:
    return set(resolved(document, schema)["properties"])


def test_it_is_openapi_3_1(document: Any) -> None:
    assert document["openapi"] == "3.1.0"
    assert document["info"]["version"] == "1.0.0"


def test_routes_and_methods_are_those_of_the_app(document: Any, stub_app: Flask) -> None:
    written = {(path, method) for path, item in document["paths"].items() for method in item}
    routes = {
        (rule.rule, method.lower())
        for rule in stub_app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert written == routes - {("/static/<path:filename>", "get")}


def test_what_predict_takes_is_what_it_documents(predict: Any) -> None:
    assert set(predict["requestBody"]["content"]) == {
        "application/json",
        "multipart/form-data",
        "image/png",
        "image/jpeg",
        "image/webp",
    }


@pytest.mark.parametrize("key", ["image", "images"])
def test_the_fields_of_a_json_request_are_taken_and_no_others(
    stub_app: Flask, predict: Any, key: str
) -> None:
    schemas = predict["requestBody"]["content"]["application/json"]["schema"]["oneOf"]
    [schema] = [schema for schema in schemas if key in schema["properties"]]
    values = {"image": FIVE_TEXT, "images": [FIVE_TEXT], "include": EVERYTHING}
    content = {name: values[name] for name in schema["properties"]}
    client = stub_app.test_client()
    assert client.post("/predict", json=content).status_code == 200
    for name in schema["required"]:
        without = {other: content[other] for other in content if other != name}
        assert client.post("/predict", json=without).status_code == 400
    assert schema["additionalProperties"] is False
    assert client.post("/predict", json={**content, "other": 1}).status_code == 400


def test_everything_that_can_be_included_is_documented(predict: Any) -> None:
    [parameter] = predict["parameters"]
    assert (parameter["name"], parameter["in"]) == ("include", "query")
    assert parameter["schema"]["items"]["enum"] == ["", *EVERYTHING]


def test_the_most_pictures_are_those_of_the_settings(predict: Any) -> None:
    _, many = predict["requestBody"]["content"]["application/json"]["schema"]["oneOf"]
    assert many["properties"]["images"]["maxItems"] == 7


def test_the_fields_of_an_answer_are_those_documented(
    document: Any, predict: Any, stub_app: Flask
) -> None:
    one, many = predict["responses"]["200"]["content"]["application/json"]["schema"]["oneOf"]

    def predicted(**pictures: object) -> Any:
        content = {**pictures, "include": EVERYTHING}
        return stub_app.test_client().post("/predict", json=content).json

    answer = predicted(image=FIVE_TEXT)
    assert set(answer) == answer_fields(document, one)
    fields = resolved(document, one)["properties"]["digits"]["items"]["properties"]
    assert [set(digit) for digit in answer["digits"]] == [set(fields)]
    assert [set(digit["box"]) for digit in answer["digits"]] == [set(fields["box"]["properties"])]
    answers = predicted(images=["*", FIVE_TEXT])
    assert set(answers) == answer_fields(document, many)
    prediction, failed = many["properties"]["predictions"]["items"]["oneOf"]
    problem, digit = answers["predictions"]
    assert set(digit) == answer_fields(document, prediction)
    assert set(problem) == answer_fields(document, failed)
    assert set(problem["error"]) == answer_fields(document, failed["properties"]["error"])


def test_the_fields_of_healthz_are_those_documented(document: Any, stub_app: Flask) -> None:
    operation = document["paths"]["/healthz"]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    answer: Any = stub_app.test_client().get("/healthz").json
    assert set(answer) == set(schema["properties"])
    for model in ("model", "segmenter"):
        assert set(answer[model]) == set(schema["properties"][model]["properties"])


def test_the_statuses_of_predict_are_those_documented(predict: Any) -> None:
    can_be = {status for status, _, wrong in WRONG_REQUESTS.values() if "path" not in wrong}
    assert set(predict["responses"]) == {"200", "503", *map(str, can_be - {405})}


def test_every_error_of_predict_is_documented_as_a_problem(document: Any, predict: Any) -> None:
    for status, response in predict["responses"].items():
        if status != "200":
            schema = response["content"]["application/problem+json"]["schema"]
            assert answer_fields(document, schema) == {"type", "title", "status", "detail"}


@pytest.mark.parametrize("path", ["/", "/docs", "/healthz", "/metrics", "/openapi.json"])
def test_each_page_has_the_documented_type(document: Any, stub_app: Flask, path: str) -> None:
    response = stub_app.test_client().get(path)
    assert list(document["paths"][path]["get"]["responses"]["200"]["content"]) == [
        response.mimetype
    ]


def names_in(node: Any) -> set[str]:
    """Return the names of all fields in a part of the document."""
    if isinstance(node, list):
        return set().union(*map(names_in, node))
    if not isinstance(node, dict):
        return set()
    own = set(node["properties"]) if isinstance(node.get("properties"), dict) else set()
    return own.union(*map(names_in, node.values()))


def test_the_documentation_names_every_route_status_and_field(
    document: Any, stub_app: Flask
) -> None:
    html = stub_app.test_client().get("/docs").text
    routes = {
        f"{method.upper()} {path}" for path, item in document["paths"].items() for method in item
    }
    statuses = set(document["paths"]["/predict"]["post"]["responses"])
    shown = set(re.findall(r"<code>([^<]*)</code>", html))
    assert routes | statuses | names_in(document) <= shown
    assert "array[1 to 7]" in html  # of pictures, by the setting


def test_the_documentation_is_light(stub_app: Flask) -> None:
    assert len(stub_app.test_client().get("/docs").data) < 10_000  # bytes


NUMBER, BLANK = (
    base64.b64encode(strokes.encode(drawing)).decode()
    for drawing in (strokes.row("42"), strokes.picture(5, ink="white"))
)


@pytest.fixture(scope="module")
def documented(app: Flask) -> Any:
    """The documented operations of the app with its models."""
    return schemathesis.openapi.from_wsgi("/openapi.json", app)


@pytest.mark.parametrize(
    ("pictures", "status"),
    [({"image": NUMBER}, 200), ({"images": [NUMBER, BLANK, "*"]}, 200), ({"image": BLANK}, 422)],
    ids=["one", "many", "empty sheet"],
)
def test_answers_about_drawn_digits_are_as_documented(
    documented: Any, pictures: dict[str, Any], status: int, subtests: pytest.Subtests
) -> None:
    for include in [[], *([name] for name in EVERYTHING), EVERYTHING]:
        with subtests.test(include=include):
            body = {**pictures, "include": include}
            case = documented["/predict"]["POST"].Case(body=body, media_type="application/json")
            response = case.call()
            assert response.status_code == status
            case.validate_response(response)


def test_healthz_is_as_documented(documented: Any) -> None:
    documented["/healthz"]["GET"].Case().call_and_validate()
