"""schemathesis sends what the API's own description allows, and what it forbids: all checks on."""

import base64
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.checks import CHECKS
from schemathesis.core.result import Ok
from schemathesis.pytest.lazy import get_all_tests

from tests import strokes

# What a schema can't say: that the bytes are a picture, with a digit on it.
drawings = st.builds(
    strokes.picture,
    st.integers(0, 9),
    size=st.just((140, 140)),
    box=st.just((35, 20, 105, 120)),
    width=st.integers(4, 12),
    ink=st.sampled_from(["black", "navy"]),
)


def files(format: str) -> st.SearchStrategy[bytes]:
    return drawings.map(lambda drawing: strokes.encode(drawing, format))


any_file = files("PNG") | files("JPEG") | files("WEBP")
base64_texts = st.builds(
    "{}{}".format,
    st.sampled_from(["", "data:image/png;base64,"]),
    any_file.map(base64.b64encode).map(bytes.decode),
)
schemathesis.openapi.format("picture", base64_texts)
for name in ("PNG", "JPEG", "WEBP"):
    schemathesis.openapi.media_type(f"image/{name.lower()}", files(name))


# Tighter than the defaults, which take a 404 or a 500 for an answer to a good request, but with
# the 413 that a longer list of pictures than allowed is answered with.
config = schemathesis.Config.from_dict(
    {
        "checks": {
            "positive_data_acceptance": {"expected-statuses": [200]},
            "negative_data_rejection": {"expected-statuses": [400, 405, 413, 415]},
        }
    }
)


def test_the_app_does_what_its_description_says(app: Flask, subtests: pytest.Subtests) -> None:
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app, config=config)
    # Not schemathesis's parametrize: each process that looks for tests would make all requests.
    tests = get_all_tests(schema=schema, test_func=hold, settings=None, given_kwargs=None)
    for result in tests:
        assert isinstance(result, Ok), result
        operation, test = result.ok()
        with subtests.test(operation.label):
            test()


def hold(case: Case[Any]) -> None:
    case.call_and_validate()


def test_no_check_is_off() -> None:
    names = CHECKS.get_all_names()
    assert {"positive_data_acceptance", "negative_data_rejection"} <= set(names)
    assert all(getattr(config.projects.default.checks, name).enabled for name in names)
