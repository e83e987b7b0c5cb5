"""A deployment from beginning to end, on a server that answers as AWS does."""

import base64
import hashlib
import json
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from deploy import emulate
from tests import aws, strokes
from tests.server import post
from tests.serverless import sls

pytestmark = [pytest.mark.needs_lambda, pytest.mark.needs_node]

NAME = "digitrec-dev-api"


def test_deploy_info_deploy_again_and_remove(
    cloud: dict[str, str], artifact: Path, tmp_path: Path
) -> None:
    architecture = artifact.stem.removeprefix("digitrec-")
    deploy = ("deploy", "--param", f"arch={architecture}")
    functions, storage = aws.client("lambda", cloud), aws.client("s3", cloud)
    stacks = aws.client("cloudformation", cloud)

    sls(*deploy, **cloud)
    function = functions.get_function(FunctionName=NAME)["Configuration"]
    address = functions.get_function_url_config(FunctionName=NAME)["FunctionUrl"]
    assert address in sls("info", **cloud)
    policy = json.loads(functions.get_policy(FunctionName=NAME)["Policy"])
    assert {statement["Action"] for statement in policy["Statement"]} == {
        "lambda:InvokeFunction",
        "lambda:InvokeFunctionUrl",
    }

    # what lies in AWS is what was built ...
    [bucket] = [b["Name"] for b in storage.list_buckets()["Buckets"]]
    keys = [entry["Key"] for entry in storage.list_objects_v2(Bucket=bucket)["Contents"]]
    [key] = [key for key in keys if key.endswith(".zip")]
    uploaded = tmp_path / "uploaded.zip"
    uploaded.write_bytes(storage.get_object(Bucket=bucket, Key=key)["Body"].read())
    assert uploaded.read_bytes() == artifact.read_bytes()
    digest = hashlib.sha256(uploaded.read_bytes()).digest()
    assert function["CodeSha256"] == base64.b64encode(digest).decode()
    # ... and works, with the variables that it would have there
    assert function["Handler"] == "handler.handler"
    with emulate.serve(uploaded, function["Environment"]["Variables"]) as (url, _):
        assert post(f"{url}/predict", strokes.encode(strokes.picture(5)), "image/png") == {
            "digit": 5
        }

    def state() -> tuple[str, str]:
        [stack] = stacks.describe_stacks(StackName="digitrec-dev")["Stacks"]
        modified = functions.get_function(FunctionName=NAME)["Configuration"]["LastModified"]
        return str(stack.get("LastUpdatedTime")), modified

    before = state()
    sls(*deploy, **cloud)
    assert state() == before  # nothing changed, so nothing was done

    sls("remove", **cloud)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        functions.get_function(FunctionName=NAME)
    assert storage.list_buckets()["Buckets"] == []
