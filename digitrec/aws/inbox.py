"""S3's events to JSON files: each picture that is put into a bucket gets its digits beside it."""

import json
import logging
from typing import Any
from urllib.parse import unquote_plus

from digitrec.aws import bulk
from digitrec.errors import DigitrecError, InvalidRequest, value_of
from digitrec.models import s3
from digitrec.recognizer import Recognizer
from digitrec.web import problem

RESULT = ".json"  # added to a picture's key, so that a.png and a.jpg have different results
# Not pictures: the results, whose events come here too, and the folders that S3's console makes.
IGNORED = (RESULT, "/")
PICTURE = tuple(problem.STATUS)  # errors caused by the picture, not by S3

logger = logging.getLogger(__name__)


def answer(
    event: dict[str, Any], service: str, recognizer: Recognizer, bucket: str
) -> dict[str, Any]:
    """Write a result beside each new picture that an event names.

    `a.png` has its result in `a.png.json`: `{"digit": ..., "confidence": ..., "text": ...}`, or
    `{"error": ...}` with the problem of a picture that can't be read. An event that comes twice
    writes the same result twice.

    Parameters
    ----------
    event
        An event of S3, or of SQS with one of S3 in each message.
    service
        Which of them sent it: "aws:s3" or "aws:sqs".
    recognizer
        Reads the pictures.
    bucket
        The only bucket whose objects are read.

    Returns
    -------
    For SQS, the messages that must be delivered again, as Lambda expects them. For S3, nothing.

    Raises
    ------
    InvalidRequest
        The event is not as its service sends it.
    InvalidSettings
        An event of S3 names another bucket.
    Refused, Unavailable
        An event of S3 names a picture that can't be read from S3, or whose result can't be written.
    """
    if service == "aws:s3":
        _read_all(event, recognizer, bucket)
        return {}
    try:
        messages = [(message["messageId"], message["body"]) for message in event["Records"]]
    except (LookupError, TypeError) as error:
        raise InvalidRequest("The event is not as SQS sends it.") from error
    failed = []
    for name, body in messages:
        try:
            _read_all(body, recognizer, bucket)
        except DigitrecError as error:
            logger.warning("message %s is left in the queue: %s", name, error)
            failed.append({"itemIdentifier": name})
    return {"batchItemFailures": failed}


def _read_all(event: Any, recognizer: Recognizer, bucket: str) -> None:
    for place in _places(event):
        if place.key.endswith(IGNORED):
            continue
        try:
            picture = value_of(bulk.read(place, bucket, "INBOX_BUCKET"))
            content = bulk.fields(recognizer.read(picture))
        except PICTURE as error:
            content = {"error": problem.of(error)}
        beside = place._replace(key=place.key + RESULT)
        bulk.storage().write(beside, json.dumps(content).encode(), "application/json")


def _places(event: Any) -> list[s3.Object]:
    """Return the new pictures that an event of S3, or its JSON, names."""
    try:
        event = json.loads(event) if isinstance(event, str) else event
        if event.get("Event") == "s3:TestEvent":  # which S3 sends when a notification is set up
            return []
        objects = [record["s3"] for record in event["Records"]]
        # The newest version, not the event's. Events come in any order, and one that comes late
        # must not replace the result of a newer picture.
        return [s3.Object(o["bucket"]["name"], unquote_plus(o["object"]["key"])) for o in objects]
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise InvalidRequest("The event is not as S3 sends it.") from error
