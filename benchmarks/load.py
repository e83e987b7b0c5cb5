"""Clients that ask a server over and over: requests a second, and how long the slow ones take.

The client is this one module and not a tool, since it has to leave the machine to the server: the
request is made once, sent on connections that stay open, and of the answer only the status and the
length are read.
"""

import asyncio
import math
import time
from typing import NamedTuple
from urllib.parse import urlsplit

PATIENCE = 10  # seconds, after which an answer that has not come is an error


class Load(NamedTuple):
    """What so many clients saw.

    Attributes
    ----------
    clients
        Each sends its next request when it has the answer to the last one.
    per_second
        Answered requests.
    p50, p99
        Milliseconds that half, and 99 of 100, of the answers took at most.
    slowest
        Milliseconds.
    errors
        Answers of another status than 200, and lost connections.
    """

    clients: int
    per_second: float
    p50: float
    p99: float
    slowest: float
    errors: int


def run(address: str, body: bytes, clients: int, seconds: float) -> Load:
    """Return what clients see that post a JSON body to `/predict` of a server.

    Parameters
    ----------
    address
        As "http://127.0.0.1:8000".
    body
        Of each request.
    clients
        How many ask at once.
    seconds
        For how long, after a tenth of it that isn't counted.
    """
    return asyncio.run(_run(address, body, clients, seconds))


async def _run(address: str, body: bytes, clients: int, seconds: float) -> Load:
    url = urlsplit(address)
    host, port = url.hostname or "127.0.0.1", url.port or 80
    head = (
        f"POST /predict HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    counted = time.perf_counter() + seconds / 10
    until = counted + seconds
    asked = [_ask(host, port, head.encode() + body, counted, until) for _ in range(clients)]
    results = await asyncio.gather(*asked)
    took = sorted(ms for times, _ in results for ms in times)
    if not took:
        raise RuntimeError(f"{address} answered nothing")
    return Load(
        clients,
        len(took) / seconds,
        percentile(took, 50),
        percentile(took, 99),
        took[-1],
        sum(errors for _, errors in results),
    )


async def _ask(
    host: str, port: int, request: bytes, counted: float, until: float
) -> tuple[list[float], int]:
    """Ask until the time is over; return the counted answers' milliseconds, and the errors."""
    took: list[float] = []
    errors = 0
    while time.perf_counter() < until:
        try:
            reader, writer = await asyncio.open_connection(host, port)
        except OSError:
            errors += 1
            await asyncio.sleep(0.01)  # not in circles, should nobody listen
            continue
        try:
            keep = True
            while keep and (began := time.perf_counter()) < until:
                writer.write(request)
                async with asyncio.timeout(PATIENCE):
                    right, keep = await _answer(reader)
                ended = time.perf_counter()
                errors += not right
                if right and counted <= ended < until:
                    took.append((ended - began) * 1000)
        except (OSError, EOFError):  # the connection is lost, or nothing came in time
            errors += 1
        finally:
            writer.close()
    return took, errors


async def _answer(reader: asyncio.StreamReader) -> tuple[bool, bool]:
    """Read one answer; return whether its status is 200, and whether the connection stays open."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    lines = head.split(b"\r\n")
    [length] = [line for line in lines if line.startswith(b"content-length:")]
    await reader.readexactly(int(length.split(b":")[1]))
    return lines[0].split()[1] == b"200", b"connection: close" not in lines


def percentile(ordered: list[float], percent: float) -> float:
    """Return the value that so many percent of ordered ones are at most (nearest rank)."""
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]
