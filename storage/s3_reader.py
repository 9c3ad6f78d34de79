"""Objects of an S3 store that is only read: whatever its keys are called."""

import re
from collections.abc import Iterator

from core.errors import ConfigurationError
from core.ports import StoredObject
from storage.options import S3Style, StoreOptions
from storage.s3_client import open_client, translated

_ADDRESS = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(?P<prefix>.*))?")


class S3ObjectReader:
    """Objects below a prefix of a bucket; safe to share among threads."""

    def __init__(
        self, url: str, endpoint_url: str | None = None, *, style: S3Style = S3Style.AUTO
    ) -> None:
        """Open a prefix such as `s3://bucket/prefix`. Raises ConfigurationError."""
        match = _ADDRESS.fullmatch(url)
        if match is None:
            raise ConfigurationError(f"{url!r} is no address such as s3://bucket/prefix")
        self._url = url
        self._bucket = match["bucket"]
        prefix = (match["prefix"] or "").strip("/")
        self._prefix = f"{prefix}/" if prefix else ""
        self._client = open_client(StoreOptions(endpoint_url, style))

    def objects(self) -> Iterator[StoredObject]:
        """List them in the order of their keys, which are relative to the prefix."""
        with translated(self._bucket, self._prefix, named_by=self._url):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._prefix
            )
            for page in pages:
                for one in page.get("Contents", ()):
                    key = one["Key"].removeprefix(self._prefix)
                    if key and not key.endswith("/"):  # a folder, as some tools make them
                        yield StoredObject(key, one["Size"], one["ETag"])

    def get(self, key: str) -> bytes:
        """Read one. Raises NotFoundError."""
        with translated(self._bucket, key, named_by=self._url):
            answer = self._client.get_object(Bucket=self._bucket, Key=self._prefix + key)
            data: bytes = answer["Body"].read()
        return data
