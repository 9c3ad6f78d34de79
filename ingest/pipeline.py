"""Ingest: from a source into the catalogue, again and again without harm.

Each batch goes through two steps in this order: its pictures into the blob store, then its
artworks, its lines of the ledger and its counts into the database in one transaction. A kill makes
the next run repeat that one batch, and what is repeated is neither written nor counted twice.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

from core.errors import TooManyGoneError
from core.ports import ArtworkStore, BlobStore, RunStore, Source, SourceItem
from core.progress import Progress
from core.records import IngestRun, WorkState
from core.rights import RightsPolicy
from ingest.accounting import account, one_line
from ingest.duplicates import set_aside_duplicates
from ingest.options import DEFAULTS, FEW, MOST_GONE, IngestOptions
from ingest.picture_store import PictureStore
from ingest.taken import Taker


def ingest(
    source: Source,
    *,
    catalogue: ArtworkStore,
    blobs: BlobStore,
    runs: RunStore,
    progress: Progress,
    options: IngestOptions = DEFAULTS,
) -> IngestRun:
    """Bring a source into the catalogue; go on where an unfinished run over the same data stopped.

    Data that the last run has read is not read again. A run that comes to the end of its data marks
    what is no longer there as gone. Whatever goes wrong is kept with the run, which is then
    failed, and raised. A run that is killed or interrupted stays unfinished.

    Raises:
        TooManyGoneError: a large part of the source is missing; it was not marked as gone.
    """
    fingerprint = _fingerprint(source, options)
    if not options.force and (same := _same(runs, source.name, fingerprint)):
        return _no_op(runs, same)
    run = runs.start(source.name, fingerprint)
    progress.begin(f"Ingest {source.name}", source.count(), "rows")
    progress.advance(run.position)
    first: dict[str, int] = {}  # the row of each artwork id that was seen
    try:
        with ThreadPoolExecutor(_threads(), thread_name_prefix="pictures") as pool:
            store = PictureStore(blobs, longest=options.longest)
            taker = Taker(source, store, options.rights, pool)
            items = islice(set_aside_duplicates(source.read(), first), run.position, None)
            for batch in _batches(items, options.batch_size):
                taken = taker.take(batch)
                accounts = account(run, batch, taken, options.rights)
                artworks = [artwork for artwork in taken.artworks if artwork is not None]
                run = runs.take(accounts.run, artworks, accounts.lines)
                progress.advance(len(batch))
        return runs.finish(run, _gone(catalogue, source.name, first, options))
    except Exception as error:
        runs.save(_failed(run, one_line(f"{type(error).__name__}: {error}")))
        raise


def _fingerprint(source: Source, options: IngestOptions) -> str:
    """Identify all that decides what a run does: the data, and how it is meant."""
    strict = "-strict" if options.rights is RightsPolicy.STRICT else ""
    return source.fingerprint() + strict + ("-partial" if options.partial else "")


def _same(runs: RunStore, source: str, fingerprint: str) -> IngestRun | None:
    """Find a run that makes another one needless.

    It must be the last of its source, whatever came of the others, and it must not have taken
    pictures from files: these are no part of every fingerprint, and may have been mended since.
    """
    last = next(iter(runs.latest(1, source=source)), None)
    if last is None or last.state is not WorkState.SUCCEEDED or last.fingerprint != fingerprint:
        return None
    read = runs.get(last.no_op_of) if last.no_op_of else last
    files = read.pictures_stored + read.pictures_unchanged + read.pictures_failed
    return None if files or read.pictures_withheld else read


def _no_op(runs: RunStore, same: IngestRun) -> IngestRun:
    run = runs.start(same.source, same.fingerprint)
    return runs.finish(replace(run, no_op_of=same.id), ())


def _gone(
    catalogue: ArtworkStore, source: str, seen: dict[str, int], options: IngestOptions
) -> list[str]:
    """Name the artworks of a source that its data no longer has."""
    if options.partial:
        return []
    known = catalogue.ids_of(source)
    gone = [id for id in known if id not in seen]
    limit = max(FEW, MOST_GONE * len(known))
    if len(gone) > limit and not options.allow_gone:
        raise TooManyGoneError(source, len(gone), len(known))
    return gone


def _failed(run: IngestRun, error: str) -> IngestRun:
    return replace(run, state=WorkState.FAILED, finished_at=datetime.now(UTC), error=error)


def _batches(items: Iterator[SourceItem], size: int) -> Iterator[list[SourceItem]]:
    while batch := list(islice(items, size)):
        yield batch


def _threads() -> int:
    """Choose two threads for each core, since half of a picture's time is waiting for the disk."""
    return min(2 * (os.cpu_count() or 1), 8)  # 8 decoded pictures of 100 megapixels are 2.4 GB
