"""The README and docs/, as the tests read them."""

import re
from itertools import dropwhile, takewhile
from typing import Any

from digitrec.recognizer import Box
from tests.server import ROOT

# docs/benchmarks.md is written by a program, and tested beside it.
PATHS = sorted(
    {*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")} - {ROOT / "docs" / "benchmarks.md"}
)
PAGES = {str(path.relative_to(ROOT)): path.read_text() for path in PATHS}
DEPLOYED = "https://abc123.lambda-url.us-east-1.on.aws"  # in the docs, that of `make deploy`
TOLERANCE = 0.05  # of a probability: the docs need not change with every model
PX = 8  # of a box's side, the same


def blocks(language: str) -> list[str]:
    """Return the fenced blocks in a language, of all pages."""
    fence = re.compile(rf"^```{language}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return [block for text in PAGES.values() for block in fence.findall(text)]


def table(page: str, heading: str) -> list[list[str]]:
    """Return the cells of the first table below a page's heading, without its head."""
    lines = iter(PAGES[page].split(f"# {heading}\n", 1)[1].splitlines())
    rows = list(takewhile(_is_row, dropwhile(lambda line: not _is_row(line), lines)))
    return [[cell.strip(" `") for cell in row.strip("|").split("|")] for row in rows[2:]]


def _is_row(line: str) -> bool:
    return line.startswith("|")


def resembles(answer: Any, shown: Any) -> bool:
    """Return whether an answer is the one shown, with probabilities and boxes about equal."""
    if isinstance(shown, dict) and list(shown) == list(Box._fields):
        return all(abs(answer[side] - shown[side]) <= PX for side in shown)
    if isinstance(shown, dict):
        return (
            isinstance(answer, dict)
            and list(answer) == list(shown)
            and all(resembles(answer[key], shown[key]) for key in shown)
        )
    if isinstance(shown, list):
        return len(answer) == len(shown) and all(map(resembles, answer, shown))
    if isinstance(answer, float):
        return abs(answer - shown) < TOLERANCE
    return bool(answer == shown)
