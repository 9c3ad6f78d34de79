"""Inspecting a file: from its name to its profile and the draft of a mapping."""

import csv
from dataclasses import dataclass
from pathlib import Path

from core.errors import SourceError
from core.progress import Progress
from ingest.drafting.draft import draft_mapping
from ingest.drafting.profile import TableProfile, profile_table
from ingest.mapping_file import parse_mapping
from ingest.sources.folder import source_name
from ingest.tables.registry import open_table

_DELIMITED = frozenset({".csv", ".tsv"})
_DELIMITERS = (",", ";", "\t", "|")
_USUAL = {".csv": ",", ".tsv": "\t"}


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a table holds, and a mapping that could read it."""

    profile: TableProfile
    mapping: str  # TOML


def inspect_file(path: Path, *, most_rows: int | None, progress: Progress) -> Inspection:
    """Profile the columns of a table and draft a mapping, which the loader is shown to take."""
    if path.is_dir():
        raise SourceError(f"{path} is a folder: give the path of the table in it")
    delimiter = _delimiter(path)
    profile = profile_table(open_table(path, delimiter), most_rows=most_rows, progress=progress)
    if not profile.rows - profile.unreadable:
        raise SourceError(f"{path} has no rows that can be read")
    _check_names(profile, path)
    draft = draft_mapping(
        profile, source=source_name(path.stem), file=path.name, delimiter=delimiter
    )
    parse_mapping(draft.encode(), f"the draft for {path.name}")
    return Inspection(profile, draft)


def _check_names(profile: TableProfile, path: Path) -> None:
    """Refuse names that no mapping can spell, for TOML is UTF-8."""
    for column in profile.columns:
        if any("\ud800" <= character <= "\udfff" for character in column.name):
            raise SourceError(
                f"{path}: the column {column.name!a} is not text in UTF-8: save it as UTF-8"
            )


def write_draft(draft: str, path: Path) -> None:
    """Write a draft to a new file. Raises SourceError where there is one already."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(draft)
    except FileExistsError as error:
        raise SourceError(f"{path} is there already; it is never overwritten") from error
    except OSError as error:
        raise SourceError(f"{path} cannot be written: {error.strerror or error}") from error


def _delimiter(path: Path) -> str | None:
    """Find what cuts a header, where it is not what the file's ending says."""
    if path.suffix.lower() not in _DELIMITED or not path.is_file():
        return None
    with path.open(newline="", encoding="utf-8-sig", errors="surrogateescape") as file:
        header = file.readline()
    cells = {mark: len(next(csv.reader([header], delimiter=mark), [])) for mark in _DELIMITERS}
    usual = _USUAL[path.suffix.lower()]
    best = max(_DELIMITERS, key=lambda mark: (cells[mark], mark == usual))
    return None if cells[best] == cells[usual] else best
