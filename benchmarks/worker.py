"""python -m benchmarks.worker MODULE: one peer in its own process, which times calls on request.

A line of JSON on standard input asks, a line on standard output answers. So several peers can be
measured in turn, each warm all the while.
"""

import asyncio
import gc
import importlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Call = Callable[[], Any]


def doors(app: Any, handler: Any, event: dict[str, Any]) -> dict[str, Call]:
    """Return the calls that answer an event's request: by the handler, and by the app alone."""
    return {"handler": lambda: handler(event, None), "client": _client(app, event["body"].encode())}


def _client(app: Any, body: bytes) -> Call:
    if hasattr(app, "test_client"):
        client = app.test_client()
        return lambda: client.post("/predict", data=body, content_type="application/json").data
    loop = asyncio.new_event_loop()
    return lambda: loop.run_until_complete(asgi(app, body))


async def asgi(app: Any, body: bytes) -> bytes:
    """Return an ASGI app's answer. Its test client would add a thread to each call."""
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/predict",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json"), (b"host", b"localhost")],
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return b"".join(message.get("body", b"") for message in sent)


def timed(call: Call, calls: int) -> list[float]:
    """Return the milliseconds of each of several calls.

    The processor's, all threads together: nothing here waits for anything, so on a quiet machine
    the clock on the wall shows the same, and on a busy one what others do as well.
    """
    gc.collect()
    gc.disable()  # as timeit does: a collection would fall on one of them by chance
    took = []
    for _ in range(calls):
        began = time.process_time()
        call()
        took.append((time.process_time() - began) * 1000)
    gc.enable()
    return took


def answers(module: str) -> Callable[[dict[str, Any]], Any]:
    """Return what answers a question: {"event": a file, "door": ..., "calls": how many}."""
    peer = importlib.import_module(module)
    known: dict[tuple[str, str], Call] = {}

    def answer(question: dict[str, Any]) -> Any:
        file, door = question["event"], question["door"]
        if (file, door) not in known:
            event = json.loads(Path(file).read_text())
            calls = doors(peer.app, peer.handler, event)
            if hasattr(peer, "parts"):
                calls |= peer.parts(event)
            known[file, door] = calls[door]
            known[file, door]()  # the first call is not a warm one
        call = known[file, door]
        return timed(call, question["calls"]) if question["calls"] else call()

    return answer


def main() -> None:
    """Answer until standard input ends."""
    answer = answers(sys.argv[1])
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
