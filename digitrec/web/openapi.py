"""The API as an OpenAPI 3.1 document; tests/test_openapi.py checks it against the app."""

from typing import Any

from digitrec import __version__
from digitrec.web import problem
from digitrec.web.payload import FORM, IMAGES, INCLUDABLE, JSON

# JSON Schema has no word for "base64 of a picture that holds a digit": the format is our own, and
# validators that don't know it ignore it.
PICTURE = {
    "type": "string",
    "format": "picture",
    "minLength": 1,
    "description": "A PNG, JPEG or WebP file as a data URL or as bare base64.",
}
# No type: an entry that is not a picture has its error in its place, and the request succeeds.
ENTRY = {
    "format": "picture",
    "description": "A picture, as in `image`. What is none is answered by an error in its place.",
}
FILE = {"type": "string", "format": "binary", "description": "A PNG, JPEG or WebP file."}
INCLUDE = {
    "type": "array",
    "items": {"type": "string", "enum": list(INCLUDABLE)},
    "description": "What to add to the digit.",
}
# In a query an empty list looks like a list of one empty name.
QUERY_INCLUDE = {**INCLUDE, "items": {"type": "string", "enum": ["", *INCLUDABLE]}}
# About one digit:
DIGIT = {"type": "integer", "minimum": 0, "maximum": 9}
ABOUT = {
    "confidence": {
        "type": "number",
        "minimum": 0,
        "maximum": 1,
        "description": "How probably this is a digit at all, and this one.",
    },
    "probabilities": {
        "type": "array",
        "items": {"type": "number", "minimum": 0, "maximum": 1},
        "minItems": 10,
        "maxItems": 10,
        "description": "The probability of each digit, 0 to 9, if this is one.",
    },
    "frame": {
        "type": "string",
        "description": "The 28x28 picture that the classifier saw: a PNG as a data URL.",
    },
    "explanation": {
        "type": "array",
        "items": {
            "type": "array",
            "items": {"type": "number"},
            "minItems": 28,
            "maxItems": 28,
        },
        "minItems": 28,
        "maxItems": 28,
        "description": (
            "The 28 rows of the frame: how much each pixel speaks for this digit (above 0) or for "
            "the second most probable one (below 0). Gradient times input, in logits."
        ),
    },
}
BOX = {
    "type": "object",
    "description": "Where the digit is, in px of the picture as it was sent, upright.",
    "properties": {
        **{side: {"type": "integer", "minimum": 0} for side in ("left", "top")},
        **{side: {"type": "integer", "minimum": 1} for side in ("width", "height")},
    },
    "required": ["left", "top", "width", "height"],
    "additionalProperties": False,
}
PREDICTION = {
    "type": "object",
    "properties": {
        "digit": {**DIGIT, "description": "The only digit, or the most prominent of several."},
        **ABOUT,
        "text": {
            "type": "string",
            "pattern": "^[0-9]+(\\n[0-9]+)*$",
            "description": "All digits in reading order, a line of the picture on each line.",
        },
        "digits": {
            "type": "array",
            "minItems": 1,
            "description": "All digits in reading order.",
            "items": {
                "type": "object",
                "properties": {"digit": DIGIT, **ABOUT, "box": BOX},
                "required": ["digit", "confidence", "box"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["digit"],
    "additionalProperties": False,
}
PROBLEM = {
    "type": "object",
    "description": "What went wrong, and what to change (RFC 9457).",
    "properties": {
        "type": {"type": "string", "description": "Names the kind of problem; it is stable."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
    "required": ["type", "title", "status", "detail"],
    "additionalProperties": False,
}
SHA256 = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
HEALTH = {
    "type": "object",
    "properties": {
        "status": {"const": "ok"},
        "version": {"type": "string"},
        "model": {
            "type": "object",
            "properties": {
                "sha256": SHA256,
                "layers": {"type": "array", "items": {"type": "integer", "minimum": 1}},
            },
            "required": ["sha256", "layers"],
            "additionalProperties": False,
        },
        "segmenter": {
            "type": "object",
            "properties": {"sha256": SHA256},
            "required": ["sha256"],
            "additionalProperties": False,
        },
    },
    "required": ["status", "version", "model", "segmenter"],
    "additionalProperties": False,
}


OVERLOADED = {
    "description": "The server has too much to do",
    "headers": {
        "Retry-After": {
            "description": "Seconds after which to send the request again.",
            "schema": {"type": "integer", "minimum": 1},
        }
    },
    "content": {problem.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def document(max_images: int) -> dict[str, Any]:
    """Return the document of an app that takes at most `max_images` pictures in a request."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "digitrec",
            "version": __version__,
            "description": "A picture of handwritten digits goes in, the digits come out.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": {
            "/": {"get": _get("page", "The page to draw on", "text/html", {"type": "string"})},
            "/healthz": {"get": _get("healthz", "That it runs, and on which models", JSON, HEALTH)},
            "/openapi.json": {"get": _get("openapi", "This document", JSON, {"type": "object"})},
            "/predict": {"post": _predict(max_images)},
        },
        "components": {"schemas": {"Prediction": PREDICTION, "Problem": PROBLEM}},
    }


def _get(name: str, summary: str, media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": summary,
        "responses": {"200": {"description": "OK", "content": {media_type: {"schema": schema}}}},
    }


def _predict(max_images: int) -> dict[str, Any]:
    images = {"type": "array", "items": ENTRY, "minItems": 1, "maxItems": max_images}
    one_picture = {
        "type": "object",
        "properties": {"image": FILE},
        "required": ["image"],
        "additionalProperties": False,
    }
    return {
        "operationId": "predict",
        "summary": "Read the digits in one picture, or in each of several",
        "parameters": [
            {
                "name": "include",
                "in": "query",
                "schema": QUERY_INCLUDE,
                "style": "form",
                "explode": False,
            }
        ],
        "requestBody": {
            "required": True,
            "content": {
                JSON: {"schema": {"oneOf": [_body("image", PICTURE), _body("images", images)]}},
                FORM: {
                    "schema": one_picture,
                    "encoding": {"image": {"contentType": ", ".join(IMAGES)}},
                },
                **{image: {"schema": FILE} for image in IMAGES},
            },
        },
        "responses": {
            "200": {
                "description": "What was read; of several pictures in their order",
                "content": {JSON: {"schema": {"oneOf": [_ref("Prediction"), _predictions()]}}},
            },
            **{str(status): _problem(status) for status in sorted(set(problem.STATUS.values()))},
            "503": OVERLOADED,
        },
    }


def _body(key: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {key: schema, "include": INCLUDE},
        "required": [key],
        "additionalProperties": False,
    }


def _predictions() -> dict[str, Any]:
    failed = {
        "type": "object",
        "properties": {"error": _ref("Problem")},
        "required": ["error"],
        "additionalProperties": False,
    }
    items = {"oneOf": [_ref("Prediction"), failed]}
    return {
        "type": "object",
        "properties": {"predictions": {"type": "array", "items": items}},
        "required": ["predictions"],
        "additionalProperties": False,
    }


def _problem(status: int) -> dict[str, Any]:
    titles = sorted(error.title for error, its in problem.STATUS.items() if its == status)
    content = {problem.MEDIA_TYPE: {"schema": _ref("Problem")}}
    return {"description": " or ".join(titles), "content": content}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
