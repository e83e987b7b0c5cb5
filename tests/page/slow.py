"""The app on a bad day: every answer of /predict takes its own time, so later ones overtake."""

import random
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from digitrec import create_app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SECONDS = (0.02, 0.6)  # the fastest and the slowest

app = create_app()
answer = app.wsgi_app


def answer_late(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/predict":
        time.sleep(random.uniform(*SECONDS))
    return answer(environ, start_response)


app.wsgi_app = answer_late  # type: ignore[method-assign] # Flask's own way to wrap an app
