"""Objects in S3 to bytes. The only module that needs boto3, which Lambda's runtime provides."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, Self

from digitrec.errors import InvalidSettings, Refused, TooLarge, Unavailable

URI = r"s3://([a-z0-9.-]+)/([^?#]+)(?:\?versionId=([^&#]+))?"

# Two timeouts in seconds, and the number of attempts. Lambda allows ten seconds for a start.
CONNECT, READ, TRIES = 2, 5, 2

# Temporary errors, for which the same request may succeed a little later: these, and all of FAILED.
PASSING = {"RequestTimeout", "RequestTimeTooSkewed", "Throttling"}
FAILED = range(500, 600)  # status of an answer: S3 failed, or is overloaded


class Object(NamedTuple):
    """The location of an object in S3; without a version, the newest."""

    bucket: str
    key: str
    version: str | None = None

    @classmethod
    def of(cls, uri: str) -> Self | None:
        """Return the object that `s3://bucket/key` or `s3://bucket/key?versionId=id` names."""
        # Most starts have a file's path: don't compile the pattern for those.
        match = re.fullmatch(URI, uri) if uri.startswith("s3://") else None
        return match and cls(*match.groups())

    def __str__(self) -> str:
        version = f"?versionId={self.version}" if self.version else ""
        return f"s3://{self.bucket}/{self.key}{version}"


class Storage:
    """Reads and writes objects over one connection, with the credentials of the process."""

    def __init__(self) -> None:
        try:
            import boto3
            from botocore.config import Config
        except ImportError:
            raise InvalidSettings(
                "MODEL_URI, BULK_BUCKET and INBOX_BUCKET need boto3. Install it: "
                f"{sys.executable} -m pip install boto3"
            ) from None
        tries = {"total_max_attempts": TRIES}
        config = Config(connect_timeout=CONNECT, read_timeout=READ, retries=tries)
        self._client: Any = boto3.client("s3", config=config)

    def read(self, place: Object, max_bytes: int) -> bytes:
        """Return an object's bytes.

        Raises
        ------
        TooLarge
            It has more than `max_bytes`; the rest is not read.
        Refused
            It is missing, or may not be read.
        Unavailable
            S3 is not available now.
        """
        version = {"VersionId": place.version} if place.version else {}
        with _errors_of(place, "read"):
            answer = self._client.get_object(Bucket=place.bucket, Key=place.key, **version)
            with answer["Body"] as body:
                content: bytes = body.read(max_bytes + 1)
        if len(content) > max_bytes:
            raise TooLarge(f"{place} is larger than {max_bytes:,} bytes.")
        return content

    def write(self, place: Object, content: bytes, content_type: str) -> None:
        """Put an object, in place of the one that is there. Raises Refused or Unavailable."""
        with _errors_of(place, "written"):
            self._client.put_object(
                Bucket=place.bucket, Key=place.key, Body=content, ContentType=content_type
            )


@contextmanager
def _errors_of(place: Object, done: str) -> Iterator[None]:
    """Raise the errors of boto3 as ours."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        kind = Unavailable if status in FAILED or code in PASSING else Refused
        raise kind(f"{place} can't be {done}: S3 answers {code}.{_hint(code)}") from error
    except BotoCoreError as error:
        raise Unavailable(f"{place} can't be {done}: {error}") from error


def _hint(code: str) -> str:
    # A role that may not list the bucket gets AccessDenied for a missing object.
    return " It may not exist, or this role may not use it." if code == "AccessDenied" else ""
