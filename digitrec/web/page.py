"""The routes for browsers: the page, its files, and the API's documentation."""

from functools import cache
from http import HTTPStatus

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import NotFound, PreconditionFailed

from digitrec.settings import ROOT, Settings
from digitrec.web.assets import Assets

YEAR = 365 * 24 * 3600  # seconds


def add(app: Flask, settings: Settings) -> None:
    """Add the routes of the page to the app: `/`, `/docs` and `/static`."""

    @cache
    def assets() -> Assets:
        return Assets.load(ROOT / "static")  # late: a cold start is for a prediction

    def html(template: str, **values: object) -> Response:
        values |= {"static": f"static/{assets().version}", "public_url": settings.public_url}
        return _cached(Response(render_template(template, **values)))

    @app.get("/", strict_slashes=False)  # an empty path is the same (RFC 9110, 4.2.3): no redirect
    def page() -> Response:
        return html("index.html", modules=assets().modules)

    @app.get("/docs")
    def docs() -> Response:
        from digitrec.web import openapi  # noqa: PLC0415 # late: a cold start seldom needs it

        return html("docs.html", document=openapi.document(settings))

    @app.get("/static/<path:filename>")
    def static(filename: str) -> Response:
        version, _, name = filename.rpartition("/")
        asset = assets().files.get(name)
        if asset is None or not Assets.is_version(version):
            raise NotFound
        response = Response(asset.content, content_type=asset.content_type)
        # A file under its version's name never changes.
        return _cached(response, forever=version == assets().version)


def _cached(response: Response, *, forever: bool = False) -> Response:
    """Return a response that browsers may cache, and that is not sent again if unchanged."""
    caching = f"public, max-age={YEAR}, immutable" if forever else "no-cache"
    response.headers["Cache-Control"] = caching
    response.add_etag(weak=True)  # weak: the same with gzip and without
    environ = request.environ
    if environ.get("HTTP_IF_MATCH", "").strip() == "*":  # werkzeug finds no tag of that name
        environ = {**environ, "HTTP_IF_MATCH": ""}
    response.make_conditional(environ)
    if response.status_code == HTTPStatus.PRECONDITION_FAILED:  # its body is the file itself
        raise PreconditionFailed("The content does not match If-Match. Leave that header out.")
    del response.headers["Date"]  # the server adds it
    return response
