"""`make soak`: 20,000 mixed requests, a tenth of them hostile, and what memory does."""

import argparse
import base64
import json
import random
from collections.abc import Sequence

from tests import strokes
from tests.hostile import pictures, strategies
from tests.load.server import Server, serve

REQUESTS = 20_000
WARM = 2_000  # requests, after which memory must not grow any more
MAX_GROWTH = 0.05  # of the memory held then
HOSTILE = 0.1  # of the requests
SEED = 20_000

Sent = tuple[bytes, str]  # body and content type


def good(chance: random.Random) -> tuple[Sent, int]:
    """Return a request with a drawn digit, in one of the three ways, and the digit."""
    digit = chance.randrange(10)
    drawing = strokes.picture(digit, width=chance.randint(12, 22))
    file = strokes.encode(drawing, chance.choice(strategies.FORMATS))
    return chance.choice([_raw, _as_json, _as_form])(file), digit


def _raw(file: bytes) -> Sent:
    return file, "image/png"


def _as_json(file: bytes) -> Sent:
    return json.dumps({"image": base64.b64encode(file).decode()}).encode(), "application/json"


def _as_form(file: bytes) -> Sent:
    head = b'--x\r\nContent-Disposition: form-data; name="image"; filename="5"\r\n\r\n'
    return head + file + b"\r\n--x--\r\n", "multipart/form-data; boundary=x"


class Hostile:
    """Makes requests that want to hurt: bombs, damaged pictures, and nonsense."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._bombs = [bomb for _, bomb in pictures.bombs()]

    def request(self) -> Sent:
        """Return one of them."""
        chance = self._chance
        kind = chance.choice(["bomb", "JSON", "noise", "damaged"])
        if kind == "bomb" and not chance.randrange(5):  # few: they take the longest
            return _raw(chance.choice(self._bombs))
        if kind == "JSON":
            nested = b"[" * chance.randrange(100_000)
            return chance.choice([nested, b'{"image": "' + nested + b'"}']), "application/json"
        if kind == "noise":
            return chance.randbytes(chance.randrange(10_000)), chance.choice(
                strategies.CONTENT_TYPES
            )
        damaged = bytearray(chance.choice(strategies.SEEDS))
        for _ in range(chance.randint(1, 20)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        return chance.choice([_raw, _as_json, _as_form])(bytes(damaged))


def ask(server: Server, chance: random.Random, hostile: Hostile) -> bool:
    """Send one request, and return whether its answer is right."""
    if chance.random() < HOSTILE:
        status, _ = server.post(*hostile.request())
        return status == 200 or 400 <= status < 500  # any but a failure of ours
    sent, digit = good(chance)
    status, answer = server.post(*sent)
    return (status, json.loads(answer)) == (200, {"digit": digit})


def main(arguments: Sequence[str] | None = None) -> None:
    """Send them all; fail if an answer is wrong, or memory grows."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.soak", description=__doc__)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--warm", type=int, default=WARM)
    options = parser.parse_args(arguments)
    chance = random.Random(SEED)  # the same requests every time
    hostile = Hostile(chance)
    wrong = 0
    warm = 0
    with serve() as server:
        for count in range(1, options.requests + 1):
            wrong += not ask(server, chance, hostile)
            if count == options.warm:
                warm = server.memory()
            if count % options.warm == 0:
                print(
                    f"{count:6,} requests, {wrong} wrong, {server.memory() / 1e6:.1f} MB",
                    flush=True,
                )
        growth = server.memory() / warm - 1
        print(f"Memory grew by {growth:.1%}.")
    if wrong or growth > MAX_GROWTH:
        raise SystemExit("The soak failed.")


if __name__ == "__main__":
    main()
