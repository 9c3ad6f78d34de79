"""Where blobs are kept, by the address that the settings give."""

import re
from pathlib import Path

from core.errors import ConfigurationError
from core.ports import BlobStore
from storage.folder import FolderBlobStore
from storage.options import DEFAULTS, StoreOptions
from storage.s3 import S3BlobStore

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
    match = _S3.fullmatch(url)
    if match is None:
        raise ConfigurationError(
            f"VASARI_BLOBS_URL={url!r}: must be `s3://bucket/prefix`, or empty for a folder"
        )
    return S3BlobStore(match["bucket"], match["prefix"] or "", options)
