"""What the bench is to show, and whether it does."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.ann.board import US, Board, faster, total
from bench.ann.levels import UNFILTERED
from bench.ann.results import CELL
from bench.record import Row

REAL, SYNTHETIC, MILLION = "tate", "synthetic-69k", "synthetic-1m"
EXACT = "vasari-exact"
TARGET = 0.99
# Times faster than qdrant-edge, by data set.
QDRANT: dict[str, dict[str, float]] = {
    REAL: {UNFILTERED: 3, "57%": 4, "10%": 3, "1%": 1.2, "0.1%": 1.3, "0.01%": 1.0},
    SYNTHETIC: {UNFILTERED: 3, "57%": 4, "10%": 3, "1%": 1.5, "0.1%": 1.3, "0.01%": 1.0},
}
IVFFLAT, SCAN, GATHER, RESIDENT = 6.0, 1.3, 1.6, 1.3
LEAST_GATHER = 5e6  # bytes
BUILD_S, COLD_S = 15.0, 0.5
GROWTH = {UNFILTERED: 6.0, "1%": 15.0}


@dataclass(frozen=True, slots=True)
class Goal:
    """One figure to reach; `got` is None where it was not measured."""

    text: str
    limit: float
    got: float | None
    at_least: bool = True  # else at most
    remark: str = ""

    @property
    def reached(self) -> bool | None:
        """Tell whether it is reached; None where it was not measured."""
        if self.got is None:
            return None
        return self.got >= self.limit if self.at_least else self.got <= self.limit


def goals(board: Board) -> list[Goal]:
    """List every goal with what was measured."""
    found = list(_speed(board))
    for dataset in (REAL, SYNTHETIC):
        found += [*_floors(board, dataset), *_footprint(board, dataset)]
    ours = [row for row in board.of(CELL) if row["contender"] in (US, EXACT)]
    for name in ("short", "violations"):
        got = float(total(ours, name)) if ours else None
        found.append(Goal(f"answers of Vasari counted as {name}", 0, got, at_least=False))
    return found + list(_growth(board))


def _speed(board: Board) -> Iterator[Goal]:
    for dataset, levels in QDRANT.items():
        for level, limit in levels.items():
            ours, theirs = (board.cell(dataset, name, level) for name in (US, "qdrant-edge"))
            text = f"{dataset}, {level}: times faster than qdrant-edge"
            yield Goal(text, limit, faster(_at_target(ours), theirs), remark=_remark(ours, theirs))
        ours, theirs = (board.cell(dataset, name) for name in (US, "faiss-ivfflat"))
        text = f"{dataset}, {UNFILTERED}: times faster than IVF,Flat"
        yield Goal(text, IVFFLAT, faster(_at_target(ours), theirs), remark=_remark(ours, theirs))


def _at_target(ours: Row | None) -> Row | None:
    return ours if ours and ours["recall"] >= TARGET else None


def _remark(ours: Row | None, theirs: Row | None) -> str:
    rows = [("ours", ours), ("theirs", theirs)]
    low = [f"{whose} at recall {r['recall']:.3f}" for whose, r in rows if r and _is_low(r)]
    return "; ".join(low)


def _is_low(row: Row) -> bool:
    return bool(row["recall"] < TARGET)


def _floors(board: Board, dataset: str) -> Iterator[Goal]:
    for level in (UNFILTERED, "57%", "10%"):
        row = board.cell(dataset, EXACT, level)
        size = row["matching_mean"] * row["dim"] * 4 if row else 0
        if row and size < LEAST_GATHER:
            continue
        floor = board.floor_ms(dataset, size) if row else None
        got = row["p50_ms"] / floor if row and floor else None
        what, limit = ("scan", SCAN) if level == UNFILTERED else ("gather", GATHER)
        text = f"{dataset}, {level}: exact {what}, times the floor of its fp32 bytes"
        yield Goal(text, limit, got, at_least=False)


def _footprint(board: Board, dataset: str) -> Iterator[Goal]:
    build = board.build(dataset) or {}
    stages = [build[name] for name in ("train_s", "add_s", "int8_s") if name in build]
    spent = sum(stages) if stages else None
    yield Goal(f"{dataset}: seconds to train and add", BUILD_S, spent, at_least=False)
    cold = build.get("cold_library_s")
    yield Goal(f"{dataset}: seconds of a library cold start", COLD_S, cold, at_least=False)
    above, mapped = build.get("rss_above_bare_mb"), build.get("mapped_mb")
    share = above / mapped if above is not None and mapped else None
    text = f"{dataset}: memory above a bare interpreter, times the mapped bytes"
    yield Goal(text, RESIDENT, share, at_least=False)


def _growth(board: Board) -> Iterator[Goal]:
    for level, limit in GROWTH.items():
        small, large = (board.cell(name, US, level) for name in (SYNTHETIC, MILLION))
        text = f"{MILLION}, {level}: times the p50 of {SYNTHETIC}"
        yield Goal(text, limit, faster(small, large), at_least=False)
