"""Errors to RFC 9457 problems, the one form in which every route reports what went wrong."""

from http import HTTPStatus
from typing import Any

from werkzeug.exceptions import HTTPException

from digitrec import errors
from digitrec.errors import DigitrecError

MEDIA_TYPE = "application/problem+json"

STATUS: dict[type[DigitrecError], int] = {
    errors.InvalidRequest: 400,
    errors.InvalidImage: 400,
    errors.TooLarge: 413,
    errors.UnsupportedType: 415,
    errors.NoDigit: 422,
}

# Used where werkzeug's own message doesn't say what to change.
DETAILS = {
    404: "There is nothing at this path. The page is at /, the API's description at /docs.",
    405: "This path does not allow this method. The Allow header lists those that it allows.",
    500: "The server failed on this request. The failure is in the server's log.",
    503: "The server is overloaded. The Retry-After header says when to send this again.",
}


def of(error: DigitrecError | HTTPException) -> dict[str, Any]:
    """Return the members of the problem: type, title, status and detail."""
    if isinstance(error, DigitrecError):
        slug, title, status = error.slug, error.title, STATUS[type(error)]
        detail = str(error)
    else:
        status = error.code or 500
        title = HTTPStatus(status).phrase
        slug = title.lower().replace(" ", "-")
        detail = DETAILS.get(status, error.description or title)
    return {"type": f"/problems/{slug}", "title": title, "status": status, "detail": detail}
