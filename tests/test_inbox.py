"""The inbox: events of S3 and SQS against S3, and against a queue that delivers again (moto)."""

import functools
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import handler as module
from deploy import runtime
from digitrec.aws import bulk
from digitrec.errors import InvalidRequest, InvalidSettings, Refused, Unavailable
from digitrec.models import s3
from handler import handler
from tests import aws, strokes
from tests.lambda_events import Event, s3_event, sqs_event

INBOX = "inbox"
DIGITS = [strokes.encode(strokes.picture(digit)) for digit in range(10)]
DELIVERIES = 5  # before a message goes to the dead letter queue
BATCH = 10  # messages, the most that SQS gives or takes at once
JSON = "application/json"


@pytest.fixture
def inbox(cloud: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """An S3 client, with an empty inbox that the function reads."""
    for name, value in cloud.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(module, "settings", replace(module.settings, inbox_bucket=INBOX))
    bulk.storage.cache_clear()
    client = aws.client("s3", cloud)
    client.create_bucket(Bucket=INBOX)
    return client


def put(client: Any, key: str, content: bytes = DIGITS[5]) -> None:
    client.put_object(Bucket=INBOX, Key=key, Body=content)


def results(client: Any) -> dict[str, Any]:
    """Return the content of all JSON files in the inbox."""
    found = client.list_objects_v2(Bucket=INBOX).get("Contents", [])
    return {
        key: json.loads(client.get_object(Bucket=INBOX, Key=key)["Body"].read())
        for key in (entry["Key"] for entry in found)
        if key.endswith(".json")
    }


def never() -> None:
    pytest.fail("S3 was asked")


def test_a_picture_gets_its_result_beside_it(inbox: Any) -> None:
    put(inbox, "a/number.png", strokes.encode(strokes.row("42")))
    assert handler(s3_event(INBOX, "a/number.png"), None) == {}
    [(key, content)] = results(inbox).items()
    assert (key, list(content)) == ("a/number.png.json", ["digit", "confidence", "text"])
    assert content["text"] == "42"
    assert inbox.head_object(Bucket=INBOX, Key=key)["ContentType"] == JSON


def test_a_picture_that_can_t_be_read_gets_its_problem(inbox: Any) -> None:
    pictures = {
        "broken.png": (DIGITS[5][:100], 400, "invalid-image"),
        "empty.png": (b"", 415, "unsupported-type"),
        "other.gif": (b"GIF89a", 415, "unsupported-type"),
        "blank.png": (strokes.encode(strokes.picture(5, ink="white")), 422, "no-digit"),
        "large.png": (bytes(4_500_001), 413, "too-large"),
    }
    for key, (content, _, _) in pictures.items():
        put(inbox, key, content)
    handler(s3_event(INBOX, *pictures), None)
    found = {key: answer["error"] for key, answer in results(inbox).items()}
    assert {key: (problem["status"], problem["type"]) for key, problem in found.items()} == {
        f"{key}.json": (status, f"/problems/{kind}") for key, (_, status, kind) in pictures.items()
    }


def test_each_record_s_key_is_decoded(inbox: Any) -> None:
    keys = ["a b.png", "a+b.png", "ä/ß.png", "100%.png", "a,b&c=d.png", "%41.png"]
    for key in keys:
        put(inbox, key)
    handler(s3_event(INBOX, *keys), None)
    assert results(inbox).keys() == {f"{key}.json" for key in keys}


def test_results_and_folders_are_not_read(inbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    del inbox
    monkeypatch.setattr(bulk, "storage", never)
    assert handler(s3_event(INBOX, "five.png.json", "notes.json", "folder/"), None) == {}


def test_an_event_that_comes_twice_changes_nothing(inbox: Any) -> None:
    put(inbox, "five.png")
    handler(s3_event(INBOX, "five.png"), None)
    first = results(inbox)
    handler(s3_event(INBOX, "five.png"), None)
    assert results(inbox) == first


def test_a_late_event_does_not_bring_an_older_picture_s_result_back(inbox: Any) -> None:
    inbox.put_bucket_versioning(Bucket=INBOX, VersioningConfiguration={"Status": "Enabled"})
    versions = [
        inbox.put_object(Bucket=INBOX, Key="a.png", Body=DIGITS[digit])["VersionId"]
        for digit in (5, 7)
    ]
    for version in reversed(versions):
        event = s3_event(INBOX, "a.png")
        event["Records"][0]["s3"]["object"]["versionId"] = version
        handler(event, None)
    assert results(inbox)["a.png.json"]["digit"] == 7


def test_a_failure_of_s3_is_raised(inbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match=r"s3://inbox/none.png can't be read: S3 answers NoSuchKey"):
        handler(s3_event(INBOX, "none.png"), None)
    put(inbox, "a.png")
    policy = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:PutObject",
            "Resource": f"arn:aws:s3:::{INBOX}/*",
        },
    }
    inbox.put_bucket_policy(Bucket=INBOX, Policy=json.dumps(policy))
    with pytest.raises(Refused, match=r"s3://inbox/a.png.json can't be written: S3 answers "):
        handler(s3_event(INBOX, "a.png"), None)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    bulk.storage.cache_clear()
    with pytest.raises(Unavailable, match=r"s3://inbox/a.png can't be read: Could not connect"):
        handler(s3_event(INBOX, "a.png"), None)


def test_no_other_bucket_is_read(inbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    del inbox
    monkeypatch.setattr(bulk, "storage", never)
    with pytest.raises(InvalidSettings, match=r"s3://other/a.png is not in INBOX_BUCKET"):
        handler(s3_event("other", "a.png"), None)


def test_only_the_messages_that_failed_stay_in_the_queue(
    inbox: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = ["a.png", "b.png", "c.png"]
    for key in keys:
        put(inbox, key)
    good = {
        "one": json.dumps(s3_event(INBOX, "a.png")),
        "two": json.dumps(s3_event(INBOX, "b.png", "c.png")),
        "test": json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": INBOX}),
    }
    bad = {
        "missing": json.dumps(s3_event(INBOX, "a.png", "none.png")),
        "bucket": json.dumps(s3_event("other", "a.png")),
        "text": "hello",
        "nested": "[" * 100_000,
        "number": "5",
        "sns": json.dumps({"Type": "Notification", "Message": "hello"}),
        "no key": json.dumps({"Records": [{"s3": {"bucket": {"name": INBOX}, "object": {}}}]}),
        "key is a number": json.dumps(
            {"Records": [{"s3": {"bucket": {"name": INBOX}, "object": {"key": 5}}}]}
        ),
    }
    failed = handler(sqs_event(bad | good), None)["batchItemFailures"]
    assert [failure["itemIdentifier"] for failure in failed] == list(bad)
    assert results(inbox).keys() == {f"{key}.json" for key in keys}
    lines = [json.loads(line)["message"] for line in capsys.readouterr().err.splitlines()]
    assert [line.partition(" is left in the queue: ")[0] for line in lines] == [
        f"message {name}" for name in bad
    ]


class Queue:
    """A queue of events with a dead letter queue, and what Lambda does with its messages."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.sqs = aws.client("sqs", environment)
        self.dead, arn = self._make("dead", {})
        policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": DELIVERIES})
        self.url, self.arn = self._make("queue", {"RedrivePolicy": policy})

    def _make(self, name: str, attributes: dict[str, str]) -> tuple[str, str]:
        url = self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        found = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return url, found["Attributes"]["QueueArn"]

    def send(self, events: list[Event]) -> None:
        entries = [{"Id": f"{n}", "MessageBody": json.dumps(e)} for n, e in enumerate(events)]
        for first in range(0, len(entries), BATCH):
            batch = entries[first : first + BATCH]
            self.sqs.send_message_batch(QueueUrl=self.url, Entries=batch)

    def received(self, url: str) -> list[dict[str, str]]:
        answer = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=BATCH)
        messages: list[dict[str, str]] = answer.get("Messages", [])
        return messages

    def drain(self) -> None:
        """Deliver the messages until none is left, those that failed again."""
        while messages := self.received(self.url):
            event = sqs_event({message["MessageId"]: message["Body"] for message in messages})
            failures = handler(event, None)["batchItemFailures"]
            failed = {failure["itemIdentifier"] for failure in failures}
            entries = [
                {"Id": message["MessageId"], "ReceiptHandle": message["ReceiptHandle"]}
                for message in messages
            ]
            assert failed <= {entry["Id"] for entry in entries}  # or Lambda takes all as failed
            if done := [entry for entry in entries if entry["Id"] not in failed]:
                self.sqs.delete_message_batch(QueueUrl=self.url, Entries=done)
            if again := [
                {**entry, "VisibilityTimeout": 0} for entry in entries if entry["Id"] in failed
            ]:
                self.sqs.change_message_visibility_batch(QueueUrl=self.url, Entries=again)


@pytest.mark.usefixtures("inbox")
def test_of_a_thousand_pictures_none_is_lost_though_a_tenth_fails_twice(
    cloud: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    failures: Counter[int] = Counter()
    written: dict[int, list[int]] = {number: [] for number in range(1000)}

    def fail(number: int, way: int) -> None:
        if number % 10 == 3 and number // 10 % 3 == way and failures[number] < 2:
            failures[number] += 1
            raise Unavailable("S3 answers SlowDown.")

    class Storage(s3.Storage):  # not S3 itself, which would take most of the time
        def read(self, place: s3.Object, max_bytes: int) -> bytes:
            del max_bytes
            number = int(place.key[:3])
            fail(number, 0)
            return DIGITS[number % 10]

        def write(self, place: s3.Object, content: bytes, content_type: str) -> None:
            assert content_type == JSON
            number = int(place.key.removesuffix(".png.json"))
            fail(number, 1)
            written[number].append(json.loads(content)["digit"])
            fail(number, 2)  # it is written, and S3's answer gets lost

    monkeypatch.setattr(bulk, "storage", functools.cache(Storage))
    queue = Queue(cloud)
    for first in range(0, 1000, 20):  # moto is slow with a long queue
        queue.send([s3_event(INBOX, f"{number:03}.png") for number in range(first, first + 20)])
        queue.drain()
    assert queue.received(queue.dead) == []
    assert failures == dict.fromkeys(range(3, 1000, 10), 2)
    twice_more = range(23, 1000, 30)
    assert written == {n: [n % 10] * (3 if n in twice_more else 1) for n in range(1000)}


def test_a_message_that_always_fails_ends_in_the_dead_letter_queue(
    inbox: Any, cloud: dict[str, str]
) -> None:
    queue = Queue(cloud)
    notification = {"QueueArn": queue.arn, "Events": ["s3:ObjectCreated:*"]}
    inbox.put_bucket_notification_configuration(
        Bucket=INBOX, NotificationConfiguration={"QueueConfigurations": [notification]}
    )
    put(inbox, "lost.png")
    inbox.delete_object(Bucket=INBOX, Key="lost.png")
    put(inbox, "five.png")
    queue.drain()
    [message] = queue.received(queue.dead)
    [record] = json.loads(message["Body"])["Records"]
    assert record["s3"]["object"]["key"] == "lost.png"
    assert results(inbox).keys() == {"five.png.json"}


def of(service: str, name: str = "eventSource") -> Event:
    return {"Records": [{name: service}]}


SERVICES: dict[str, Event] = {
    "aws:sqs": sqs_event({"one": json.dumps(s3_event(INBOX, "a.png"))}),
    "aws:s3": s3_event(INBOX, "a.png"),
    "aws:sns": of("aws:sns", "EventSource"),
    "aws:dynamodb": of("aws:dynamodb"),
    "aws:kinesis": of("aws:kinesis"),
    "aws:kafka": {"eventSource": "aws:kafka", "records": {"topic-0": []}},
    "aws.events": {"version": "0", "source": "aws.events", "detail-type": "Scheduled Event"},
}


@pytest.mark.parametrize("service", SERVICES)
def test_an_event_that_the_function_is_not_set_up_for_is_raised(service: str) -> None:
    with pytest.raises(InvalidRequest, match=f"not set up for events of {service}. Remove"):
        handler(SERVICES[service], None)


def test_an_inbox_takes_no_events_but_those_of_s3_and_sqs(inbox: Any) -> None:
    del inbox
    for service in SERVICES.keys() - module.INBOX:
        with pytest.raises(InvalidRequest, match=f"not set up for events of {service}. Remove"):
            handler(SERVICES[service], None)


@pytest.mark.parametrize(
    "event",
    [of("aws:s3"), of("aws:sqs"), {"eventSource": "aws:s3"}, {"eventSource": "aws:sqs"}],
    ids=str,
)
def test_an_event_of_another_form_is_raised(event: Event, inbox: Any) -> None:
    del inbox
    with pytest.raises(InvalidRequest, match=r"^The event is not as (S3|SQS) sends it\.$"):
        handler(event, None)


@pytest.mark.needs_lambda
def test_the_zip_reads_the_inbox_and_raises_what_it_may_not_answer(
    inbox: Any, cloud: dict[str, str], artifact: Path
) -> None:
    put(inbox, "five.png")
    bodies = {key: json.dumps(s3_event(INBOX, key)) for key in ("five.png", "none.png")}
    with runtime.run(artifact, {**cloud, "INBOX_BUCKET": INBOX}) as function:
        answer = function.invoke(json.dumps(sqs_event(bodies)).encode())
        with pytest.raises(runtime.FunctionError, match="not set up for events of aws:sns"):
            function.invoke(json.dumps(SERVICES["aws:sns"]).encode())
    assert json.loads(answer) == {"batchItemFailures": [{"itemIdentifier": "none.png"}]}
    assert results(inbox)["five.png.json"]["digit"] == 5
