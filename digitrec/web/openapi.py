"""The API as an OpenAPI 3.1 document; tests/test_openapi.py holds it against the app."""

import json
from pathlib import Path
from typing import Any

from digitrec import __version__


def document(max_images: int) -> dict[str, Any]:
    """Return `openapi.json` for an app that takes at most `max_images` pictures in a request."""
    content: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_bytes())
    content["info"]["version"] = __version__
    body = content["paths"]["/predict"]["post"]["requestBody"]["content"]["application/json"]
    _, many = body["schema"]["oneOf"]
    many["properties"]["images"]["maxItems"] = max_images
    return content
