"""Events of S3 Batch Operations, as AWS documents them, against S3 (moto)."""

import functools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import handler as module
from deploy import runtime
from digitrec import Recognizer
from digitrec.aws import bulk
from digitrec.classify.network import Network
from digitrec.errors import InvalidRequest
from tests import aws, strokes
from tests.aws import BUCKET, forbid, put
from tests.requests import FIVE

Result = tuple[str, str]


@pytest.fixture(autouse=True)
def no_storage_of_another_test() -> None:
    bulk.storage.cache_clear()


def event(*keys: str, schema: str = "1.0", bucket: str = BUCKET) -> dict[str, Any]:
    """Return an event with a task a key, as S3 Batch Operations sends it."""
    place = {"1.0": {"s3BucketArn": f"arn:aws:s3:::{bucket}"}, "2.0": {"s3Bucket": bucket}}
    job: dict[str, Any] = {"id": "f3cc4f60-61f6-4a2b-8a21-d07600c373ce"}
    if schema == "2.0":
        job["userArguments"] = {"a": "b"}
    return {
        "invocationSchemaVersion": schema,
        "invocationId": "YXNkbGZqYWRmaiBhc2RmdW9hZHNmZGpmaGFzbGtkaGZza2RmaAo",
        "job": job,
        "tasks": [
            {"taskId": f"task-{n}", "s3Key": key, "s3VersionId": None, **place[schema]}
            for n, key in enumerate(keys)
        ],
    }


def results(answer: dict[str, Any]) -> list[Result]:
    """Return the code and the text of each task, in the order of the tasks."""
    assert [r["taskId"] for r in answer["results"]] == [
        f"task-{n}" for n in range(len(answer["results"]))
    ]
    return [(r["resultCode"], r["resultString"]) for r in answer["results"]]


@pytest.mark.parametrize("schema", ["1.0", "2.0"])
def test_each_task_has_its_digit(
    schema: str, bucket: dict[str, str], recognizer: Recognizer
) -> None:
    for digit in range(10):
        put(bucket, strokes.encode(strokes.picture(digit)), f"{digit}.png")
    keys = [f"{digit}.png" for digit in range(10)]
    answer = bulk.answer(event(*keys, schema=schema), recognizer, BUCKET)
    assert {name: answer[name] for name in answer if name != "results"} == {
        "invocationSchemaVersion": schema,
        "treatMissingKeysAs": "PermanentFailure",
        "invocationId": "YXNkbGZqYWRmaiBhc2RmdW9hZHNmZGpmaGFzbGtkaGZza2RmaAo",
    }
    codes, texts = zip(*results(answer), strict=True)
    assert set(codes) == {"Succeeded"}
    assert [json.loads(text)["digit"] for text in texts] == list(range(10))
    assert all(0.5 < json.loads(text)["confidence"] <= 1 for text in texts)


def test_a_task_s_result_has_all_digits_beside_the_prominent_one(
    bucket: dict[str, str], recognizer: Recognizer
) -> None:
    put(bucket, strokes.encode(strokes.row("42")), "number.png")
    [(code, text)] = results(bulk.answer(event("number.png"), recognizer, BUCKET))
    content = json.loads(text)
    assert (code, list(content)) == ("Succeeded", ["digit", "confidence", "text"])
    assert (content["text"], str(content["digit"]) in "42") == ("42", True)


def test_a_picture_is_forgotten_when_the_next_is_read(
    recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[int] = [0]

    class File(bytes):
        def __del__(self) -> None:
            held.append(held[-1] - 1)

    class Storage:
        def read(self, *_: object) -> bytes:
            held.append(held[-1] + 1)
            return File(FIVE)

    monkeypatch.setattr(bulk, "storage", functools.cache(Storage))
    bulk.answer(event(*["a.png"] * 4), recognizer, BUCKET)
    assert max(held) == 2  # of which the earlier is let go when the later has come


def test_all_tasks_of_an_event_take_one_pass_of_the_network(
    bucket: dict[str, str], recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes: list[int] = []
    probabilities = Network.probabilities

    def counted(network: Network, frames: NDArray[np.float32]) -> NDArray[np.float32]:
        passes.append(len(frames))
        return probabilities(network, frames)

    monkeypatch.setattr(Network, "probabilities", counted)
    put(bucket, FIVE, "a.png")
    bulk.answer(event("a.png", "none.png", "a.png"), recognizer, BUCKET)
    assert passes == [2]


@pytest.mark.parametrize("key", ["a b.png", "a+b.png", "ä/ß.png", "100%.png", "a,b&c=d.png"])
def test_a_key_is_decoded(key: str, bucket: dict[str, str], recognizer: Recognizer) -> None:
    from urllib.parse import quote_plus

    put(bucket, FIVE, key)
    [(code, _)] = results(bulk.answer(event(quote_plus(key)), recognizer, BUCKET))
    assert code == "Succeeded"


def test_a_version_is_read(bucket: dict[str, str], recognizer: Recognizer) -> None:
    client = aws.client("s3", bucket)
    client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    version = put(bucket, FIVE, "a.png")
    put(bucket, b"something else", "a.png")
    asked = event("a.png")
    asked["tasks"][0]["s3VersionId"] = version
    [(code, text)] = results(bulk.answer(asked, recognizer, BUCKET))
    assert (code, json.loads(text)["digit"]) == ("Succeeded", 5)


def test_what_cannot_be_read_fails_for_good_and_the_others_do_not(
    bucket: dict[str, str], recognizer: Recognizer
) -> None:
    put(bucket, FIVE, "five.png")
    put(bucket, FIVE[:100], "broken.png")
    put(bucket, b"GIF89a", "other.gif")
    put(bucket, strokes.encode(strokes.picture(5, ink="white")), "blank.png")
    put(bucket, bytes(4_500_001), "large.png")
    keys = ["none.png", "broken.png", "five.png", "other.gif", "blank.png", "large.png"]
    found = results(bulk.answer(event(*keys), recognizer, BUCKET))
    assert [code for code, _ in found] == [
        "PermanentFailure",
        "PermanentFailure",
        "Succeeded",
        *["PermanentFailure"] * 3,
    ]
    reasons = ["S3 answers NoSuchKey", "broken", '"digit": 5', "PNG, JPEG or WebP", "", "larger"]
    for (_, text), reason in zip(found, reasons, strict=True):
        assert text
        assert reason in text


def test_a_forbidden_object_fails_for_good(bucket: dict[str, str], recognizer: Recognizer) -> None:
    put(bucket, FIVE, "a.png")
    forbid(bucket)
    [(code, text)] = results(bulk.answer(event("a.png"), recognizer, BUCKET))
    assert code == "PermanentFailure"
    assert "s3://models/a.png can't be read" in text


def test_an_overloaded_s3_is_worth_another_try(
    bucket: dict[str, str], busy: str, recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    del bucket
    monkeypatch.setenv("AWS_ENDPOINT_URL", busy)
    [(code, text)] = results(bulk.answer(event("a.png"), recognizer, BUCKET))
    assert (code, "SlowDown" in text) == ("TemporaryFailure", True)


def test_s3_out_of_reach_is_worth_another_try(
    bucket: dict[str, str], recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    del bucket
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    [(code, _)] = results(bulk.answer(event("a.png"), recognizer, BUCKET))
    assert code == "TemporaryFailure"


@pytest.mark.parametrize("allowed", [None, "another-bucket"])
def test_no_other_bucket_than_the_named_is_read(
    allowed: str | None, recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never() -> None:
        pytest.fail("S3 was asked")

    monkeypatch.setattr(bulk, "storage", never)
    # bulk.storage.cache_clear is gone with it, and is not needed: nothing was read
    [(code, text)] = results(bulk.answer(event("a.png"), recognizer, allowed))
    assert code == "PermanentFailure"
    assert f"s3://models/a.png is not in BULK_BUCKET, which is {allowed}." in text


@pytest.mark.parametrize(
    "change",
    [
        {"tasks": None},
        {"tasks": [None]},
        {"tasks": [{}]},
        {"tasks": [{"taskId": "1", "s3Key": None, "s3Bucket": BUCKET}]},
        {"tasks": [{"taskId": "1", "s3Key": "a"}]},
        {"tasks": [{"taskId": "1", "s3Key": "", "s3Bucket": BUCKET}]},
        {"tasks": [{"taskId": 1, "s3Key": "a", "s3Bucket": BUCKET}]},
        {"tasks": [{"taskId": "1", "s3Key": "a", "s3Bucket": [BUCKET]}]},
        {"tasks": [{"taskId": "1", "s3Key": "a", "s3Bucket": BUCKET, "s3VersionId": 1}]},
    ],
    ids=str,
)
def test_an_event_of_another_form_is_refused_and_never_raised(
    change: dict[str, Any], recognizer: Recognizer
) -> None:
    asked = {**event("a"), **change}
    with pytest.raises(InvalidRequest, match="not as S3 Batch Operations sends it"):
        bulk.answer(asked, recognizer, BUCKET)
    response = module.handler(asked, None)
    assert response["statusCode"] == 400
    assert json.loads(response["body"])["type"] == "/problems/invalid-request"


def test_the_handler_knows_an_event_in_bulk_when_it_is_off() -> None:
    [(code, text)] = results(module.handler(event("a.png"), None))
    assert (code, "BULK_BUCKET" in text) == ("PermanentFailure", True)


@pytest.mark.needs_lambda
def test_the_zip_reads_a_bucket(bucket: dict[str, str], artifact: Path) -> None:
    put(bucket, FIVE, "five.png")
    with runtime.run(artifact, {**bucket, "BULK_BUCKET": BUCKET}) as function:
        answer = json.loads(function.invoke(json.dumps(event("five.png", "none.png")).encode()))
    (good, text), (bad, _) = results(answer)
    assert (good, bad) == ("Succeeded", "PermanentFailure")
    assert json.loads(text)["digit"] == 5
