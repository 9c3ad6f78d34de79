"""Pictures below a prefix of an S3 store, served by moto on this machine."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.moto_server.threaded_moto_server import ThreadedMotoServer
from typer.testing import CliRunner

from cli.main import app
from core.errors import ConfigurationError, NotFoundError, SourceError
from core.types import Artwork, Image
from ingest.registry import SourceOptions, open_bucket
from ingest.sources.bucket import BucketSource
from storage.s3_reader import S3ObjectReader
from tests.pictures import encoded, left_red
from tests.s3_server import drop_bucket
from tests.tables import reasons

MAPPING = 'source = "m"\n[columns]\nid = "id"\ntitle = "title"\n[image]\npath = "file"\n'


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    nothing = str(tmp_path_factory.mktemp("aws") / "none")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ACCESS_KEY_ID", "key")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        environment.setenv("AWS_MAX_ATTEMPTS", "1")
        environment.setenv("AWS_CONFIG_FILE", nothing)
        environment.setenv("AWS_SHARED_CREDENTIALS_FILE", nothing)
        yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def client(endpoint: str) -> Iterator[Any]:
    import boto3

    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    client.create_bucket(Bucket="museum")
    yield client
    drop_bucket(client)
    client.close()


def put(client: Any, *keys: str, data: bytes | None = None) -> None:  # noqa: ANN401 - boto3 has no types
    for key in keys:
        client.put_object(Bucket="museum", Key=key, Body=data or encoded(left_red()))


def source(endpoint: str, url: str = "s3://museum/scans") -> BucketSource:
    return BucketSource(S3ObjectReader(url, endpoint), name="own")


def test_each_picture_below_the_prefix_is_an_artwork(client: Any, endpoint: str) -> None:  # noqa: ANN401 - see above
    put(client, "scans/a/night_watch.JPG", "scans/b é+.png", "scansion/c.jpg", "d.jpg")
    put(client, "scans/notes.txt", "scans/.hidden.jpg", "scans/", data=b"x")

    found = source(endpoint)

    assert [item.artwork for item in found.read()] == [
        Artwork("own:a/night_watch.JPG", "night watch", images=(Image(path="a/night_watch.JPG"),)),
        Artwork("own:b é+.png", "b é+", images=(Image(path="b é+.png"),)),
    ]
    assert found.count() == 2
    assert found.read_picture("b é+.png") == encoded(left_red())


def test_the_fingerprint_follows_keys_and_contents(client: Any, endpoint: str) -> None:  # noqa: ANN401 - see above
    put(client, "scans/a.jpg", data=b"one")
    prints = [source(endpoint).fingerprint(), source(endpoint).fingerprint()]
    put(client, "scans/a.jpg", data=b"two")
    prints.append(source(endpoint).fingerprint())

    assert prints[0] == prints[1] != prints[2]


def test_a_table_here_says_what_the_pictures_there_show(
    client: Any,  # noqa: ANN401 - see above
    endpoint: str,
    tmp_path: Path,
) -> None:
    put(client, "scans/a.jpg", "scans/b.jpg")
    (tmp_path / "rows.csv").write_text("id,title,file\n1,Sea,b.jpg\n")
    (tmp_path / "m.toml").write_text(MAPPING)
    url = "s3://museum/scans/"
    options = SourceOptions(None, str(tmp_path / "m.toml"), tmp_path / "rows.csv")

    found = open_bucket(url, S3ObjectReader(url, endpoint), options)

    ids = [item.artwork.id for item in found.read() if item.artwork]
    assert (found.name, ids) == ("m", ["m:1", "m:a.jpg"])


def test_what_is_wrong_is_said_with_the_address(client: Any, endpoint: str) -> None:  # noqa: ANN401 - see above
    with pytest.raises(SourceError, match="no key below it ends in"):
        list(source(endpoint).read())
    with pytest.raises(ConfigurationError, match=r"s3://nobody/x: bucket 'nobody' refuses"):
        source(endpoint, "s3://nobody/x").fingerprint()
    with pytest.raises(ConfigurationError, match="no address such as s3://bucket/prefix"):
        S3ObjectReader("s3://", endpoint)
    with pytest.raises(NotFoundError):
        S3ObjectReader("s3://museum/scans", endpoint).get("gone.jpg")


def test_a_picture_that_is_too_large_is_never_read(client: Any, endpoint: str) -> None:  # noqa: ANN401 - see above
    put(client, "scans/a.jpg", data=b"0" * 1000)
    found = BucketSource(S3ObjectReader("s3://museum/scans", endpoint), name="own", max_bytes=999)

    items = list(found.read())

    assert reasons(items) == [("picture-too-large", "a.jpg has 1,000 bytes, over 999")]
    with pytest.raises(SourceError, match=r"a\.jpg has 1,000 bytes"):  # where a table names it
        found.read_picture("a.jpg")


def test_the_command_takes_a_prefix(client: Any, endpoint: str, tmp_path: Path) -> None:  # noqa: ANN401 - see above
    put(client, "scans/a.png")
    home = {"VASARI_HOME": str(tmp_path / "home"), "VASARI_S3_ENDPOINT_URL": endpoint}

    result = CliRunner(env=home).invoke(
        app, ["ingest", "folder", "s3://museum/scans", "--name", "own", "--json"]
    )

    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["rows"]["created"] == 1
