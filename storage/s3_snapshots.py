"""Snapshots shared through S3, R2 or a like store: files, and one pointer moved on condition."""

import hashlib
import mmap
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from core.atomic_files import sync
from core.errors import ConfigurationError, NotFoundError
from core.sharing import PointerMovedError, SeenPointer, SharedFile, SharedPointer, parse_pointer
from storage.keys import check_key
from storage.options import DEFAULTS, StoreOptions
from storage.s3_client import code_of, open_client, translated
from storage.s3_upload import LARGE, Upload, upload

NAMED_BY = "VASARI_SNAPSHOTS_URL"
POINTER = "CURRENT"
_MOVED = frozenset({"PreconditionFailed", "412", "ConditionalRequestConflict", "409"})
_SAME = frozenset({"NotModified", "304"})
_UNKNOWN = frozenset({"NotImplemented", "501"})
_CHUNK = 2**20
_TRIES = 3
_AT_ONCE = 1000  # keys that one request may delete
_BYTES: Mapping[str, str] = {"ContentType": "application/octet-stream"}


class S3SnapshotRemote:
    """Published snapshots under a prefix of a bucket; opened when it is first asked."""

    def __init__(self, bucket: str, prefix: str = "", options: StoreOptions = DEFAULTS) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._options = options

    @property
    def address(self) -> str:
        """Where it is, for messages."""
        return f"s3://{self._bucket}/{self._prefix}".rstrip("/")

    def read_pointer(self, known: SeenPointer | None = None) -> SeenPointer | None:
        """Read what is live; `known` itself where that is still so, None where nothing is."""
        from botocore.exceptions import ClientError

        asked = {"IfNoneMatch": known.tag} if known else {}
        try:
            with self._translated(POINTER):
                try:
                    answer = self._client.get_object(**self._at(POINTER), **asked)
                except ClientError as error:
                    if code_of(error) in _SAME:
                        return known
                    raise
                data: bytes = answer["Body"].read()
        except NotFoundError:
            return None
        return SeenPointer(parse_pointer(data, self.address), answer["ETag"])

    def move_pointer(self, pointer: SharedPointer, known: SeenPointer | None) -> SeenPointer:
        """Make a snapshot live for all, if nobody else did since. Raises PointerMovedError."""
        from botocore.exceptions import ClientError

        condition = {"IfMatch": known.tag} if known else {"IfNoneMatch": "*"}
        headers = {"ContentType": "application/json", "CacheControl": "no-store"}
        with self._translated(POINTER):
            try:
                answer = self._client.put_object(
                    **self._at(POINTER), Body=pointer.to_bytes(), **headers, **condition
                )
            except ClientError as error:
                return self._after_refusal(pointer, error)
        return SeenPointer(pointer, answer["ETag"])

    def holds(self, key: str, size_bytes: int, sha256: str) -> bool:
        """Tell whether a file is there, whole and with this content."""
        try:
            with self._translated(key):
                found = self._client.head_object(**self._at(key))
        except NotFoundError:
            return False
        return bool(found["ContentLength"] == size_bytes) and _hash_of(found) == sha256

    def put_file(self, key: str, path: Path, sha256: str, sent: Callable[[int], None]) -> None:
        """Share a file, a large one in parts; `sent` is told the bytes as they go."""
        with self._translated(key), _contents(path) as data:
            headers = {**_BYTES, "Metadata": {"sha256": sha256}}
            what = Upload(self._bucket, self._name(key), data, headers, sent)
            upload(self._client, what, only_new=False)

    def get_file(self, key: str, path: Path, received: Callable[[int], None]) -> str:
        """Write a shared file to a path; return the SHA-256 of what came. Raises NotFoundError."""
        with self._translated(key):
            return self._receive(key, path, received, tries=_TRIES)

    def put(self, key: str, data: bytes) -> None:
        """Share some bytes."""
        with self._translated(key):
            self._client.put_object(**self._at(key), Body=data, **_BYTES)

    def get(self, key: str) -> bytes:
        """Read shared bytes. Raises NotFoundError."""
        with self._translated(key):
            data: bytes = self._client.get_object(**self._at(key))["Body"].read()
        return data

    def files(self, below: str) -> Iterator[SharedFile]:
        """List what is shared below a key, in the order of the keys."""
        with self._translated(below):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=f"{self._name(below)}/"
            )
            for page in pages:
                for one in page.get("Contents", ()):
                    key = one["Key"].removeprefix(self._prefix)
                    yield SharedFile(key, one["Size"], one["LastModified"])

    def remove(self, keys: Iterable[str]) -> None:
        """Remove files, in the order given where there are more than a request takes."""
        names = [{"Key": self._name(key)} for key in keys]
        for begin in range(0, len(names), _AT_ONCE):
            with self._translated(names[begin]["Key"]):
                batch = {"Objects": names[begin : begin + _AT_ONCE], "Quiet": True}
                self._client.delete_objects(Bucket=self._bucket, Delete=batch)

    @cached_property
    def _client(self) -> Any:  # noqa: ANN401 - boto3 has no types
        return open_client(self._options)

    def _after_refusal(self, pointer: SharedPointer, error: Exception) -> SeenPointer:
        """Look whether a move that was refused is ours: the answer to a first try may be lost."""
        code = code_of(error)
        if code in _UNKNOWN:
            raise ConfigurationError(
                f"{NAMED_BY}: the store knows no conditional writes, without which two publishers "
                "undo each other's work: use another store"
            ) from error
        if code not in _MOVED:
            raise error
        seen = self.read_pointer()
        if seen is not None and seen.pointer == pointer:
            return seen
        raise PointerMovedError(f"{self.address}/{POINTER} was moved by another") from error

    def _receive(self, key: str, path: Path, received: Callable[[int], None], *, tries: int) -> str:
        from botocore.exceptions import HTTPClientError, IncompleteReadError

        body = self._client.get_object(**self._at(key))["Body"]
        digest, count = hashlib.sha256(), 0
        try:
            with path.open("wb") as file:
                while piece := body.read(_CHUNK):
                    file.write(piece)
                    digest.update(piece)
                    count += len(piece)
                    received(len(piece))
        except (HTTPClientError, IncompleteReadError):
            if tries == 1:
                raise
            received(-count)
            return self._receive(key, path, received, tries=tries - 1)
        sync(path)
        return digest.hexdigest()

    @contextmanager
    def _translated(self, key: str) -> Iterator[None]:
        _ = self._client  # before botocore, whose absence is told as a missing extra
        with translated(self._bucket, key, named_by=NAMED_BY):
            yield

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._name(key)}

    def _name(self, key: str) -> str:
        return self._prefix + check_key(key)


@contextmanager
def _contents(path: Path) -> Iterator[bytes | mmap.mmap]:
    """Read a small file; of a large one only what is being sent is ever in memory."""
    if path.stat().st_size <= LARGE:
        yield path.read_bytes()
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        yield data


def _hash_of(found: Mapping[str, Any]) -> str | None:
    hash = found.get("Metadata", {}).get("sha256")
    return None if hash is None else str(hash)
