import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

from core.blob_keys import picture_key, thumbnail_key
from core.errors import ConfigurationError, MissingExtraError, NotFoundError, StorageError
from core.ports import BlobStore
from storage.folder import FolderBlobStore
from storage.registry import open_blob_store
from storage.s3 import S3BlobStore

HASH = "ab" + "0" * 62


@pytest.fixture(scope="module")
def s3_url() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


@pytest.fixture(scope="module")
def credentials(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    nothing = str(tmp_path_factory.mktemp("aws") / "none")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ACCESS_KEY_ID", "key")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        environment.setenv("AWS_MAX_ATTEMPTS", "1")
        environment.setenv("AWS_CONFIG_FILE", nothing)
        environment.setenv("AWS_SHARED_CREDENTIALS_FILE", nothing)
        yield


@pytest.fixture(scope="module")
def client(s3_url: str, credentials: None) -> Iterator[Any]:
    import boto3

    client = boto3.client("s3", endpoint_url=s3_url, region_name="us-east-1")
    client.create_bucket(Bucket="museum")
    yield client
    client.close()


@pytest.fixture(scope="module")
def store(client: Any, s3_url: str) -> S3BlobStore:  # noqa: ANN401 - boto3 has no types
    return S3BlobStore("museum", "/pictures/of/", s3_url)


@pytest.fixture
def s3(client: Any, store: S3BlobStore) -> Iterator[S3BlobStore]:  # noqa: ANN401 - see above
    yield store
    for found in client.list_objects_v2(Bucket="museum").get("Contents", []):
        client.delete_object(Bucket="museum", Key=found["Key"])


@pytest.fixture(params=["folder", "s3"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "folder":
        return FolderBlobStore(tmp_path / "blobs")
    store: S3BlobStore = request.getfixturevalue("s3")
    return store


def test_what_is_put_is_got_back(blobs: BlobStore) -> None:
    data = bytes(range(256)) * 5000

    blobs.put(picture_key(HASH), data, "image/jpeg")

    assert blobs.get(picture_key(HASH)) == data
    assert blobs.exists(picture_key(HASH))


def test_an_empty_blob_is_a_blob(blobs: BlobStore) -> None:
    blobs.put("empty", b"", "image/png")

    assert blobs.exists("empty")
    assert blobs.get("empty") == b""


def test_what_was_never_put_is_not_there(blobs: BlobStore) -> None:
    blobs.put(picture_key(HASH), b"one", "image/png")

    assert not blobs.exists(thumbnail_key(HASH))
    assert not blobs.exists("pictures/ab")  # a folder, or the beginning of a name, is no blob
    for key in (thumbnail_key(HASH), "pictures/ab", f"{picture_key(HASH)}/more"):
        with pytest.raises(NotFoundError) as caught:
            blobs.get(key)
        assert caught.value.id == key


def test_the_same_bytes_may_be_put_again(blobs: BlobStore) -> None:
    blobs.put("a/b", b"same", "image/png")
    blobs.put("a/b", b"same", "image/png")

    assert blobs.get("a/b") == b"same"


def test_other_bytes_replace_the_first(blobs: BlobStore) -> None:
    blobs.put("a/b", b"first", "image/png")
    blobs.put("a/b", b"other", "image/png")

    assert blobs.get("a/b") == b"other"


BAD_KEYS = (
    "", "/etc/passwd", "..", "a/../b", "a/./b", "a//b", "a/", ".hidden", "a/.b", "a\\b", "a\nb",
    "a b", "é", "a\0", "x" * 513,
)  # fmt: skip


def test_a_key_that_could_lead_elsewhere_is_refused(blobs: BlobStore) -> None:
    for key in BAD_KEYS:
        with pytest.raises(ValueError, match="is not a blob key"):
            blobs.put(key, b"x", "image/png")
        with pytest.raises(ValueError, match="is not a blob key"):
            blobs.get(key)
        with pytest.raises(ValueError, match="is not a blob key"):
            blobs.exists(key)


def test_many_threads_may_write_the_same_and_other_keys(blobs: BlobStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: blobs.put(f"k{i % 5}", b"%d" % (i % 5) * 999, "x/y"), range(40)))

    assert [blobs.get(f"k{i}") for i in range(5)] == [b"%d" % i * 999 for i in range(5)]


def test_a_blob_in_s3_has_its_type_and_may_be_cached_forever(
    client: Any,  # noqa: ANN401 - boto3 has no types
    s3: S3BlobStore,
) -> None:
    s3.put("k", b"x", "image/webp")

    found = client.head_object(Bucket="museum", Key="pictures/of/k")

    assert found["ContentType"] == "image/webp"
    assert found["CacheControl"] == "public, max-age=31536000, immutable"


def test_a_missing_bucket_is_a_setting_to_mend(s3_url: str, credentials: None) -> None:
    with pytest.raises(ConfigurationError, match=r"VASARI_BLOBS_URL: bucket 'nowhere'"):
        S3BlobStore("nowhere", "", s3_url).put("k", b"x", "x/y")


def test_a_store_that_does_not_answer_is_not_a_missing_blob(credentials: None) -> None:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"

    with pytest.raises(StorageError, match="museum does not answer"):
        S3BlobStore("museum", "", url).exists("k")


def test_missing_credentials_are_a_setting_to_mend(
    s3_url: str, credentials: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    with pytest.raises(ConfigurationError, match="set AWS_ACCESS_KEY_ID"):
        S3BlobStore("museum", "", s3_url).put("k", b"x", "x/y")


def test_a_missing_boto3_is_answered_with_the_install_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)

    with pytest.raises(MissingExtraError, match=r"pip install -e '\.\[s3\]'"):
        S3BlobStore("museum")


def test_the_address_chooses_the_store(
    client: Any,  # noqa: ANN401 - boto3 has no types
    s3: S3BlobStore,
    s3_url: str,
    tmp_path: Path,
) -> None:
    in_folder = open_blob_store(None, tmp_path / "blobs", None)
    in_bucket = open_blob_store("s3://museum/a/b/", tmp_path, s3_url)

    in_folder.put("k", b"here", "x/y")
    in_bucket.put("k", b"there", "x/y")

    assert (tmp_path / "blobs/k").read_bytes() == b"here"
    assert client.get_object(Bucket="museum", Key="a/b/k")["Body"].read() == b"there"


@pytest.mark.parametrize(
    "url", ["http://x", "s3://", "s3://ab", "s3://Bucket/x", "s3://b/../x", "/srv/blobs", "s3:///x"]
)
def test_a_bad_address_names_its_setting(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigurationError, match="VASARI_BLOBS_URL"):
        open_blob_store(url, tmp_path, None)
