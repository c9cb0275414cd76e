"""A `footman serve` in lockstep, and clients of it that look at nothing of this machine's configuration."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import boto3
from botocore.config import Config
from serving import Serving

# The AWS CLI of the same virtual environment.
AWS = Path(sys.executable).with_name("aws")
# What any client of boto3 called with success, and which errors came.
CALLED, REFUSED = set(), set()


def record(parsed, model, **_):
    error = parsed.get("Error")
    if error:
        REFUSED.add(error["Code"])
    else:
        CALLED.add(model.name)


class Server(Serving):
    """One process that serves ECS, and its clients."""

    def __init__(self, *arguments):
        super().__init__("ECS", *arguments)

    def post(self, body, target="RunTask", **headers):
        """A call without a client between: the status, the headers and the body of its answer."""
        headers = {"X-Amz-Target": f"AmazonEC2ContainerServiceV20141113.{target}", **headers}
        request = urllib.request.Request(self.url, body, headers, method="POST")
        try:
            answer = urllib.request.urlopen(request)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.headers, json.load(answer)

    def client(self, region="us-east-1", key="x", **config):
        """boto3's client, which tries each call once unless `config` has other `retries`."""
        config.setdefault("retries", {"total_max_attempts": 1})
        session = boto3.session.Session(
            aws_access_key_id=key, aws_secret_access_key="x", region_name=region
        )
        client = session.client("ecs", endpoint_url=self.url, config=Config(**config))
        client.meta.events.register("after-call.ecs", record)
        return client

    def aws(self, *arguments):
        """`aws ecs ARGUMENTS`, as it ends."""
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": os.devnull,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL_ECS": self.url,
            "AWS_ACCESS_KEY_ID": "x",
            "AWS_SECRET_ACCESS_KEY": "x",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_MAX_ATTEMPTS": "1",
            "AWS_PAGER": "",
        }
        return subprocess.run([AWS, "ecs", *arguments], env=environment, capture_output=True, text=True)
