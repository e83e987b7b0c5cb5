"""python -m tests.aws: a server that answers as AWS does, as far as these tests go (moto)."""

import json
import os
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3

from tests.server import ROOT

BUCKET = "models"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
}


@contextmanager
def serve() -> Iterator[dict[str, str]]:
    """Run the server; yield the environment that leads AWS's tools to it."""
    # A process of its own, where moto's warnings are no errors of ours.
    with subprocess.Popen(
        [sys.executable, "-m", "tests.aws"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        try:
            yield {**CREDENTIALS, "AWS_ENDPOINT_URL": address}
        finally:
            process.terminate()


def client(service: str, environment: dict[str, str]) -> Any:
    """Return a boto3 client for the server."""
    return boto3.client(
        service,
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        region_name=environment["AWS_REGION"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )


def reset(environment: dict[str, str]) -> None:
    """Forget all that was made on the server."""
    address = f"{environment['AWS_ENDPOINT_URL']}/moto-api/reset"
    urllib.request.urlopen(urllib.request.Request(address, b"", method="POST")).close()


def put(environment: dict[str, str], content: bytes, key: str = "digits/latest.pkl") -> str | None:
    """Put an object into the bucket; return its version."""
    answer = client("s3", environment).put_object(Bucket=BUCKET, Key=key, Body=content)
    version: str | None = answer.get("VersionId")
    return version


def forbid(environment: dict[str, str]) -> None:
    """Deny all access to the bucket's objects."""
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    client("s3", environment).put_bucket_policy(Bucket=BUCKET, Policy=policy)


def main() -> None:
    """Print the server's address, and serve until the process is stopped."""
    from moto.awslambda import models
    from moto.core.common_models import CloudFormationModel
    from moto.moto_server.threaded_moto_server import ThreadedMotoServer

    class Url(CloudFormationModel):
        """A function URL made by CloudFormation, which moto has by the API alone."""

        __module__ = models.__name__  # moto reads from it which service a resource belongs to

        def __init__(self, arn: str, config: Any) -> None:
            self.physical_resource_id = arn
            self.config = config

        @staticmethod
        def cloudformation_name_type() -> str:
            return ""

        @staticmethod
        def cloudformation_type() -> str:
            return "AWS::Lambda::Url"

        @classmethod
        def has_cfn_attr(cls, attr: str) -> bool:
            return attr in {"FunctionUrl", "FunctionArn"}

        def get_cfn_attribute(self, attribute_name: str) -> str:
            return str(
                self.config.url if attribute_name == "FunctionUrl" else self.physical_resource_id
            )

        @classmethod
        def create_from_cloudformation_json(
            cls,
            resource_name: str,
            cloudformation_json: Any,
            account_id: str,
            region_name: str,
            **_: Any,
        ) -> "Url":
            del resource_name
            properties = cloudformation_json["Properties"]
            backend = models.lambda_backends[account_id][region_name]
            arn = properties["TargetFunctionArn"]
            return cls(arn, backend.create_function_url_config(arn, properties))

        @classmethod
        def update_from_cloudformation_json(
            cls, original_resource: "Url", *_: Any, **__: Any
        ) -> "Url":
            return original_resource

        @classmethod
        def delete_from_cloudformation_json(cls, *_: Any, **__: Any) -> None:
            """Nothing: it goes with its function."""

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    sys.stdout.write(f"http://{host}:{port}\n")
    sys.stdout.flush()
    threading.Event().wait()


if __name__ == "__main__":
    os.environ.update(CREDENTIALS)
    main()
