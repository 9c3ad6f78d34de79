"""What a bundle is: a ZIP file with a manifest, in which every other file stands with its hash."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import InputError
from core.types import Json

FORMAT = "vasari-bundle"
VERSION = 1  # raise it with any change of the files or their meaning

MANIFEST = "manifest.json"
CATALOGUE = "catalogue.jsonl"  # an artwork on each line, ascending by id
THUMBNAILS = "thumbnails.jsonl"  # whose thumbnails there are, and under what rights
JUDGEMENTS = "judgements.jsonl"
WITHDRAWN = "withdrawn.json"

_MB = 2**20
# Names that a bundle may have, and how large such a file may be.
_NAMES = (
    (re.compile(r"catalogue\.jsonl|thumbnails\.jsonl"), 2**40),
    (re.compile(r"judgements\.jsonl|withdrawn\.json"), 256 * _MB),
    (re.compile(r"vectors/[0-9a-f]{16}\.parquet"), 2**40),
    (re.compile(r"thumbnails/([0-9a-f]{2})/\1[0-9a-f]{62}\.(webp|jpeg)"), 4 * _MB),
    (re.compile(r"pictures/([0-9a-f]{2})/\1[0-9a-f]{62}"), 256 * _MB),
)
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a bundle, as the manifest has it."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class SpaceEntry:
    """A file of vectors, and what it is called where it was imported before."""

    file: str
    name: str | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle says of itself, checked."""

    artworks: int
    files: Mapping[str, Entry]
    spaces: tuple[SpaceEntry, ...]
    counts: Mapping[str, int]


def is_bulk(name: str) -> bool:
    """Tell whether a file is compressed already."""
    return not name.endswith((".jsonl", ".json"))


def parse_manifest(data: Any, bundle: str) -> Manifest:  # noqa: ANN401 - whatever a file held
    """Read a manifest. Raises InputError."""
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise InputError(bundle, "is no bundle that `vasari export` wrote")
    if data.get("version") != VERSION:
        found = data.get("version")
        raise InputError(bundle, f"is of version {found!r}; this Vasari reads version {VERSION}")
    try:
        return _parsed(data, bundle)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(bundle, f"{MANIFEST} cannot be read: {error!r}") from error


def _parsed(data: Json, bundle: str) -> Manifest:
    files = {
        name: Entry(_whole(entry["size"]), str(entry["sha256"]))
        for name, entry in data["files"].items()
    }
    for name, entry in files.items():
        _check_entry(name, entry, bundle)
    if CATALOGUE not in files:
        raise InputError(bundle, f"has no {CATALOGUE}")
    spaces = tuple(SpaceEntry(one["file"], one.get("name")) for one in data["spaces"])
    named = sorted(one.file for one in spaces)
    if named != sorted(name for name in files if name.startswith("vectors/")):
        raise InputError(bundle, "does not say of each file of vectors what it is")
    counts = {str(name): _whole(count) for name, count in data["counts"].items()}
    return Manifest(counts["artworks"], files, spaces, counts)


def _check_entry(name: str, entry: Entry, bundle: str) -> None:
    most = next((size for pattern, size in _NAMES if pattern.fullmatch(name)), None)
    if most is None:
        raise InputError(bundle, f"has a file that no bundle has: {name[:200]!r}")
    if entry.size > most:
        raise InputError(bundle, f"{name} has {entry.size:,} bytes, and may have {most:,}")
    if not _HASH.fullmatch(entry.sha256):
        raise InputError(bundle, f"{name} has no SHA-256")
    if name.startswith("pictures/") and not name.endswith(entry.sha256):
        raise InputError(bundle, f"{name} is not named by its content")


def _whole(value: Any) -> int:  # noqa: ANN401 - whatever a file held
    if type(value) is not int or value < 0:
        raise ValueError(f"{value!r} is no count")
    return value
