"""Builds a snapshot beside the live one, under a name that nothing serves."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeAlias
from uuid import uuid4

from core.atomic_files import sync
from core.errors import DamagedError
from core.locks import locked, try_lock
from core.ports import SnapshotSource
from core.progress import Progress
from core.spaces import Space
from core.types import Json, SpaceField
from index.columns.column_builder import ColumnBuilder
from index.columns.column_files import write_columns
from index.lexical.lexical_builder import LexicalBuilder
from index.qdrant.collections import QdrantCollections
from index.rows.identity_builder import IdentityBuilder
from index.rows.rows import RowWriter
from index.snapshots.manifest import load_manifest, write_manifest
from index.snapshots.snapshot import IDENTITY, LEXICAL, ROWS, SPACES, VOCABULARY
from index.snapshots.snapshot_check import snapshot_faults
from index.snapshots.uploads import note_upload
from index.vectors.best_hits import measure_match
from index.vectors.index_files import Earlier, Options
from index.vectors.space_files import write_space
from index.vectors.spec import IndexSpec
from index.vocabulary.vocabulary_builder import VocabularyBuilder

STORE_LOCK = ".lock"
_BUILDING = ".building-"
_DELETING = ".deleting-"
_BUILD_LOCK = ".lock"


Specs: TypeAlias = Mapping[SpaceField, IndexSpec | None]
"""Which index the spaces of a field get; None, or no entry: chosen by their vectors."""

AUTO: Specs = {}


@dataclass(frozen=True, slots=True)
class BuildPlan:
    """Where the spaces of a snapshot go, and how they are indexed."""

    specs: Specs = field(default_factory=dict)  # on disk; Qdrant indexes as it is set
    live: Path | None = None  # the snapshot whose trained indexes may be used again
    qdrant: QdrantCollections | None = None  # takes the vectors; None: they stay on disk

    def options(self, space: Space) -> Options:
        """Say how one space is indexed."""
        return Options(self.specs.get(space.field), self._earlier(space))

    def _earlier(self, space: Space) -> Earlier | None:
        if self.live is None:
            return None
        with suppress(DamagedError):  # it is not needed, and `verify` says what is wrong with it
            card = load_manifest(self.live)["spaces"].get(space.key)
            return Earlier(self.live / SPACES / space.key, card) if card else None
        return None


def build_snapshot(
    store: Path, source: SnapshotSource, progress: Progress, *, plan: BuildPlan = BuildPlan()
) -> str:
    """Build, check and name a snapshot; return its id.

    Raises:
        ConfigurationError: an index that was asked for does not fit its vectors.
        DamagedError: the source gave what cannot be indexed, or the check found a fault.
        StorageError: Qdrant does not answer; what it has already is gone on with the next time.
    """
    with _building_folder(store) as folder:
        _write_rows(folder, source, progress)
        spaces = _write_spaces(
            folder / SPACES,
            source,
            plan=plan,
            progress=progress,
            announce=partial(_announce, store),
        )
        id = write_manifest(folder, source.count, spaces)
        faults = snapshot_faults(folder, progress, plan.qdrant)
        if faults:
            raise DamagedError(f"the new snapshot is faulty: {'; '.join(faults)}")
        with locked(store / STORE_LOCK):
            (folder / _BUILD_LOCK).unlink()
            folder.rename(store / id)
            sync(store)
    return id


def remove_folder(folder: Path) -> None:
    """Delete a snapshot so that a kill leaves it whole or nameless. Needs the store's lock."""
    shutil.rmtree(rename_away(folder))


def rename_away(folder: Path) -> Path:
    """Take a snapshot's name away; `remove_leftovers` deletes the rest. Needs the store's lock."""
    return folder.rename(folder.with_name(f"{_DELETING}{folder.name}"))


def remove_leftovers(store: Path) -> None:
    """Delete what killed processes left behind, never a build that goes on. Needs the lock."""
    for folder in store.glob(f"{_DELETING}*"):
        shutil.rmtree(folder)
    for folder in store.glob(f"{_BUILDING}*"):
        lock = try_lock(folder / _BUILD_LOCK)
        if lock is not None:
            shutil.rmtree(folder)
            os.close(lock)


def is_building(store: Path) -> bool:
    """Tell whether a build goes on, once leftovers are removed. Needs the store's lock."""
    return any(store.glob(f"{_BUILDING}*"))


@contextmanager
def _building_folder(store: Path) -> Iterator[Path]:
    """Make a folder that no other process takes for a leftover while this one lives."""
    store.mkdir(parents=True, exist_ok=True)
    with locked(store / STORE_LOCK):
        remove_leftovers(store)
        folder = store / f"{_BUILDING}{uuid4().hex[:12]}"
        folder.mkdir()
        lock = try_lock(folder / _BUILD_LOCK)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # gone already when the build succeeded
        if lock is not None:
            os.close(lock)


def _write_rows(folder: Path, source: SnapshotSource, progress: Progress) -> None:
    (folder / ROWS).mkdir()
    (folder / LEXICAL).mkdir()
    (folder / IDENTITY).mkdir()
    (folder / VOCABULARY).mkdir()
    columns, lexical, count = ColumnBuilder(), LexicalBuilder(), 0
    identities, vocabulary = IdentityBuilder(), VocabularyBuilder()
    progress.begin("rows", source.count, "artworks")
    with RowWriter(folder / ROWS) as rows:
        for artwork in source.artworks():
            rows.add(artwork)
            columns.add(artwork)
            lexical.add(artwork)
            identities.add(artwork)
            vocabulary.add(artwork)
            count += 1
            progress.advance()
    if count != source.count:
        raise DamagedError(f"{count} artworks came, {source.count} were announced")
    write_columns(folder / ROWS, columns.build())
    identities.write(folder / IDENTITY)
    vocabulary.write(folder / VOCABULARY)
    progress.begin("lexical", None, "words")
    progress.advance(lexical.write(folder / LEXICAL))


def _write_spaces(
    folder: Path,
    source: SnapshotSource,
    *,
    plan: BuildPlan,
    progress: Progress,
    announce: Callable[[str], None],
) -> dict[str, Json]:
    folder.mkdir()
    cards = {}
    for rows in source.spaces:
        key, options = rows.space.key, plan.options(rows.space)
        if plan.qdrant:
            card = plan.qdrant.write_space(rows, source.artworks, progress, announce=announce)
            match = measure_match(rows.batches(), rows.off_topic, rows.queries)
            cards[key] = {**card, "match": match}
        else:
            cards[key] = write_space(folder / key, rows, source.count, progress, options=options)
        if rows.imported:
            cards[key] = {**cards[key], "imported": rows.imported}
    return cards


def _announce(store: Path, collection: str) -> None:
    with locked(store / STORE_LOCK):
        note_upload(store, collection)
