"""The API as an OpenAPI 3.1 document; tests/test_openapi.py holds it against the app."""

import json
from pathlib import Path
from typing import Any

from digitrec import __version__
from digitrec.settings import Settings
from digitrec.web import problem


def document(settings: Settings) -> dict[str, Any]:
    """Return `openapi.json` for an app with these settings."""
    content: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_bytes())
    content["info"]["version"] = __version__
    predict = content["paths"]["/predict"]["post"]
    _, many = predict["requestBody"]["content"]["application/json"]["schema"]["oneOf"]
    many["properties"]["images"]["maxItems"] = settings.max_images
    predict["responses"] = dict(sorted({**predict["responses"], **_problems()}.items()))
    if settings.metrics != "prometheus":
        del content["paths"]["/metrics"]
    return content


def _problems() -> dict[str, Any]:
    """Return the responses with a problem, by their status."""
    titles: dict[str, list[str]] = {}
    for kind, status in problem.STATUS.items():
        titles.setdefault(str(status), []).append(kind.title)
    body = {problem.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"description": " or ".join(sorted(some)), "content": body}
        for status, some in titles.items()
    }
