"""The name of a IIIF source: the first half of its artwork ids, and its folder."""

from pathlib import Path
from urllib.parse import urlsplit

from core.errors import SourceError
from ingest.mapping import SOURCE_NAME
from ingest.sources.folder import source_name
from ingest.values import is_web_address


def iiif_name(address: str, name: str | None = None) -> str:
    """Take the name that is given, or make one of the host, or of the file.

    Raises:
        SourceError: the name that is given would break ids.
    """
    if name is not None:
        if not SOURCE_NAME.fullmatch(name):
            raise SourceError(f"{name!r} must be a short name: a-z, 0-9, '_' and '-'")
        return name
    if is_web_address(address):
        return source_name(urlsplit(address).hostname or "iiif")
    return source_name(Path(address).stem)
