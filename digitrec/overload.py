"""A WSGI app that does a few requests at once, lets a few wait, and has the others sent away.

Nothing is gained by doing more at once than there are processors, and everybody who waits holds
memory. Who comes when the queue is full is told so soon, and when to come again.
"""

import threading
import time
from collections.abc import Iterable
from typing import Any

FULL = "digitrec.full"  # in the environ of a request that the app must answer with 503
# Seconds before a refusal. Who asks again at once, whatever Retry-After says, would else take the
# processor from those that are being answered.
PAUSE = 0.01


class Bounded:
    """Wraps a WSGI app that answers a request with `FULL` in its environ by 503, and soon.

    Parameters
    ----------
    app
        The app. Its answers must be whole when it returns, as Flask's are.
    working
        How many requests are worked on at once.
    waiting
        How many more may wait for their turn.
    patience
        How long one of them waits at most, in seconds.
    """

    def __init__(self, app: Any, *, working: int, waiting: int, patience: float) -> None:
        self._app = app
        self._places = threading.BoundedSemaphore(working + waiting)
        self._turns = threading.BoundedSemaphore(working)
        self._patience = patience

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer as the app does, in turn."""
        if not self._places.acquire(blocking=False):
            return self._refuse(environ, start_response)
        try:
            if not self._turns.acquire(timeout=self._patience):
                return self._refuse(environ, start_response)
            try:
                return self._answer(environ, start_response)
            finally:
                self._turns.release()
        finally:
            self._places.release()

    def _refuse(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        time.sleep(PAUSE)
        return self._answer({**environ, FULL: True}, start_response)

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answer: Iterable[bytes] = self._app(environ, start_response)
        return answer
