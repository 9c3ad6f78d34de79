import pickle
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from core.blob_keys import picture_key, thumbnail_key
from core.errors import ConfigurationError, MissingExtraError, NotFoundError, StorageError
from core.ports import BlobStore
from storage.folder import FolderBlobStore
from storage.options import StoreOptions
from storage.registry import open_blob_store
from storage.s3 import S3BlobStore
from storage.s3_upload import LARGE

HASH = "ab" + "0" * 62


@pytest.fixture(scope="module")
def store(client: Any, s3_url: str) -> S3BlobStore:  # noqa: ANN401 - boto3 has no types
    return S3BlobStore("museum", "/pictures/of/", StoreOptions(s3_url))


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


def test_a_store_can_be_sent_to_another_process(blobs: BlobStore) -> None:
    blobs.put("a/b", b"one", "image/png")

    there = pickle.loads(pickle.dumps(blobs))  # noqa: S301 - written on the same line

    assert there.get("a/b") == b"one"


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


def test_of_two_writers_of_a_new_name_the_first_is_kept(blobs: BlobStore) -> None:
    first = blobs.put_new("a/b", b"first", "image/png")
    second = blobs.put_new("a/b", b"other", "image/png")

    assert (first, second) == (True, False)
    assert blobs.get("a/b") == b"first"


def test_of_many_writers_at_once_one_has_written(blobs: BlobStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        wrote = list(pool.map(lambda i: blobs.put_new("k", b"%d" % i, "x/y"), range(8)))

    assert wrote.count(True) == 1
    assert blobs.get("k") == b"%d" % wrote.index(True)


@pytest.mark.parametrize("only_new", [False, True])
def test_a_large_blob_is_whole(blobs: BlobStore, *, only_new: bool) -> None:
    data = bytes(range(251)) * (LARGE // 200)  # not a whole number of parts

    (blobs.put_new if only_new else blobs.put)("large", data, "image/tiff")

    assert blobs.get("large") == data


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
        with pytest.raises(ValueError, match="is not a blob key"):
            blobs.put_new(key, b"x", "image/png")
        with pytest.raises(ValueError, match="is not a blob key"):
            blobs.address(key)


def test_many_threads_may_write_the_same_and_other_keys(blobs: BlobStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: blobs.put(f"k{i % 5}", b"%d" % (i % 5) * 999, "x/y"), range(40)))

    assert [blobs.get(f"k{i}") for i in range(5)] == [b"%d" % i * 999 for i in range(5)]


@pytest.mark.parametrize("size", [1, LARGE + 1])
def test_a_blob_in_s3_has_its_type_and_may_be_cached_forever(
    client: Any,  # noqa: ANN401 - boto3 has no types
    s3: S3BlobStore,
    size: int,
) -> None:
    s3.put_new("k", bytes(size), "image/webp")

    found = client.head_object(Bucket="museum", Key="pictures/of/k")

    assert found["ContentType"] == "image/webp"
    assert found["CacheControl"] == "public, max-age=31536000, immutable"


def test_a_missing_bucket_is_a_setting_to_mend(s3_url: str, credentials: None) -> None:
    with pytest.raises(ConfigurationError, match=r"VASARI_BLOBS_URL: bucket 'nowhere'"):
        S3BlobStore("nowhere", "", StoreOptions(s3_url)).put("k", b"x", "x/y")


def test_a_store_that_does_not_answer_is_not_a_missing_blob(credentials: None) -> None:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"

    with pytest.raises(StorageError, match="museum does not answer"):
        S3BlobStore("museum", "", StoreOptions(url)).exists("k")


def test_missing_credentials_are_a_setting_to_mend(
    s3_url: str, credentials: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    with pytest.raises(ConfigurationError, match="set AWS_ACCESS_KEY_ID"):
        S3BlobStore("museum", "", StoreOptions(s3_url)).put("k", b"x", "x/y")


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
    in_folder = open_blob_store(None, tmp_path / "blobs")
    in_bucket = open_blob_store("s3://museum/a/b/", tmp_path, StoreOptions(s3_url))

    in_folder.put("k", b"here", "x/y")
    in_bucket.put("k", b"there", "x/y")

    assert (tmp_path / "blobs/k").read_bytes() == b"here"
    assert client.get_object(Bucket="museum", Key="a/b/k")["Body"].read() == b"there"


@pytest.mark.parametrize(
    "url", ["http://x", "s3://", "s3://ab", "s3://Bucket/x", "s3://b/../x", "/srv/blobs", "s3:///x"]
)
def test_a_bad_address_names_its_setting(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigurationError, match="VASARI_BLOBS_URL"):
        open_blob_store(url, tmp_path)
