"""An ingest into a store that fails: what it could not keep is written down, and made good."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.blob_keys import picture_key, thumbnail_key
from core.errors import ConfigurationError, StorageError
from core.records import WorkState
from db.session import open_database
from ingest.mapping_file import parse_mapping
from ingest.picture_store import MOST_IN_A_ROW
from ingest.sources.table import TableSource
from storage.options import StoreOptions
from storage.s3 import S3BlobStore
from tests.api_service import wait_until
from tests.ingesting import MAPPING, Home
from tests.pictures import encoded, left_red
from tests.s3_server import (
    BadLine,
    Line,
    Refusal,
    bad_line,
    drop_bucket,
    s3_credentials,
    s3_server,
)

COUNT = 9


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    import boto3

    with s3_server() as url, s3_credentials(tmp_path_factory.mktemp("aws")):
        client = boto3.client("s3", endpoint_url=url, region_name="us-east-1")
        yield client
        client.close()


@pytest.fixture
def line(client: Any) -> Iterator[BadLine]:  # noqa: ANN401 - boto3 has no types
    client.create_bucket(Bucket="museum")
    with bad_line(client.meta.endpoint_url) as line:
        yield line
    drop_bucket(client)


@pytest.fixture
def home(migrated_sqlite: Path, tmp_path: Path, line: BadLine) -> Iterator[Home]:
    engine = open_database(f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'vasari.db')}")
    home = Home(engine, tmp_path / "unused")
    home.blobs = S3BlobStore("museum", "of", StoreOptions(line.url))
    yield home
    engine.dispose()


def picture(number: int) -> bytes:
    return encoded(left_red(40 + number, 20))


def fail_for(line: BadLine, kind: str, *numbers: int) -> None:
    for number in numbers:
        name = hashlib.sha256(picture(number)).hexdigest()
        line.fail(Line.CUT, "PUT", within=f"{kind}/{name[:2]}/{name}")


@pytest.fixture
def source(tmp_path: Path) -> TableSource:
    rows = []
    for i in range(COUNT):
        (tmp_path / f"{i}.png").write_bytes(picture(i))
        rows.append({"id": str(i), "title": f"Work {i}", "file": f"{i}.png", "artist": "A"})
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return TableSource(path, parse_mapping(MAPPING, "m.toml"))


def hashes(home: Home) -> list[str | None]:
    found = (artwork.images[0] if artwork.images else None for artwork in home.artworks())
    return [image.content_hash if image else None for image in found]


def test_a_picture_that_could_not_be_stored_is_a_line_of_the_ledger(
    home: Home, line: BadLine, source: TableSource
) -> None:
    fail_for(line, "pictures", 4, 7)  # their thumbnails are there by then

    run = home.ingest(source, batch_size=3)

    assert (run.state, run.created, run.pictures_failed) == (WorkState.SUCCEEDED, COUNT, 2)
    assert run.rules["picture"] == {"unstored-picture": 2}
    said = "row 5: picture 4.png: it could not be stored: bucket museum does not answer"
    assert any(fault.startswith(said) for fault in run.faults)
    assert [number for number, hash in enumerate(hashes(home)) if hash is None] == [4, 7]


def test_what_the_catalogue_names_is_in_the_store(
    home: Home, line: BadLine, source: TableSource
) -> None:
    fail_for(line, "pictures", 4)
    fail_for(line, "thumbnails", 5, 8)

    home.ingest(source, batch_size=3)

    kept = [one for one in hashes(home) if one]
    names = [key(one) for one in kept for key in (picture_key, thumbnail_key)]
    assert len(kept) == COUNT - 3
    assert all(home.blobs.exists(name) for name in names)


def test_the_next_run_makes_good_what_failed(
    home: Home, line: BadLine, source: TableSource
) -> None:
    fail_for(line, "pictures", 4, 7)
    home.ingest(source, batch_size=3)
    line.faults.clear()

    run = home.ingest(source)

    assert (run.pictures_stored, run.pictures_failed) == (2, 0)
    assert None not in hashes(home)


def test_a_store_that_goes_away_ends_the_run_and_the_next_goes_on(
    home: Home, line: BadLine, source: TableSource
) -> None:
    fail_for(line, "thumbnails", *range(3, COUNT))

    with pytest.raises(StorageError, match=f"failed {MOST_IN_A_ROW} times in a row"):
        home.ingest(source, batch_size=3)

    assert home.runs.latest(1)[0].state is WorkState.FAILED
    line.faults.clear()
    home.ingest(source)
    assert None not in hashes(home)


def test_wrong_credentials_end_the_run_at_once_and_in_words(
    home: Home, line: BadLine, source: TableSource
) -> None:
    line.fail(Refusal(403, "InvalidAccessKeyId"), "PUT")

    with pytest.raises(ConfigurationError, match="check AWS_ACCESS_KEY_ID"):
        home.ingest(source)

    assert "AWS_ACCESS_KEY_ID" in (home.runs.latest(1)[0].error or "")


WRITER = """
import sys
from storage.options import StoreOptions
from storage.s3 import S3BlobStore
S3BlobStore("museum", "of", StoreOptions(sys.argv[1])).put_new("large", bytes(40_000_000), "x/y")
"""


def test_of_an_upload_that_was_killed_nothing_is_seen_and_the_next_is_whole(
    home: Home, line: BadLine
) -> None:
    line.fail(Refusal(503, "SlowDown"), "PUT", within="partNumber=4")
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, line.url], env=os.environ | {"AWS_MAX_ATTEMPTS": "20"}
    )
    wait_until(lambda: any("partNumber=4" in one.path for one in line.asked))

    writer.kill()
    writer.wait()

    assert not home.blobs.exists("large")
    line.faults.clear()
    assert home.blobs.put_new("large", bytes(40_000_000), "x/y")
    assert len(home.blobs.get("large")) == 40_000_000
