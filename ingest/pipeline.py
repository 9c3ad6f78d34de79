"""Ingest: from a source into the catalogue, again and again without harm.

Each batch goes through three steps in this order: its pictures into the blob store, its artworks
into the catalogue, its position and counts into the ledger. A kill between any two of them makes
the next run repeat that one batch, and repeating writes nothing that is there already.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice

from core.errors import PictureError, SourceError
from core.ports import ArtworkStore, BlobStore, RunStore, Source, SourceItem
from core.progress import Progress
from core.records import IngestRun, WorkState
from core.types import Artwork, Image
from ingest.pictures import store_picture

BATCH_SIZE = 500  # rows that one kill may cause to be done again
MAX_FAULTS = 1000  # reasons kept with a run; the counts go on
LONGEST_FAULT = 300  # characters


def ingest(
    source: Source,
    *,
    catalogue: ArtworkStore,
    blobs: BlobStore,
    runs: RunStore,
    progress: Progress,
    batch_size: int = BATCH_SIZE,
) -> IngestRun:
    """Bring a source into the catalogue; go on where an unfinished run over the same data stopped.

    Whatever goes wrong is kept with the run, which is then failed, and raised. A run that is
    killed or interrupted stays unfinished.
    """
    run = runs.start(source.name, source.fingerprint())
    progress.begin(f"Ingest {source.name}", source.count(), "rows")
    progress.advance(run.position)
    try:
        with ThreadPoolExecutor(_threads(), thread_name_prefix="pictures") as pool:
            for items in _batches(islice(source.read(), run.position, None), batch_size):
                taken = _take_pictures(items, source, blobs, pool)
                counts = catalogue.upsert([artwork for artwork in taken.artworks if artwork])
                run = replace(
                    _count(run, items, taken),
                    created=run.created + counts.created,
                    changed=run.changed + counts.changed,
                    unchanged=run.unchanged + counts.unchanged,
                )
                runs.save(run)
                progress.advance(len(items))
    except Exception as error:
        runs.save(_ended(run, WorkState.FAILED, _line(f"{type(error).__name__}: {error}")))
        raise
    run = _ended(run, WorkState.SUCCEEDED)
    runs.save(run)
    return run


@dataclass(frozen=True, slots=True)
class _Picture:
    """What became of one image of an artwork."""

    image: Image | None  # as the catalogue keeps it; None where nothing of it is left
    is_new: bool | None = None  # None where there was no picture to keep
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class _Taken:
    """A batch with its pictures stored, item by item; None where there is no artwork."""

    artworks: list[Artwork | None]
    pictures: list[list[_Picture]]


def _take_pictures(
    items: Sequence[SourceItem], source: Source, blobs: BlobStore, pool: Executor
) -> _Taken:
    """Store the pictures of a batch, several at once: decoding is most of the work."""
    images = [list(item.artwork.images) if item.artwork else [] for item in items]
    flat = pool.map(lambda image: _take(image, source, blobs), (i for some in images for i in some))
    pictures = [list(islice(flat, len(some))) for some in images]
    artworks = [_with_pictures(item, some) for item, some in zip(items, pictures, strict=True)]
    return _Taken(artworks, pictures)


def _with_pictures(item: SourceItem, pictures: Sequence[_Picture]) -> Artwork | None:
    if item.artwork is None or not pictures:
        return item.artwork
    images = tuple(p.image for p in pictures if p.image is not None)
    if item.needs_picture and not images:
        return None
    return replace(item.artwork, images=images)


def _take(image: Image, source: Source, blobs: BlobStore) -> _Picture:
    if image.path is None:
        return _Picture(image)
    try:
        stored = store_picture(source.read_picture(image.path), blobs)
    except PictureError as error:
        return _without_picture(image, error.reason)
    except SourceError as error:
        return _without_picture(image, str(error))
    kept = replace(
        image,
        path=None,
        content_hash=stored.content_hash,
        width=stored.width,
        height=stored.height,
    )
    return _Picture(kept, is_new=stored.is_new)


def _without_picture(image: Image, reason: str) -> _Picture:
    """Keep of an image what is not the picture itself, where it has addresses of its own."""
    is_elsewhere = image.url or image.thumbnail_url or image.iiif_url
    kept = replace(image, path=None) if is_elsewhere else None
    return _Picture(kept, fault=f"picture {image.path}: {reason}")


def _count(run: IngestRun, items: Sequence[SourceItem], taken: _Taken) -> IngestRun:
    """Add what became of a batch to the counts of its run."""
    pictures = [picture for some in taken.pictures for picture in some]
    room = MAX_FAULTS - len(run.faults)
    return replace(
        run,
        position=run.position + len(items),
        quarantined=run.quarantined + sum(artwork is None for artwork in taken.artworks),
        pictures_stored=run.pictures_stored + sum(p.is_new is True for p in pictures),
        pictures_unchanged=run.pictures_unchanged + sum(p.is_new is False for p in pictures),
        pictures_failed=run.pictures_failed + sum(p.fault is not None for p in pictures),
        faults=run.faults + tuple(islice(_faults(items, taken), max(room, 0))),
    )


def _faults(items: Sequence[SourceItem], taken: _Taken) -> Iterator[str]:
    for item, pictures in zip(items, taken.pictures, strict=True):
        faults = (item.reason, *item.notes, *(picture.fault for picture in pictures))
        yield from (_line(f"row {item.row}: {fault}") for fault in faults if fault)


def _line(fault: str) -> str:
    """Make a reason one printable line: a decoder's message may quote the file's bytes."""
    return "".join(c if c.isprintable() else " " for c in fault)[:LONGEST_FAULT]


def _ended(run: IngestRun, state: WorkState, error: str | None = None) -> IngestRun:
    return replace(run, state=state, finished_at=datetime.now(UTC), error=error)


def _batches(items: Iterator[SourceItem], size: int) -> Iterator[list[SourceItem]]:
    while batch := list(islice(items, size)):
        yield batch


def _threads() -> int:
    """Choose two threads for each core, since half of a picture's time is waiting for the disk."""
    return min(2 * (os.cpu_count() or 1), 8)  # 8 decoded pictures of 100 megapixels are 2.4 GB
