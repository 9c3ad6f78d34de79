"""Where blobs are kept and snapshots are shared, by the address that the settings give."""

import re
from pathlib import Path

from core.errors import ConfigurationError
from core.ports import BlobStore, SnapshotRemote
from storage.folder import FolderBlobStore
from storage.options import DEFAULTS, StoreOptions
from storage.s3 import S3BlobStore
from storage.s3_snapshots import NAMED_BY, S3SnapshotRemote

_S3 = re.compile(
    r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])"
    r"(?:/(?P<prefix>(?:[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*/?)?))?"
)


def open_blob_store(url: str | None, folder: Path, options: StoreOptions = DEFAULTS) -> BlobStore:
    """Open the store that VASARI_BLOBS_URL names: a bucket, or the folder where it is empty.

    Raises:
        ConfigurationError: names VASARI_BLOBS_URL or the credentials, and the remedy.
    """
    if url is None:
        if options.presign_s:
            raise ConfigurationError("VASARI_PRESIGN_S needs a store that signs: VASARI_BLOBS_URL")
        return FolderBlobStore(folder, options)
    return S3BlobStore(*_place("VASARI_BLOBS_URL", url, "a folder"), options)


def open_snapshot_remote(url: str, options: StoreOptions = DEFAULTS) -> SnapshotRemote:
    """Open what VASARI_SNAPSHOTS_URL names. Raises ConfigurationError."""
    return S3SnapshotRemote(*_place(NAMED_BY, url, "none"), options)


def _place(setting: str, url: str, otherwise: str) -> tuple[str, str]:
    match = _S3.fullmatch(url)
    if match is None:
        raise ConfigurationError(
            f"{setting}={url!r}: must be `s3://bucket/prefix`, or empty for {otherwise}"
        )
    return match["bucket"], match["prefix"] or ""
