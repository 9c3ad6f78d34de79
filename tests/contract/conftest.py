"""A store of S3 and a Redis that the suites of this folder share."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.redis_server import RedisServer
from tests.requirements import require
from tests.s3_server import s3_credentials, s3_server


@pytest.fixture(scope="module")
def s3_url() -> Iterator[str]:
    with s3_server() as url:
        yield url


@pytest.fixture(scope="module")
def credentials(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with s3_credentials(tmp_path_factory.mktemp("aws")):
        yield


@pytest.fixture(scope="module")
def client(s3_url: str, credentials: None) -> Iterator[Any]:
    import boto3

    client = boto3.client("s3", endpoint_url=s3_url, region_name="us-east-1")
    client.create_bucket(Bucket="museum")
    yield client
    client.close()


@pytest.fixture(scope="module")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    require("redis")
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.kill()
