"""Blobs in S3, R2 or a like store."""

from typing import Any

from core.errors import NotFoundError, StorageError
from storage.keys import check_key
from storage.options import DEFAULTS, StoreOptions
from storage.s3_client import code_of, open_client, translated
from storage.s3_upload import Upload, upload

# Content-addressed names never change what they hold.
_CACHE = "public, max-age=31536000, immutable"
_TAKEN = frozenset({"PreconditionFailed", "412"})
_UNKNOWN = frozenset({"NotImplemented", "501"})
_CONFLICT = frozenset({"ConditionalRequestConflict", "409"})  # two at once: one must ask again
_TRIES = 3


class S3BlobStore:
    """Named bytes in a bucket, under a prefix; safe to share among threads."""

    def __init__(self, bucket: str, prefix: str = "", options: StoreOptions = DEFAULTS) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._options = options
        self._client = open_client(options)
        self._has_conditions = True  # until the store says that it knows none

    def __reduce__(self) -> tuple[type["S3BlobStore"], tuple[str, str, StoreOptions]]:
        """Let another process open the same store, with the credentials of its own environment."""
        return S3BlobStore, (self._bucket, self._prefix, self._options)

    def put(self, key: str, data: bytes, content_type: str) -> None:
        """Keep bytes under a key; S3 shows an object whole or not at all."""
        what = self._upload(key, data, content_type)
        with translated(self._bucket, key):
            upload(self._client, what, only_new=False)

    def put_new(self, key: str, data: bytes, content_type: str) -> bool:
        """Keep bytes unless the key is kept already; tell whether they were written."""
        what = self._upload(key, data, content_type)
        if self._has_conditions:
            was_written = self._put_if_absent(key, what)
            if was_written is not None:
                return was_written
        if self.exists(key):
            return False
        self.put(key, data, content_type)
        return True

    def get(self, key: str) -> bytes:
        """Read bytes. Raises NotFoundError."""
        name = self._name(key)
        with translated(self._bucket, key):
            return self._read(name, tries=_TRIES)

    def exists(self, key: str) -> bool:
        """Tell whether a key is kept."""
        try:
            with translated(self._bucket, key):
                self._client.head_object(Bucket=self._bucket, Key=self._name(key))
        except NotFoundError:
            return False
        return True

    def address(self, key: str) -> str | None:
        """Say where clients can read a key themselves: its public address, or a signed one."""
        if self._options.public_url is not None or not self._options.presign_s:
            return self._options.public_address(check_key(key))
        with translated(self._bucket, key):
            signed: str = self._client.generate_presigned_url(
                "get_object",
                Params={"Bucket": self._bucket, "Key": self._name(key)},
                ExpiresIn=self._options.presign_s,
            )
        return signed

    def _put_if_absent(self, key: str, what: Upload) -> bool | None:
        """Write on condition; None where the store knows no conditions."""
        from botocore.exceptions import ClientError

        with translated(self._bucket, key):
            for _ in range(_TRIES):
                try:
                    upload(self._client, what, only_new=True)
                except ClientError as error:
                    code = code_of(error)
                    if code in _TAKEN:
                        return False
                    if code in _UNKNOWN:
                        self._has_conditions = False
                        return None
                    if code not in _CONFLICT:
                        raise
                else:
                    return True
        raise StorageError(f"bucket {self._bucket}: others write {key} all the time")

    def _read(self, name: str, *, tries: int) -> bytes:
        """Read an object, again where the connection breaks amid its bytes: boto3 does not."""
        from botocore.exceptions import HTTPClientError, IncompleteReadError

        body: Any = self._client.get_object(Bucket=self._bucket, Key=name)["Body"]
        try:
            data: bytes = body.read()
        except (HTTPClientError, IncompleteReadError):
            if tries == 1:
                raise
            return self._read(name, tries=tries - 1)
        return data

    def _upload(self, key: str, data: bytes, content_type: str) -> Upload:
        headers = {"ContentType": content_type, "CacheControl": _CACHE}
        return Upload(self._bucket, self._name(key), data, headers)

    def _name(self, key: str) -> str:
        return self._prefix + check_key(key)
