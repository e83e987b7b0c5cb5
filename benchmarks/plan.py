"""What is timed: each figure's contestants, and what each of them does."""

from collections.abc import Iterable
from typing import NamedTuple

from benchmarks import events
from benchmarks.peers import OURS

FLOOR, FULL_DECODE, DECODE, AFTER = "floor", "full decode", "decode", "after decoding"
PICTURES = (events.CANVAS, events.SMALL, events.PHOTOGRAPH)


class Turn(NamedTuple):
    """One contestant's turn.

    Attributes
    ----------
    figure
        The figure's name.
    who
        A peer's name, or that of a part of digitrec.
    process
        Which process does it: a peer's, or that of the floors.
    event
        The name of the request.
    door
        What the process is asked to do with the request: see `benchmarks.worker`.
    """

    figure: str
    who: str
    process: str
    event: str
    door: str


def handler(event: str) -> str:
    """Return the name of the figure of an event's way through `handler()`."""
    return f"handler: {event}"


def client(event: str) -> str:
    """Return the name of the figure of an event's way through the framework's client."""
    return f"client: {event}"


def turns(peers: Iterable[str]) -> list[Turn]:
    """Return all turns of a round, those of one figure side by side."""
    peers = list(peers)
    planned = []
    for picture in (*PICTURES, *events.CHROME):
        figure = handler(picture)
        planned += [Turn(figure, peer, peer, picture, "handler") for peer in peers]
        planned.append(Turn(figure, FLOOR, FLOOR, picture, FLOOR))
        if picture == events.PHOTOGRAPH:
            planned.append(Turn(figure, FULL_DECODE, FLOOR, picture, FULL_DECODE))
        if picture in PICTURES:
            planned += [Turn(client(picture), peer, peer, picture, "client") for peer in peers]
    for number in events.NUMBERS:  # the peers read single digits
        planned += [
            Turn(handler(number), OURS, OURS, number, "handler"),
            Turn(handler(number), AFTER, OURS, number, AFTER),
            Turn(handler(number), FLOOR, FLOOR, number, FLOOR),
        ]
    for count in events.BATCHES:
        for event in (events.batch(count), events.small_batch(count)):
            planned += [Turn(handler(event), peer, peer, event, "handler") for peer in peers]
    for px in events.SIDES:
        event = events.side(px)
        planned += [Turn(handler(event), peer, peer, event, "handler") for peer in peers]
        planned += [Turn(handler(event), part, OURS, event, part) for part in (DECODE, AFTER)]
    return planned
