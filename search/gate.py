"""The relevance gate: judged queries that a new snapshot must answer well to go live."""

import json
import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import ConfigurationError
from core.ports import Snapshot, SnapshotReader
from core.queries import Query, SearchPage
from search.encoders import Encoders
from search.engine import SearchEngine

K = 10  # hits that are judged: what a first page shows


@dataclass(frozen=True, slots=True)
class GateQuery:
    """A query with the artworks that answer it."""

    query: str
    relevant: frozenset[str]  # ids; one without a source is of any


@dataclass(frozen=True, slots=True)
class Gate:
    """What a snapshot has to reach before it goes live."""

    queries: tuple[GateQuery, ...]
    least: float  # mean nDCG@10


def load_gate(path: Path, least: float) -> Gate:
    """Read judged queries: a JSON object on each line, with `query` and `relevant_ids`.

    Raises:
        ConfigurationError: the file cannot be read, or a line of it is wrong.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"judged queries: {path} cannot be read: {error}") from error
    queries = [_parse(line, f"{path}, line {n}") for n, line in enumerate(lines, 1) if line.strip()]
    if not queries:
        raise ConfigurationError(f"judged queries: {path} has none")
    return Gate(tuple(queries), least)


def _parse(line: str, place: str) -> GateQuery:
    try:
        row = json.loads(line)
        query = GateQuery(str(row["query"]), frozenset(map(str, row["relevant_ids"])))
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(f"judged queries: {place}: {error!r}") from error
    if not query.query.strip() or not query.relevant:
        raise ConfigurationError(f"judged queries: {place}: nothing is asked, or nothing answers")
    return query


def judged_id(found: str, relevant: Collection[str]) -> str:
    """Write an artwork's id as the judgements do: without its source, where they name none."""
    bare = found.partition(":")[2]
    return bare if found not in relevant and bare in relevant else found


def ndcg(found: Sequence[str], relevant: Collection[str], k: int = K) -> float:
    """Score a ranking by nDCG@k with judgements of yes or no; nothing found is 0."""
    gain = sum(
        1 / math.log2(place + 2)
        for place, id in enumerate(found[:k])
        if judged_id(id, relevant) in relevant
    )
    ideal = sum(1 / math.log2(place + 2) for place in range(min(k, len(relevant))))
    return gain / ideal if ideal else 0.0


def measure(search: Callable[[Query], SearchPage], queries: Sequence[GateQuery]) -> float:
    """Mean nDCG@10 of the queries."""
    scores = [ndcg(_found(search, query.query), query.relevant) for query in queries]
    return sum(scores) / len(scores)


def measure_snapshot(
    gate: Gate, snapshots: SnapshotReader, snapshot: str, encoders: Encoders
) -> float:
    """Measure the mean nDCG@10 of a snapshot that need not be live."""
    engine = SearchEngine(_Pinned(snapshots, snapshot), encoders)
    return measure(engine.search, gate.queries)


def _found(search: Callable[[Query], SearchPage], text: str) -> list[str]:
    return [str(hit.artwork["id"]) for hit in search(Query(text=text, limit=K)).hits]


class _Pinned:
    """The snapshots of an installation, with one of them taken for the live one."""

    def __init__(self, snapshots: SnapshotReader, id: str) -> None:
        self._snapshots = snapshots
        self._id = id

    def current(self) -> Snapshot:
        """Open the snapshot that is looked at."""
        return self._snapshots.get(self._id)

    def get(self, id: str) -> Snapshot:
        """Open a snapshot that is kept."""
        return self._snapshots.get(id)
