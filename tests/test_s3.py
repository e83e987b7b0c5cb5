"""A model in S3: fetched once at the start, and every way in which that can fail."""

import hashlib
import json
import sys
from pathlib import Path

import pytest

from deploy import runtime
from digitrec import Recognizer
from digitrec.errors import InvalidModel, InvalidSettings, TooLarge, Unavailable
from digitrec.models import s3, unpickle, weights
from digitrec.settings import Settings
from tests import aws
from tests.aws import BUCKET, forbid, put
from tests.lambda_events import Request, function_url
from tests.requests import FIVE

MODEL = Path(Settings.model_path).read_bytes()
PIN = hashlib.sha256(MODEL).hexdigest()
URI = "s3://models/digits/latest.pkl"


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("s3://b/k", s3.Object("b", "k")),
        ("s3://b-1.c/d/e f/g.pkl", s3.Object("b-1.c", "d/e f/g.pkl")),
        ("s3://b/k?versionId=a.b_C", s3.Object("b", "k", "a.b_C")),
        ("s3://b", None),
        ("s3://b/", None),
        ("s3:///k", None),
        ("s3://B/k", None),
        ("s3://b/k?version=1", None),
        ("s3://b/k?versionId=", None),
        ("https://b/k", None),
        ("/models/five.pkl", None),
    ],
)
def test_a_uri_names_an_object(uri: str, expected: s3.Object | None) -> None:
    assert s3.Object.of(uri) == expected
    if expected is not None:
        assert str(expected) == uri


def test_a_model_in_s3_is_the_model(bucket: dict[str, str]) -> None:
    put(bucket, MODEL)
    recognizer = Recognizer.load(URI, PIN)
    assert (recognizer.sha256, recognizer.recognize(FIVE).digit) == (PIN, 5)


def test_a_version_is_read_though_a_newer_one_is_there(bucket: dict[str, str]) -> None:
    client = aws.client("s3", bucket)
    client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    version = put(bucket, MODEL)
    put(bucket, b"something else")
    assert Recognizer.load(f"{URI}?versionId={version}", PIN).sha256 == PIN


def test_a_missing_model_is_named(bucket: dict[str, str]) -> None:
    del bucket
    with pytest.raises(InvalidModel, match=rf"MODEL_URI .* {URI} .* S3 answers NoSuchKey\."):
        Recognizer.load(URI, PIN)


def test_a_missing_bucket_is_named(bucket: dict[str, str]) -> None:
    del bucket
    with pytest.raises(InvalidModel, match="s3://none/k can't be read: S3 answers NoSuchBucket"):
        Recognizer.load("s3://none/k", PIN)


def test_a_forbidden_model_is_named(bucket: dict[str, str]) -> None:
    put(bucket, MODEL)
    forbid(bucket)
    with pytest.raises(InvalidModel, match=rf"{URI} can't be read: S3 answers .*"):
        Recognizer.load(URI, PIN)


def test_who_is_denied_access_is_told_both_reasons() -> None:
    assert s3._hint("AccessDenied") == " It may not exist, or this role may not use it."  # noqa: SLF001


def test_a_model_over_the_size_cap_is_refused(bucket: dict[str, str]) -> None:
    put(bucket, bytes(weights.MAX_BYTES + 1))
    with pytest.raises(InvalidModel, match=rf"{URI} is larger than 16,000,000 bytes"):
        Recognizer.load(URI, PIN)


def test_no_more_than_the_cap_is_read(bucket: dict[str, str]) -> None:
    put(bucket, b"12345")
    assert s3.Storage().read(s3.Object(BUCKET, "digits/latest.pkl"), 5) == b"12345"
    with pytest.raises(TooLarge):
        s3.Storage().read(s3.Object(BUCKET, "digits/latest.pkl"), 4)


def test_another_model_than_the_pinned_is_refused_before_it_is_unpickled(
    bucket: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        pytest.fail("it was unpickled")

    monkeypatch.setattr(unpickle, "load", never)
    put(bucket, MODEL)
    with pytest.raises(InvalidModel, match=rf"MODEL_URI.* {PIN}, not {'0' * 64}.*MODEL_SHA256"):
        Recognizer.load(URI, "0" * 64)


def test_what_is_no_model_is_refused_though_it_is_pinned(bucket: dict[str, str]) -> None:
    put(bucket, b"no pickle")
    with pytest.raises(InvalidModel, match=rf"{URI} \(MODEL_URI\) is not a pickled model"):
        Recognizer.load(URI, hashlib.sha256(b"no pickle").hexdigest())


def test_s3_that_does_not_answer_is_named(
    bucket: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    del bucket
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(InvalidModel, match=rf"MODEL_URI .* {URI} can't be read: Could not connect"):
        Recognizer.load(URI, PIN)


def test_an_overloaded_s3_may_answer_later(
    bucket: dict[str, str], busy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    del bucket
    monkeypatch.setenv("AWS_ENDPOINT_URL", busy)
    with pytest.raises(Unavailable, match="S3 answers SlowDown"):
        s3.Storage().read(s3.Object(BUCKET, "k"), 1)


def test_without_boto3_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(InvalidSettings) as caught:
        s3.Storage()
    advice = f"Install it: {sys.executable} -m pip install boto3"
    assert str(caught.value) == f"MODEL_URI, BULK_BUCKET and INBOX_BUCKET need boto3. {advice}"


def test_a_model_in_s3_must_be_pinned() -> None:
    with pytest.raises(InvalidSettings, match="MODEL_URI is set without MODEL_SHA256"):
        Settings.from_environment({"MODEL_URI": URI})
    settings = Settings.from_environment({"MODEL_URI": URI, "MODEL_SHA256": PIN})
    assert settings.model == URI
    assert Settings.from_environment({}).model == Settings.model_path


@pytest.mark.needs_lambda
def test_the_zip_reads_its_model_from_s3(bucket: dict[str, str], artifact: Path) -> None:
    put(bucket, MODEL)
    event = json.dumps(
        function_url(Request(headers={"Content-Type": "image/png"}, body=FIVE))
    ).encode()
    variables = {**bucket, "MODEL_URI": URI, "MODEL_SHA256": PIN}
    with runtime.run(artifact, variables) as function:
        answers = [json.loads(function.invoke(event))["body"] for _ in range(3)]
        aws.client("s3", bucket).delete_object(Bucket=BUCKET, Key="digits/latest.pkl")
        answers.append(json.loads(function.invoke(event))["body"])  # it is in memory
    assert answers == ['{"digit":5}\n'] * 4


@pytest.mark.needs_lambda
@pytest.mark.parametrize(
    ("content", "pin", "sentence"),
    [
        (None, PIN, "S3 answers NoSuchKey"),
        (MODEL, "0" * 64, "MODEL_SHA256"),
        (bytes(weights.MAX_BYTES + 1), PIN, "larger than"),
        (b"5", hashlib.sha256(b"5").hexdigest(), "is not a pickled model"),
    ],
    ids=["missing", "wrong hash", "too large", "not a model"],
)
def test_the_start_of_the_zip_fails_with_a_sentence_that_names_it(
    bucket: dict[str, str], artifact: Path, content: bytes | None, pin: str, sentence: str
) -> None:
    if content is not None:
        put(bucket, content)
    variables = {**bucket, "MODEL_URI": URI, "MODEL_SHA256": pin}
    with (
        runtime.run(artifact, variables) as function,
        pytest.raises(runtime.FunctionError) as caught,
    ):
        function.wait_until_ready()
    message = json.loads(str(caught.value))["errorMessage"]
    assert sentence in message
    assert "MODEL_URI" in message
