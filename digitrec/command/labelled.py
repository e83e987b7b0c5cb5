"""Labelled pictures to the digits that are read, for `digitrec measure` and `digitrec adapt`."""

import argparse
import csv
import re
from collections.abc import Iterator
from pathlib import Path

from digitrec.command import documents
from digitrec.command.files import listed
from digitrec.errors import DigitrecError, InvalidLabels, attempted
from digitrec.reading import Digit
from digitrec.recognizer import Recognizer
from digitrec.settings import Settings

NAMED = re.compile(r"(?:^|/)([0-9])(?:/|_)[^/]*$")  # in a folder 7, or with a name such as 7_a.png


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the argument that names the pictures."""
    what = (
        "pictures of one digit each: named 7_*.png and the like, or in folders 0 to 9, or listed "
        "in a CSV file with the columns file and label"
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help=what)


def read(folder: Path, settings: Settings) -> Iterator[tuple[Path, int, Digit | DigitrecError]]:
    """Yield each picture's file, its label, and the most prominent digit on it or an error.

    The model of the settings reads them. Raises InvalidLabels.
    """
    labels = dict(_rows(folder) if folder.suffix.lower() == ".csv" else _files(folder))
    if not labels:
        raise InvalidLabels(f"{folder} lists no pictures. Its first line must be: file,label")
    recognizer = Recognizer.from_settings(settings)
    pages = (attempted(documents.page, path, 1, documents.DPI) for path in labels)
    readings = recognizer.read_many(pages)
    for (path, label), reading in zip(labels.items(), readings, strict=True):
        found = reading if isinstance(reading, DigitrecError) else reading.prominent
        yield path, label, found


def _files(folder: Path) -> Iterator[tuple[Path, int]]:
    if not folder.exists():
        raise InvalidLabels(f"There is no folder or CSV file {folder}.")
    for path in map(Path, listed([str(folder)])):
        label = NAMED.search(path.as_posix())
        if path.is_dir():
            raise InvalidLabels(f"There is no picture in the folder {path}.")
        if not label:
            raise InvalidLabels(
                f"{path} has no label. If it shows a 7, name it 7_{path.name} or put it into a "
                "folder 7."
            )
        yield path, int(label[1])


def _rows(table: Path) -> Iterator[tuple[Path, int]]:
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                name, label = row.get("file"), row.get("label") or ""
                if not name or not re.fullmatch("[0-9]", label):
                    raise InvalidLabels(
                        f"{table} needs the columns file and label, a digit; a row has {row}."
                    )
                yield table.parent / name, int(label)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidLabels(f"{table} can't be read as CSV: {error}.") from error
