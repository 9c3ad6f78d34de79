"""The Tate collection as published: what the made judgements are read from, past all of Vasari."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

ROLE = "artist"


@dataclass(frozen=True, slots=True)
class TateRow:
    """One work, by the columns that judgements are read from."""

    id: int
    artists: tuple[int, ...]  # of the role "artist"
    women: bool  # whether one of them is a woman
    medium: frozenset[str]  # words
    classification: str
    begin: int | None
    end: int | None
    movements: frozenset[str]
    paths: tuple[str, ...]  # subjects: "nature > animals: mammals > dog - non-specific"


@dataclass(frozen=True, slots=True)
class TateArtist:
    """One artist, by name and surname."""

    id: int
    name: str
    surname: str


class Tate:
    """Rows and artists of the published tables."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def artists(self) -> dict[int, TateArtist]:
        """Artists by id."""
        table = _read(self._folder / "artists.parquet", ("id", "name", "sort_name"))
        return {
            row["id"]: TateArtist(row["id"], row["name"], row["sort_name"].partition(",")[0])
            for row in table
        }

    @cached_property
    def rows(self) -> list[TateRow]:
        """All works, in the order of the file."""
        people = _read(self._folder / "artists.parquet", ("id", "gender"))
        women = {row["id"] for row in people if row["gender"] == "Female"}
        return [_row(row, women) for row in _read(self._folder / "artworks.parquet", _COLUMNS)]


_COLUMNS = (
    "id", "contributor_ids", "contributor_roles", "medium", "classification", "year_start",
    "year_end", "movements", "subject_paths",
)  # fmt: skip


def _read(path: Path, columns: Sequence[str]) -> list[dict[str, Any]]:
    import pyarrow.parquet as parquet

    rows: list[dict[str, Any]] = parquet.read_table(path, columns=list(columns)).to_pylist()
    return rows


def _row(row: dict[str, Any], women: set[int]) -> TateRow:
    links = zip(row["contributor_ids"], row["contributor_roles"], strict=True)
    artists = tuple(id for id, role in links if role == ROLE)
    return TateRow(
        id=row["id"],
        artists=artists,
        women=any(id in women for id in artists),
        medium=frozenset(_words(row["medium"] or "")),
        classification=row["classification"] or "",
        begin=row["year_start"],
        end=row["year_end"],
        movements=frozenset(row["movements"]),
        paths=tuple(row["subject_paths"]),
    )


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in text.lower()).split()
