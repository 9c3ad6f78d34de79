"""A store that fails, refuses, or knows less than Amazon's: moto behind a bad line."""

import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from core.errors import ConfigurationError, StorageError
from storage.options import S3Style, StoreOptions
from storage.s3 import S3BlobStore
from storage.s3_upload import LARGE, PART
from tests.s3_server import BadLine, Line, Refusal, bad_line, retried_at_once

BUSY, BROKEN = Refusal(503, "SlowDown"), Refusal(500, "InternalError")
UNKNOWN = Refusal(501, "NotImplemented")


@pytest.fixture(scope="module")
def open_line(client: Any, s3_url: str) -> Iterator[BadLine]:  # noqa: ANN401 - boto3 has no types
    with bad_line(s3_url) as line, retried_at_once():
        yield line


@pytest.fixture(scope="module")
def store(open_line: BadLine) -> S3BlobStore:
    return S3BlobStore("museum", "of", StoreOptions(open_line.url))


@pytest.fixture
def line(client: Any, open_line: BadLine) -> Iterator[BadLine]:  # noqa: ANN401 - see above
    open_line.asked.clear()
    yield open_line
    open_line.faults.clear()
    for found in client.list_objects_v2(Bucket="museum").get("Contents", []):
        client.delete_object(Bucket="museum", Key=found["Key"])


def asked(line: BadLine, method: str) -> int:
    return sum(one.method == method for one in line.asked)


@pytest.mark.parametrize("what", [BUSY, BROKEN, Line.CUT], ids=["busy", "broken", "cut"])
def test_a_write_that_fails_twice_is_tried_a_third_time(
    line: BadLine, store: S3BlobStore, what: Line | Refusal
) -> None:
    line.fail(what, "PUT", times=2)

    store.put_new("k", b"x", "image/png")

    assert store.get("k") == b"x"
    assert asked(line, "PUT") == 3


@pytest.mark.parametrize("what", [BUSY, BROKEN, Line.CUT], ids=["busy", "broken", "cut"])
def test_a_write_that_fails_for_good_leaves_nothing(
    line: BadLine, store: S3BlobStore, what: Line | Refusal
) -> None:
    line.fail(what, "PUT")

    with pytest.raises(StorageError, match="bucket museum does not answer"):
        store.put_new("k", b"x", "image/png")

    assert asked(line, "PUT") == 3
    assert not store.exists("k")


def test_a_write_whose_answer_was_lost_has_been_written(line: BadLine, store: S3BlobStore) -> None:
    line.fail(Line.LOST, "PUT", times=1)

    was_written = store.put_new("k", b"x", "image/png")

    assert not was_written  # by what was tried again: it met its own first try
    assert store.get("k") == b"x"


def test_bytes_that_break_off_are_read_again(line: BadLine, store: S3BlobStore) -> None:
    store.put("k", b"abcdef", "image/png")
    line.fail(Line.HALF, "GET", times=2)

    assert store.get("k") == b"abcdef"


def test_bytes_that_always_break_off_are_a_failure(line: BadLine, store: S3BlobStore) -> None:
    store.put("k", b"abcdef", "image/png")
    line.fail(Line.HALF, "GET")

    with pytest.raises(StorageError):
        store.get("k")


def test_a_store_without_conditions_is_asked_for_one_once(line: BadLine) -> None:
    store = S3BlobStore("museum", "of", StoreOptions(line.url))
    line.fail(UNKNOWN, "PUT", times=1)

    wrote = [store.put_new(key, b"x", "image/png") for key in ("a", "a", "b")]

    assert wrote == [True, False, True]
    puts = [one for one in line.asked if one.method == "PUT"]
    assert ["If-None-Match" in one.headers for one in puts] == [True, False, False]


def test_two_writers_at_once_are_told_to_ask_again(line: BadLine, store: S3BlobStore) -> None:
    line.fail(Refusal(409, "ConditionalRequestConflict"), "PUT", times=2)

    assert store.put_new("k", b"x", "image/png")


@pytest.mark.parametrize(
    ("method", "within"), [("PUT", "partNumber=2"), ("POST", "uploadId=")], ids=["part", "end"]
)
def test_of_a_large_object_that_fails_no_part_is_left(
    client: Any,  # noqa: ANN401 - boto3 has no types
    line: BadLine,
    store: S3BlobStore,
    method: str,
    within: str,
) -> None:
    line.fail(BROKEN, method, within=within)

    with pytest.raises(StorageError):
        store.put_new("large", bytes(LARGE + PART), "image/tiff")

    assert not store.exists("large")
    assert "Uploads" not in client.list_multipart_uploads(Bucket="museum")


def test_a_part_that_fails_is_sent_again_alone(line: BadLine, store: S3BlobStore) -> None:
    line.fail(BUSY, "PUT", within="partNumber=2", times=1)

    assert store.put_new("large", bytes(LARGE + 1), "image/tiff")
    assert asked(line, "PUT") == 4  # three parts, one of them twice


def test_a_large_object_whose_last_answer_was_lost_is_there(
    line: BadLine, store: S3BlobStore
) -> None:
    line.fail(Line.LOST, "POST", within="uploadId=", times=1)
    line.fail(Refusal(404, "NoSuchUpload"), "POST", within="uploadId=")  # as real stores then say

    assert store.put_new("large", bytes(LARGE + 1), "image/tiff")
    assert store.exists("large")


def test_a_large_object_is_not_written_over_what_came_first(
    line: BadLine, store: S3BlobStore
) -> None:
    store.put("large", b"first", "image/tiff")

    assert not store.put_new("large", bytes(LARGE + 1), "image/tiff")
    assert store.get("large") == b"first"


@pytest.mark.parametrize(
    ("refusal", "remedy"),
    [
        (Refusal(403, "InvalidAccessKeyId"), "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
        (Refusal(403, "SignatureDoesNotMatch"), "check AWS_ACCESS_KEY_ID"),
        (Refusal(403, "AccessDenied"), "what these credentials may do there"),
        (Refusal(401, "Unauthorized"), "check AWS_ACCESS_KEY_ID"),
        (Refusal(403, "RequestTimeTooSkewed"), "the clock of this machine is wrong"),
        (Refusal(400, "ExpiredToken"), "sign in again"),
        (Refusal(400, "AuthorizationHeaderMalformed"), "check AWS_DEFAULT_REGION"),
    ],
    ids=lambda value: getattr(value, "code", ""),
)
def test_a_refusal_says_what_to_mend_and_is_not_tried_again(
    line: BadLine, store: S3BlobStore, refusal: Refusal, remedy: str
) -> None:
    line.fail(refusal, "PUT")

    with pytest.raises(ConfigurationError, match=f"bucket 'museum' refuses .*{remedy}") as caught:
        store.put_new("k", b"x", "image/png")

    assert not isinstance(caught.value, StorageError)  # which would be tried with other pictures
    assert asked(line, "PUT") == 1


def test_an_address_that_is_none_is_a_setting_to_mend(credentials: None) -> None:
    with pytest.raises(ConfigurationError, match="VASARI_S3_ENDPOINT_URL"):
        S3BlobStore("museum", "", StoreOptions("not an address"))


def test_half_of_the_credentials_are_none(
    line: BadLine, credentials: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    with pytest.raises(ConfigurationError, match="AWS_SECRET_ACCESS_KEY"):
        S3BlobStore("museum", "", StoreOptions(line.url)).put("k", b"x", "x/y")


@pytest.mark.parametrize("size", [1, LARGE + 1])
def test_other_stores_are_sent_no_checksums_that_they_may_refuse(
    line: BadLine, store: S3BlobStore, size: int
) -> None:
    store.put_new("k", bytes(size), "image/png")

    names = {name.lower() for one in line.asked for name in one.headers}
    assert not {name for name in names if "checksum" in name or "trailer" in name}


@pytest.mark.parametrize(
    ("style", "address"),
    [
        (S3Style.AUTO, "http://store.test/museum/of/k"),
        (S3Style.PATH, "http://store.test/museum/of/k"),
        (S3Style.VIRTUAL, "http://museum.store.test/of/k"),
    ],
)
def test_the_bucket_stands_where_the_store_wants_it(
    line: BadLine, monkeypatch: pytest.MonkeyPatch, style: S3Style, address: str
) -> None:
    monkeypatch.setenv("HTTP_PROXY", line.url)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    store = S3BlobStore("museum", "of", StoreOptions("http://store.test", style))

    store.put("k", b"x", "image/png")

    assert line.asked[-1].path == address


def test_a_signed_address_is_read_without_credentials(line: BadLine, store: S3BlobStore) -> None:
    store.put("a/k", b"x", "image/webp")
    signing = S3BlobStore("museum", "of", StoreOptions(line.url, presign_s=300))

    address = signing.address("a/k") or ""

    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in address
    assert "X-Amz-Expires=300" in address
    with urllib.request.urlopen(address) as answer:  # noqa: S310 - of this machine
        assert (answer.read(), answer.headers["Content-Type"]) == (b"x", "image/webp")


def test_a_public_address_stands_for_the_prefix(line: BadLine) -> None:
    options = StoreOptions(line.url, public_url="https://pictures.example/", presign_s=300)

    assert S3BlobStore("museum", "of", options).address("a/k") == "https://pictures.example/a/k"


def test_a_store_has_no_addresses_of_its_own_accord(store: S3BlobStore) -> None:
    assert store.address("a/k") is None
