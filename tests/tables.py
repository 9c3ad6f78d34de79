"""Small tables that tests write and read through a mapping."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from core.ports import SourceItem
from core.records import Note
from core.types import Artwork
from ingest.mapping_file import parse_mapping
from ingest.sources.table import TableSource

HEAD = 'source = "m"\n[columns]\nid = "id"\n'


def opened(folder: Path, rows: Sequence[Mapping[str, object]], toml: str) -> TableSource:
    """Open rows as a JSON Lines table; every row is given all keys, as a table has all columns."""
    keys = dict.fromkeys(key for row in rows for key in row)
    path = folder / "rows.jsonl"
    path.write_text("\n".join(json.dumps(dict.fromkeys(keys) | dict(row)) for row in rows))
    return TableSource(path, parse_mapping(toml.encode(), "m.toml"))


def read(folder: Path, rows: Sequence[Mapping[str, object]], toml: str) -> list[SourceItem]:
    return list(opened(folder, rows, HEAD + toml).read())


def reasons(items: Sequence[SourceItem]) -> list[tuple[str, str] | None]:
    """Give the rule and the reason of each item that was set aside."""
    return [(i.reason.rule, i.reason.reason) if isinstance(i.reason, Note) else None for i in items]


def said(item: SourceItem) -> list[str]:
    """Give the notes of an item as texts."""
    return [note.reason if isinstance(note, Note) else note for note in item.notes]


def read_one(folder: Path, row: Mapping[str, object], toml: str) -> Artwork:
    (item,) = read(folder, [{"id": "1"} | dict(row)], toml)
    assert item.artwork is not None, item.reason
    return item.artwork
