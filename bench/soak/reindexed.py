"""The home that is reindexed while it is killed: a small catalogue that changes each time."""

import gc
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from api.auth import hash_key
from bench.soak.collection import SUBJECTS
from bench.soak.whole import KEEP, PIN
from core.progress import SilentProgress
from core.settings import SETTINGS, load_settings
from ingest.options import IngestOptions
from ingest.pipeline import ingest
from ingest.registry import SourceOptions, open_source
from search.build import Services, build_services
from search.withdrawals import keep_gone

MAPPING = """source = "museum"
[columns]
id = "id"
title = "title"
subjects = "subjects"
[artists]
name = "artist"
"""
_PIN_MINUTES = "VASARI_PIN_MINUTES"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the collection is."""

    rows: int = 600
    changed: int = 300  # rows that are told otherwise before each reindex
    leaving: int = 5  # rows that go and come


SIZES = Sizes()


class Home:
    """An installation in a scratch folder."""

    def __init__(self, scratch: Path, key: str, sizes: Sizes) -> None:
        self.path = scratch / "home"
        self.settings = {
            "VASARI_KEEP_SNAPSHOTS": str(KEEP),
            "VASARI_ADMIN_KEY_HASH": hash_key(key),
            "VASARI_THREADS": "1",
        }
        if any(setting.name == _PIN_MINUTES for setting in SETTINGS):
            self.settings[_PIN_MINUTES] = str(int(PIN.total_seconds() // 60))
        self._scratch, self._sizes = scratch, sizes
        self._edition = 0
        self._catalogue = self._open()  # nothing but the catalogue is used of it

    @contextmanager
    def opened(self) -> Iterator[Services]:
        """Open it in this process, as another of its processes; for a while."""
        yield self._open()
        gc.collect()  # a snapshot that is open is kept

    def fill(self) -> None:
        """Ingest the first edition, and publish it."""
        (self._scratch / "museum.toml").write_text(MAPPING, encoding="utf-8")
        self.change()
        with self.opened() as services:
            services.publisher.build(SilentProgress())

    def change(self) -> None:
        """Ingest the next edition: some rows are told otherwise, some go, some come back."""
        table = self._scratch / "rows.jsonl"
        rows = [self._row(i) for i in range(self._sizes.rows) if not self._is_gone(i)]
        table.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        services = self._catalogue
        source = SourceOptions(path=table, mapping=str(self._scratch / "museum.toml"))
        ingest(
            open_source("table", source),
            catalogue=services.catalogue,
            blobs=services.blobs,
            runs=services.runs,
            progress=SilentProgress(),
            options=IngestOptions(),
        )
        keep_gone(services.catalogue, services.snapshots)
        self._edition += 1

    def count(self) -> int:
        """Count the artworks."""
        return self._catalogue.catalogue.count()

    def stage_under_way(self) -> str | None:
        """Name the stage of the job that is unfinished, as it was last written."""
        with closing(sqlite3.connect(self.path / "vasari.db")) as connection:
            rows = connection.execute(
                "select state, stage from jobs where state in ('queued', 'running')"
            ).fetchall()
        return str(rows[0][1] or rows[0][0]).split()[0] if rows else None

    def _open(self) -> Services:
        return build_services(load_settings({"VASARI_HOME": str(self.path), **self.settings}))

    def _row(self, i: int) -> dict[str, object]:
        # A moving part of the rows is told otherwise in each edition.
        told = (self._edition * self._sizes.changed + i) // self._sizes.rows
        return {
            "id": f"{i:04}",
            "title": f"Work {i}, told {told}",
            "artist": f"Painter {(i + told) % 11}",
            "subjects": [SUBJECTS[(i + told) % 7], SUBJECTS[i % 5]],
        }

    def _is_gone(self, i: int) -> bool:
        return (i + self._edition) % self._sizes.rows < self._sizes.leaving
