"""serverless.yml: what the Serverless CLI makes of it, for each set of its parameters."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deploy import PYTHON, runtime
from digitrec.errors import InvalidSettings
from digitrec.settings import Settings
from tests.server import ROOT
from tests.serverless import parameters, sls

pytestmark = pytest.mark.needs_node

PIN = "5" * 64
MODEL = {"modelUri": "s3://models/digits/five.pkl", "modelSha256": PIN}
VERSION = {"modelUri": "s3://models/digits/five.pkl?versionId=a.b_C1", "modelSha256": PIN}
# Each parameter is the default in one set and something else in another.
SETS: dict[str, dict[str, str]] = {
    "defaults": {},
    "a small service": {
        "arch": "arm64",
        "memory": "1024",
        "reservedConcurrency": "0",
        "corsOrigins": "https://a.example,https://b.example",
        "metrics": "emf",
        "modelSha256": PIN,
        "inbox": "digits",
    },
    "signed requests": {
        **MODEL,
        "authorizer": "aws_iam",
        "snapStart": "true",
        "bulkBucket": "pictures",
    },
    "everything": {
        **VERSION,
        "authorizer": "aws_iam",
        "reservedConcurrency": "5",
        "snapStart": "true",
        "bulkBucket": "pictures",
        "inbox": "digits",
    },
}
LOGS = {"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "logs:TagResource"}
RECEIVE = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
# The URL's own permission, and the one that it needs beside it since October 2025.
PUBLIC = {"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory, artifact: Path) -> Any:
    """A function that packages with a set of parameters, once, and returns the template's path."""
    made: dict[str, Path] = {}

    def template(name: str) -> Path:
        if name not in made:
            directory = tmp_path_factory.mktemp("package")
            sls("package", "--package", str(directory), *parameters(SETS[name]))
            made[name] = directory / "cloudformation-template-update-stack.json"
        return made[name]

    assert artifact.exists()  # built first: the plugin then has nothing to do
    return template


def resources(template: Path, kind: str) -> list[dict[str, Any]]:
    """Return the properties of a template's resources of one type."""
    found = json.loads(template.read_text())["Resources"].values()
    return [resource["Properties"] for resource in found if resource["Type"] == kind]


def test_cfn_lint_finds_nothing_for_any_set_of_parameters(package: Any) -> None:
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--include-checks", "W"]
    # W3005: with SnapStart, sls names a dependency that CloudFormation sees by itself.
    command += ["--ignore-checks", "W3005", "--", *(str(package(name)) for name in SETS)]
    completed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (completed.returncode, completed.stdout) == (0, "")


@pytest.mark.parametrize("name", SETS)
def test_the_role_may_write_its_logs_and_what_was_asked_for(name: str, package: Any) -> None:
    [role] = resources(package(name), "AWS::IAM::Role")
    [policy] = role["Policies"]
    statements = policy["PolicyDocument"]["Statement"]
    may: dict[str, set[str]] = {}
    for statement in statements:
        assert statement["Effect"] == "Allow"
        places = statement["Resource"]
        for place in places if isinstance(places, list) else [places]:
            actions = statement["Action"]
            actions = {actions} if isinstance(actions, str) else set(actions)
            if "Fn::GetAtt" in place:
                may[place["Fn::GetAtt"][0]] = actions
            elif place["Fn::Sub"].startswith("arn:${AWS::Partition}:s3:::"):
                may[place["Fn::Sub"].partition(":::")[2]] = actions
            else:
                assert ":log-group:/aws/lambda/digitrec-dev" in place["Fn::Sub"]
                assert actions <= LOGS
    expected: dict[str, set[str]] = {}
    if "modelUri" in SETS[name]:
        action = "s3:GetObjectVersion" if "versionId" in SETS[name]["modelUri"] else "s3:GetObject"
        expected["models/digits/five.pkl"] = {action}
    if "bulkBucket" in SETS[name]:
        expected["pictures/*"] = {"s3:GetObject", "s3:GetObjectVersion"}
    if "inbox" in SETS[name]:
        expected["digits/*"] = {"s3:GetObject"}
        expected["digits/*.json"] = {"s3:PutObject"}
        expected["InboxQueue"] = RECEIVE
        expected["InboxFailures"] = {"sqs:SendMessage"}
    assert may == expected
    assert "ManagedPolicyArns" not in role


@pytest.mark.parametrize("name", SETS)
def test_the_url_is_public_unless_requests_must_be_signed(name: str, package: Any) -> None:
    signed = SETS[name].get("authorizer") == "aws_iam"
    [url] = resources(package(name), "AWS::Lambda::Url")
    assert url["AuthType"] == ("AWS_IAM" if signed else "NONE")
    assert "Cors" not in url  # the app answers it
    permissions = resources(package(name), "AWS::Lambda::Permission")
    assert {permission["Action"] for permission in permissions} == (set() if signed else PUBLIC)
    for permission in permissions:
        # nobody may invoke the function past its URL
        assert (
            permission.get("FunctionUrlAuthType") == "NONE"
            or permission["InvokedViaFunctionUrl"] is True
        )


@pytest.mark.parametrize("name", SETS)
def test_the_function_is_as_its_parameters_say(name: str, package: Any) -> None:
    given = SETS[name]
    [function] = resources(package(name), "AWS::Lambda::Function")
    assert function["Runtime"] == f"python{PYTHON}"
    assert function["Timeout"] == runtime.TIMEOUT
    assert function["Architectures"] == [given.get("arch", "x86_64")]
    assert function["MemorySize"] == int(given.get("memory", "1769"))
    assert function["LoggingConfig"] == {"LogFormat": "JSON"}
    assert str(function.get("ReservedConcurrentExecutions", "")) == given.get(
        "reservedConcurrency", ""
    )
    assert function.get("SnapStart", {}).get("ApplyOn") == (
        "PublishedVersions" if "snapStart" in given else None
    )
    wanted = {
        "CORS_ORIGINS": given.get("corsOrigins", "*"),
        "METRICS": given.get("metrics"),
        "MODEL_SHA256": given.get("modelSha256"),
        "MODEL_URI": given.get("modelUri"),
        "BULK_BUCKET": given.get("bulkBucket"),
        "INBOX_BUCKET": given.get("inbox"),
    }
    variables = function["Environment"]["Variables"]
    assert variables == {name: value for name, value in wanted.items() if value is not None}
    [group] = resources(package(name), "AWS::Logs::LogGroup")
    assert group["RetentionInDays"] == 14


def test_there_is_an_inbox_only_where_one_is_asked_for(package: Any) -> None:
    kinds = ("S3::Bucket", "SQS::Queue", "SQS::QueuePolicy", "Lambda::EventSourceMapping")
    for name, given in SETS.items():
        made = [len(resources(package(name), f"AWS::{kind}")) for kind in kinds]
        # sls has a bucket of its own, for the zip
        assert made == ([2, 2, 1, 1] if "inbox" in given else [1, 0, 0, 0]), name


def test_what_fails_in_the_inbox_is_tried_again_and_then_kept(package: Any) -> None:
    template = package("a small service")
    queue, failures = ({"Fn::GetAtt": [name, "Arn"]} for name in ("InboxQueue", "InboxFailures"))
    [mapping] = resources(template, "AWS::Lambda::EventSourceMapping")
    assert mapping["EventSourceArn"] == queue
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    [asynchronous] = resources(template, "AWS::Lambda::EventInvokeConfig")
    assert asynchronous["DestinationConfig"] == {"OnFailure": {"Destination": failures}}
    found = json.loads(template.read_text())["Resources"]
    properties = found["InboxQueue"]["Properties"]
    assert properties["RedrivePolicy"]["deadLetterTargetArn"] == failures
    # as AWS advises, for a batch that waits while the function is busy
    assert properties["VisibilityTimeout"] >= 6 * runtime.TIMEOUT
    assert found["InboxFailures"]["Properties"]["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert found["Inbox"]["DeletionPolicy"] == "Retain"
    bucket = found["Inbox"]["Properties"]
    assert bucket["BucketName"] == "digits"
    [report] = bucket["NotificationConfiguration"]["QueueConfigurations"]
    assert report == {"Event": "s3:ObjectCreated:*", "Queue": queue}


WRONG: list[tuple[dict[str, str], str]] = [
    ({"modelUri": "models/five.pkl", "modelSha256": PIN}, "modelUri must be s3://bucket/key"),
    ({"modelUri": "s3://models/*", "modelSha256": PIN}, "modelUri must be s3://bucket/key"),
    (
        {"modelUri": "s3://models/five.pkl", "modelSha256": ""},
        "modelSha256 must be 64 hexadecimal digits",
    ),
    ({**MODEL, "modelSha256": "5"}, "modelSha256 must be 64 hexadecimal digits"),
    ({"modelSha256": "5"}, "modelSha256 must be 64 hexadecimal digits"),
    ({"bulkBucket": "pictures/*"}, "bulkBucket must be the name of a bucket in S3"),
    ({"metrics": "prometheus"}, "metrics must be off or emf"),
    ({"inbox": "s3://digits"}, "inbox must be the name of a new bucket in S3"),
    ({"authorizer": "open"}, "authorizer must be none or aws_iam"),
    ({"reservedConcurrency": "-1"}, "reservedConcurrency must be a whole number, or empty"),
    ({"snapStart": "yes"}, "snapStart must be true or false"),
    ({"arch": "arm"}, "arch must be x86_64 or arm64"),
    ({"memory": "64"}, "memory must be a whole number of MB from 128 to 10240"),
    ({"memory": "1 GB"}, "memory must be a whole number of MB from 128 to 10240"),
    ({"corsOrigins": "https://a.example/"}, "corsOrigins must be * or a comma-separated list"),
    ({"authoriser": "aws_iam"}, "authoriser. There are arch, memory, authorizer, "),
    ({"modelURI": ""}, "modelURI. There are arch, memory, authorizer, "),
]


def in_node(expression: str, values: list[Any]) -> list[Any]:
    """Return what an expression of `wrong` and `value` is for each of the values."""
    script = (
        'const { wrong } = require("./deploy/parameters.cjs");'
        f"console.log(JSON.stringify({json.dumps(values)}.map((value) => {expression})));"
    )
    command = ["node", "-e", script]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    answers: list[Any] = json.loads(printed)
    return answers


def test_a_wrong_parameter_is_named_in_one_sentence() -> None:
    sentences = in_node("wrong(value)", [given for given, _ in WRONG])
    for sentence, (given, expected) in zip(sentences, WRONG, strict=True):
        there_is = "The parameter" if " must be " in expected else "There is no parameter"
        assert sentence.startswith(f"{there_is} {expected}"), given
        assert sentence.count("parameter") == 1


# A parameter that is left out, one that is wrong, and one that there is not.
@pytest.mark.parametrize(
    "given", [{"modelUri": "s3://models/five.pkl"}, {"arch": "arm"}, {"authoriser": "aws_iam"}]
)
def test_the_command_says_nothing_else_of_a_wrong_parameter(given: dict[str, str]) -> None:
    with pytest.raises(AssertionError) as refused:
        sls("print", *parameters(given))
    _, _, said = str(refused.value).partition("Error:\n")
    assert re.match("(The|There is no) parameter ", said)
    assert said.count("parameter") == 1
    assert "    at " not in said


VARIABLES = {
    "corsOrigins": "CORS_ORIGINS",
    "modelUri": "MODEL_URI",
    "modelSha256": "MODEL_SHA256",
    "bulkBucket": "BULK_BUCKET",
    "inbox": "INBOX_BUCKET",
}
BUCKETS = ("abc", "a" * 63, "a.b-3", "ab", "a" * 64, "a_b", "pictures/*")
VALUES = {
    "corsOrigins": (
        *("*", "https://a.example", "HTTPS://A.example:8080", "capacitor://localhost"),
        *("https://a.example , https://b.example", "https://a.example,", "https://a.example/"),
        *("a.example", "https://*.example", "https://a.example:800000", "**", "https://[::1]"),
    ),
    # None with a *, which the app takes: the parameter becomes a pattern in IAM.
    "modelUri": (
        *("s3://models/five.pkl", "s3://models/a/b?versionId=3", "s3://Models/five.pkl"),
        *("s3://models", "s3://models/", "https://a.example/five.pkl"),
    ),
    "modelSha256": (PIN, "A" * 64, PIN[1:], f"{PIN}5", "g" * 64),
    "bulkBucket": BUCKETS,
    "inbox": BUCKETS,
}


def test_a_parameter_may_be_what_the_app_takes_for_it() -> None:
    """What the app refuses would be deployed first, and then not start."""
    cases = [(name, value) for name, values in VALUES.items() for value in values]
    taken = in_node("!wrong(value)", [{name: value} for name, value in cases])
    assert taken == [_takes(VARIABLES[name], value) for name, value in cases]


def _takes(variable: str, value: str) -> bool:
    try:
        Settings.from_environment({"MODEL_SHA256": PIN, variable: value})
    except InvalidSettings:
        return False
    return True


def test_print_shows_the_service() -> None:
    shown = json.loads(sls("print", "--format", "json"))
    assert (shown["service"], list(shown["functions"])) == ("digitrec", ["api"])
    assert shown["provider"]["runtime"] == f"python{PYTHON}"


def test_invoke_local_answers_the_digit() -> None:
    printed = sls("invoke", "local", "-f", "api", "-p", "tests/events/predict.json")
    answer = json.loads(printed[printed.index("{\n") :])  # the log line stands above it
    assert (answer["statusCode"], json.loads(answer["body"])) == (200, {"digit": 5})


def test_the_lock_file_names_no_place_to_download_from() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []
