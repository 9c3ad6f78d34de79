"""The National Gallery of Art's dump, downloaded from where its CSV files are published."""

import re
from pathlib import Path

from core.errors import SourceError
from ingest.download import Downloaded, Downloader
from ingest.sources.nga_tables import REQUIRED, TABLES

SUMS = "SHA256SUMS"  # a manifest, as sha256sum writes it, where the folder has one
_SUM = re.compile(r"(?P<sha256>[0-9a-fA-F]{64})[ \t]+\*?(?:\./)?(?P<name>\S+)")


def is_address(text: str) -> bool:
    """Tell whether a dump lies on a web server rather than in a folder."""
    return "://" in text


def download_dump(address: str, folder: Path, downloader: Downloader) -> list[Downloaded]:
    """Bring every table of a dump up to date; the folder is then one to read.

    Args:
        address: of the folder of CSV files.
        folder: where the downloader puts them.
        downloader: brings files into that folder.

    Raises:
        SourceError: a table that is needed cannot be downloaded, or is not what was promised.
    """
    base = address.rstrip("/")
    sums = _sums(base, folder, downloader)
    found = []
    for table in TABLES:
        name = f"{table}.csv"
        one = downloader.fetch(
            f"{base}/{name}", name, sha256=sums.get(name), is_optional=table not in REQUIRED
        )
        if one is not None:
            found.append(one)
    return found


def _sums(base: str, folder: Path, downloader: Downloader) -> dict[str, str]:
    if downloader.fetch(f"{base}/{SUMS}", SUMS, is_optional=True) is None:
        return {}
    lines = (folder / SUMS).read_text(encoding="utf-8", errors="replace").splitlines()
    matches = [_SUM.fullmatch(line.strip()) for line in lines if line.strip()]
    if not all(matches):
        raise SourceError(f"{base}/{SUMS} is not what sha256sum writes")
    return {match["name"].rpartition("/")[2]: match["sha256"].lower() for match in matches if match}
