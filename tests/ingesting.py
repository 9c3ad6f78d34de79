"""An installation that tests ingest into, and tables with pictures to ingest."""

import json
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine, select

from core.ports import BlobStore, Source
from core.progress import Progress, SilentProgress
from core.records import IngestRun
from core.types import Artwork
from db.catalogue import SqlArtworkStore
from db.record import Record
from db.runs import SqlRunStore
from ingest.mapping_file import parse_mapping
from ingest.options import IngestOptions
from ingest.pipeline import ingest
from ingest.sources.table import TableSource
from storage.folder import FolderBlobStore
from tests.pictures import encoded, left_red

_NOT_ROWS = frozenset(
    {"ingest_runs", "run_lines", "spaces"}
)  # the ledger; a space holds a list, unhashable
MAPPING = b"""source = "m"
[columns]
id = "id"
title = "title"
[artists]
name = "artist"
[image]
path = "file"
url = "url"
"""


class Home:
    """An installation: its catalogue, pictures and ledger."""

    def __init__(self, engine: Engine, blobs: Path) -> None:
        self.engine = engine
        self.catalogue = SqlArtworkStore(engine)
        self.runs = SqlRunStore(engine)
        self.blobs: BlobStore = FolderBlobStore(blobs)
        self.folder = blobs

    def ingest(
        self,
        source: Source,
        progress: Progress | None = None,
        batch_size: int = 500,
        *,
        options: IngestOptions | None = None,
    ) -> IngestRun:
        """Ingest a source."""
        return ingest(
            source,
            catalogue=self.catalogue,
            blobs=self.blobs,
            runs=self.runs,
            progress=progress or SilentProgress(),
            options=replace(options or IngestOptions(), batch_size=batch_size),
        )

    def artworks(self) -> list[Artwork]:
        """Read the catalogue."""
        return list(self.catalogue.scan())

    def rows(self) -> dict[str, set[tuple[object, ...]]]:
        """Read all that is in the database but the ledger, times of change included."""
        tables = [t for t in Record.metadata.sorted_tables if t.name not in _NOT_ROWS]
        with self.engine.connect() as connection:
            return {t.name: {tuple(row) for row in connection.execute(select(t))} for t in tables}

    def files(self) -> dict[str, tuple[int, int]]:
        """List the stored pictures, each with its inode and the time it was written."""
        files = (path for path in self.folder.rglob("*") if path.is_file())
        return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in files}


def table(folder: Path, count: int, **changes: object) -> TableSource:
    """Write a table of artworks, every fifth with a picture of its own."""
    rows = []
    for i in range(count):
        row: dict[str, object] = dict.fromkeys(("file", "url"))
        row |= {"id": f"{i:04}", "title": f"Work {i}", "artist": f"Artist {i % 7}"}
        if i % 5 == 0:
            row["file"] = f"{i}.png"
            (folder / f"{i}.png").write_bytes(encoded(left_red(40 + i, 20)))
        rows.append(row)
    for id, change in changes.items():
        rows[int(id.removeprefix("row"))].update(change)  # type: ignore[call-overload]  # a dict
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return TableSource(path, parse_mapping(MAPPING, "m.toml"))
