"""The API as an OpenAPI 3.1 document; tests/test_openapi.py holds it against the app."""

import json
from pathlib import Path
from typing import Any

from digitrec import __version__
from digitrec.settings import Settings


def document(settings: Settings) -> dict[str, Any]:
    """Return `openapi.json` for an app with these settings."""
    content: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_bytes())
    content["info"]["version"] = __version__
    body = content["paths"]["/predict"]["post"]["requestBody"]["content"]["application/json"]
    _, many = body["schema"]["oneOf"]
    many["properties"]["images"]["maxItems"] = settings.max_images
    if settings.metrics != "prometheus":
        del content["paths"]["/metrics"]
    return content
