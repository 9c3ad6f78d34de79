"""What a reindex would do, without doing it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

import numpy as np

from core.errors import NoSnapshotError
from core.ports import Snapshot, SnapshotStore
from core.progress import Progress
from core.types import Json, SpaceField
from search.embed import Embedder
from search.embedding.runs import EmbeddingRuns
from search.spool import Spool

_ROW_BYTES = 4_096  # of an artwork without its vectors, where no snapshot tells
_FLOAT_BYTES = 4
_INDEXED = 1.5  # times the vectors, with the indexes over them, where no snapshot tells
_MARGIN = 1.1


@dataclass(frozen=True, slots=True)
class SpacePlan:
    """What would be embedded of a space."""

    space: str
    unit: str
    present: int  # contents that have an embedding
    missing: int
    to_embed: int  # all of them where everything is encoded anew; none of a space left out


@dataclass(frozen=True, slots=True)
class Changes:
    """How the catalogue differs from the live snapshot."""

    snapshot: str | None  # the live one
    added: int
    changed: int  # written since it was built
    gone: int


@dataclass(frozen=True, slots=True)
class DiskNeed:
    """Whether there is room for the snapshot and the new embeddings."""

    needed_bytes: int  # estimated by the live snapshot
    free_bytes: int
    is_enough: bool


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a reindex would do."""

    artworks: int
    spaces: tuple[SpacePlan, ...]
    changes: Changes
    disk: DiskNeed

    def to_json(self) -> Json:
        """Write it as JSON."""
        return asdict(self)


def dry_run(
    embedding: EmbeddingRuns,
    snapshots: SnapshotStore,
    progress: Progress,
    *,
    spaces: Collection[SpaceField] = tuple(SpaceField),
    anew: bool = False,
) -> DryRun:
    """Say what a reindex would do; nothing is embedded, written or published.

    Raises:
        InputError: the catalogue is empty.
    """
    live = _live(snapshots)
    with embedding.spooled(progress) as spool:
        embedders = [embedding.embedder(field) for field in SpaceField]
        plans = [_plan(one, spool, progress, spaces=spaces, anew=anew) for one in embedders]
        changes = _changes(live, spool, embedding)
    manifest = live.manifest if live else None
    dims = [one.contents.space.encoder.dim for one in embedders]
    keys = [one.contents.space.key for one in embedders]
    vectors = {
        key: (plan.present + plan.missing, dim)
        for key, plan, dim in zip(keys, plans, dims, strict=True)
    }
    new = sum(plan.to_embed * dim * _FLOAT_BYTES for plan, dim in zip(plans, dims, strict=True))
    needed = new + snapshot_bytes(manifest, spool.count, vectors)
    free = snapshots.free_bytes()
    return DryRun(spool.count, tuple(plans), changes, DiskNeed(needed, free, free >= needed))


def snapshot_bytes(live: Json | None, artworks: int, vectors: Mapping[str, tuple[int, int]]) -> int:
    """Estimate the size of a snapshot of so many artworks, and (vectors, dim) by space key."""
    cards = live["spaces"] if live else {}
    total = sum(count * _vector_bytes(cards.get(key), dim) for key, (count, dim) in vectors.items())
    return int(_MARGIN * (total + artworks * _row_bytes(live, cards.values())))


def _vector_bytes(card: Json | None, dim: int) -> float:
    if card and card["vectors"]:
        return float(card["memory_bytes"] / card["vectors"])
    return _INDEXED * _FLOAT_BYTES * dim


def _row_bytes(live: Json | None, cards: Iterable[Json]) -> float:
    if not live or not live["counts"]["artworks"]:
        return _ROW_BYTES
    files = sum(int(entry["size"]) for entry in live["files"].values())
    rows = files - sum(int(card["memory_bytes"]) for card in cards)
    return max(rows, 0) / int(live["counts"]["artworks"])


def _plan(
    embedder: Embedder,
    spool: Spool,
    progress: Progress,
    *,
    spaces: Collection[SpaceField],
    anew: bool,
) -> SpacePlan:
    space = embedder.contents.space
    found = embedder.missing(spool, spool.count, progress)
    missing = len(found.hashes)
    wanted = missing + (found.present if anew else 0)
    unit = embedder.contents.unit
    return SpacePlan(
        space.name, unit, found.present, missing, wanted if space.field in spaces else 0
    )


def _changes(live: Snapshot | None, spool: Spool, embedding: EmbeddingRuns) -> Changes:
    now = {artwork.id for artwork in spool}
    if live is None:
        return Changes(None, len(now), 0, 0)
    before = set(live.artwork_ids(np.arange(len(live), dtype=np.int32)))
    built_at = datetime.fromisoformat(live.manifest["built_at"])
    changed = now & before & set(embedding.changed_since(built_at))
    return Changes(live.id, len(now - before), len(changed), len(before - now))


def _live(snapshots: SnapshotStore) -> Snapshot | None:
    try:
        return snapshots.current()
    except NoSnapshotError:
        return None
