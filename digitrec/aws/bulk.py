"""S3 Batch Operations events to results: many pictures, no HTTP.

AWS walks through a bucket of any size, calls this for its objects, retries temporary failures, and
writes the results to a report.
"""

import json
from functools import cache
from typing import Any
from urllib.parse import unquote_plus

from digitrec.errors import DigitrecError, InvalidRequest, InvalidSettings, Unavailable, attempted
from digitrec.models import s3
from digitrec.recognizer import Reading, Recognizer
from digitrec.web.payload import MAX_BINARY_BYTES

SCHEMAS = ("1.0", "2.0")


def is_bulk(event: Any) -> bool:
    """Return whether an event is one of S3 Batch Operations."""
    return isinstance(event, dict) and event.get("invocationSchemaVersion") in SCHEMAS


def answer(event: dict[str, Any], recognizer: Recognizer, bucket: str | None) -> dict[str, Any]:
    """Return the result of each task of an event, in order.

    Parameters
    ----------
    event
        An event of invocation schema 1.0 or 2.0.
    recognizer
        Reads the pictures.
    bucket
        The only bucket whose objects are read; None reads none.

    Returns
    -------
    The event's ids, and for each task `Succeeded` with `{"digit": ..., "confidence": ...,
    "text": ...}`, or `TemporaryFailure` (a retry may succeed) or `PermanentFailure` with the
    reason.

    Raises
    ------
    InvalidRequest
        The event is not as AWS documents it.
    """
    try:
        invocation = event["invocationId"]
        tasks = [_task(task) for task in event["tasks"]]
    except (AttributeError, LookupError, TypeError) as error:
        raise InvalidRequest("The event is not as S3 Batch Operations sends it.") from error
    # A generator, so that only one picture's file is held at a time.
    results = recognizer.read_many(read(place, bucket, "BULK_BUCKET") for _, place in tasks)
    return {
        "invocationSchemaVersion": event["invocationSchemaVersion"],
        "treatMissingKeysAs": "PermanentFailure",  # no key is ever missing
        "invocationId": invocation,
        "results": [_result(task, r) for (task, _), r in zip(tasks, results, strict=True)],
    }


def _task(task: dict[str, Any]) -> tuple[str, s3.Object]:
    """Return a task's id, and the object to read."""
    # Schema 1.0 gives the bucket's ARN, arn:aws:s3:::bucket, and schema 2.0 its name.
    bucket = task["s3Bucket"] if "s3Bucket" in task else task["s3BucketArn"].rpartition(":")[2]
    key, version = unquote_plus(task["s3Key"]), task.get("s3VersionId") or None
    if not all(isinstance(name, str) for name in (task["taskId"], bucket, version or "")):
        raise TypeError("a name is not a string")
    if not key:  # boto3's error would look as if S3 were unavailable
        raise LookupError("no key")
    return task["taskId"], s3.Object(bucket, key, version)


def read(place: s3.Object, bucket: str | None, setting: str) -> bytes | DigitrecError:
    """Return a picture's file, or why it can't be read: it must be in the bucket of a setting."""
    if place.bucket != bucket:
        return InvalidSettings(f"{place} is not in {setting}, which is {bucket}.")
    return attempted(lambda: storage().read(place, MAX_BINARY_BYTES))


@cache
def storage() -> s3.Storage:
    """Return the process's connection to S3."""
    return s3.Storage()  # made at the first event: most processes never get one


def fields(reading: Reading) -> dict[str, Any]:
    """Return the digits of a picture's result, ready for JSON."""
    digit = reading.prominent
    confidence = round(digit.confidence, 4)
    return {"digit": digit.digit, "confidence": confidence, "text": reading.text}


def _result(task: str, result: Reading | DigitrecError) -> dict[str, str]:
    if isinstance(result, Reading):
        code, text = "Succeeded", json.dumps(fields(result))
    else:
        code = "TemporaryFailure" if isinstance(result, Unavailable) else "PermanentFailure"
        text = str(result)
    return {"taskId": task, "resultCode": code, "resultString": text}
