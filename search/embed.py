"""Embedding: what a space is missing is planned as shards, encoded, and kept shard by shard."""

import logging
from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeAlias

import numpy as np

from core.errors import DamagedError
from core.ports import EmbeddingStore, SpaceRows
from core.progress import Progress
from core.types import Artwork, Matrix
from search.embedding.contents import Contents
from search.embedding.run import ShardWork, embed_shards
from search.embedding.shard_files import ShardFolder
from search.embedding.shards import Encoded, Shard, plan_shards
from search.embedding.threads import ahead, behind
from search.patience import patiently

ShardRunner: TypeAlias = Callable[[Iterable[Shard], Progress], Iterator[Path]]
"""Embeds shards, here or elsewhere, and names their files in whatever order; counts contents."""

_CALIBRATED = 1_000  # rows; an index of fewer is not calibrated, whatever it is
_JUDGED = 50  # rows; among fewer, what the best hit of a query scores is chance
_WORTH_PROCESSES = 512  # contents; fewer are encoded before processes would have paid
_PLANNED = 2  # shards ahead of the one that is encoded
_CHUNK = 8192  # artworks looked at together

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EmbedReport:
    """What filling one space did."""

    space: str
    encoded: int
    present: int  # already there
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """What of a space is not embedded yet."""

    hashes: frozenset[str]
    present: int  # contents that are


@dataclass(frozen=True, slots=True)
class Embedder:
    """Keeps the embeddings of one space complete."""

    contents: Contents
    store: EmbeddingStore
    folder: ShardFolder
    processes: int = 0  # that prepare pictures

    def fill(
        self,
        artworks: Iterable[Artwork],
        count: int,
        progress: Progress,
        *,
        anew: bool = False,
        run: ShardRunner | None = None,
    ) -> EmbedReport:
        """Encode every content without an embedding; `anew` encodes every content.

        What an earlier run finished is taken over first. The artworks are read twice.
        """
        space = self.contents.space
        self._absorb_finished()
        missing = self.missing(artworks, count, progress, anew=anew)
        encoded, faults = 0, list[str]()
        if missing.hashes:
            progress.begin(f"embed {space.name}", len(missing.hashes), self.contents.unit)
            for done in self._filled(artworks, missing.hashes, progress, run):
                encoded += len(done.hashes)
                faults += done.faults
        return EmbedReport(space.name, encoded, missing.present, tuple(faults))

    def missing(
        self, artworks: Iterable[Artwork], count: int, progress: Progress, *, anew: bool = False
    ) -> Missing:
        """Tell which contents have no embedding; `anew` takes all for missing."""
        progress.begin(f"compare {self.contents.space.name}", count, "artworks")
        seen, missing = set[str](), set[str]()
        for chunk in _chunks(artworks, _CHUNK):
            new = {h for artwork in chunk for h in self.contents.of(artwork)} - seen
            seen |= new
            missing |= new if anew else self._missing(new)
            progress.advance(len(chunk))
        return Missing(frozenset(missing), len(seen) - len(missing))

    def rows(self, artworks: Iterable[Artwork]) -> SpaceRows:
        """List the stored embeddings in the order of the artworks, numbered from 0."""
        numbers: list[int] = []
        hashes: list[str] = []
        first = 0
        for chunk in _chunks(artworks, _CHUNK):
            rows = [(first + i, h) for i, a in enumerate(chunk) for h in self.contents.of(a)]
            missing = self._missing({h for _, h in rows})
            numbers += [number for number, h in rows if h not in missing]
            hashes += [h for _, h in rows if h not in missing]
            first += len(chunk)
        queries = (
            patiently(partial(self.contents.queries, artworks), _wait_on)
            if len(numbers) >= _CALIBRATED
            else None
        )
        return SpaceRows(
            self.contents.space,
            np.asarray(numbers, np.int32),
            lambda: self._vectors(hashes),
            queries,
            patiently(self.contents.off_topic, _wait_on) if len(numbers) >= _JUDGED else None,
        )

    def _filled(
        self,
        artworks: Iterable[Artwork],
        missing: Collection[str],
        progress: Progress,
        run: ShardRunner | None,
    ) -> Iterator[Encoded]:
        """Embed what is missing and keep it; a shard is stored while the next one is encoded."""
        listed = (item for artwork in artworks for item in self.contents.of(artwork).items())
        plan = plan_shards(self.contents.space, listed, missing, self.contents.shard_size)
        run = run or partial(
            self._run_here, self.processes if len(missing) >= _WORTH_PROCESSES else 0
        )
        with closing(_generated(run(ahead(plan, _PLANNED), progress))) as paths:
            yield from behind(self._absorb, paths)

    def _run_here(
        self, processes: int, shards: Iterable[Shard], progress: Progress
    ) -> Iterator[Path]:
        with ShardWork(self.contents, self.folder, processes) as work:
            yield from embed_shards(work, shards, progress)

    def _absorb_finished(self) -> None:
        """Take over what earlier runs finished; what is damaged is encoded anew."""
        for path in self.folder.finished(self.contents.space):
            try:
                self._absorb(path)
            except DamagedError as error:
                _log.warning("%s; it is encoded anew", error)
                path.unlink(missing_ok=True)

    def _absorb(self, path: Path) -> Encoded:
        """Keep the embeddings of a finished shard, in one transaction, and delete its file."""
        space, finished = self.contents.space, self.folder.read(path)
        if finished.space != space:
            raise DamagedError(f"{path} is of {finished.space.name}, not of {space.name}")
        self.store.write(space, finished.encoded.hashes, finished.encoded.vectors)
        path.unlink(missing_ok=True)
        return finished.encoded

    def _missing(self, hashes: Collection[str]) -> set[str]:
        return self.store.missing(self.contents.space, list(hashes)) if hashes else set()

    def _vectors(self, hashes: list[str]) -> Iterator[Matrix]:
        for begin in range(0, len(hashes), 4096):
            yield self.store.read(self.contents.space, hashes[begin : begin + 4096])


def _generated(paths: Iterator[Path]) -> Generator[Path, None, None]:
    yield from paths


def _wait_on() -> None:
    """Let a wait go on: nothing counts the seconds of it."""


def _chunks(artworks: Iterable[Artwork], size: int) -> Iterator[list[Artwork]]:
    iterator = iter(artworks)
    while chunk := list(islice(iterator, size)):
        yield chunk
