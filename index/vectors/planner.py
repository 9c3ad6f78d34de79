"""Chooses how a space is searched: a pure function of what is known before the search."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from core.queries import EXACT, Strategy

FEW = 128  # rows that are gathered whatever was measured
_MOST_FEW = 4_096
COST_KS = (10, 1_000)  # hits for which costs are measured
APPROXIMATE = "approximate"  # the name of its estimate until the index says what it is


class Way(StrEnum):
    """Ways of searching exactly."""

    GATHER = "gather"
    SCAN = "scan"
    GATHER_INT8 = "gather int8"  # rows in 8 bits first, then those that a bound leaves
    SCAN_INT8 = "scan int8"
    GPU = "gpu"  # the product of all rows, on the device

    @property
    def strategy(self) -> Strategy:
        """What a plan calls it."""
        match self:
            case Way.GATHER | Way.GATHER_INT8:
                return Strategy.GATHER
            case Way.SCAN | Way.SCAN_INT8:
                return Strategy.SCAN
            case Way.GPU:
                return Strategy.GPU


@dataclass(frozen=True, slots=True)
class Curve:
    """Milliseconds by the number of rows: straight lines between what was measured."""

    rows: tuple[int, ...]  # ascending
    ms: tuple[float, ...]

    def at(self, rows: int) -> float:
        """Estimate the milliseconds for some rows; beyond the ends the last line goes on."""
        if len(self.rows) == 1:
            return self.ms[0]
        last = next((i for i, r in enumerate(self.rows[1:-1], 1) if rows <= r), len(self.rows) - 1)
        left, right = self.rows[last - 1], self.rows[last]
        slope = (self.ms[last] - self.ms[last - 1]) / (right - left)
        return max(0.0, self.ms[last - 1] + slope * (rows - left))


@dataclass(frozen=True, slots=True)
class Setting:
    """A way to use an approximate index, and what came of it when it was measured."""

    least_share: float  # of the rows that match, from which on it holds; 1 without a filter
    most_share: float  # up to which it holds
    k: int
    effort: float  # of the index: share of the rows to visit, or candidates of a graph
    refine: int  # rows scored in full precision
    recall: float  # recall@k
    ms: float


@dataclass(frozen=True)
class Knowledge:
    """What the build measured on this snapshot and this machine."""

    # For each exact way, a curve for each of COST_KS.
    costs: Mapping[Way, tuple[Curve, ...]]
    settings: Sequence[Setting] = ()  # empty where every search is exact

    @cached_property
    def few(self) -> int:
        """Rows up to which gathering is the quickest way by far: a plan would take as long."""
        few = FEW
        while few < _MOST_FEW and _is_gathered(2 * few, self):
            few *= 2
        return few


@dataclass(frozen=True, slots=True)
class Asked:
    """One search, as far as a plan depends on it."""

    rows: int  # of the space
    matching: int  # rows that match
    wanted: int  # rows that are wanted
    recall: float


@dataclass(frozen=True, slots=True)
class Choice:
    """How to search: with a setting of the approximate index, or else in an exact way."""

    way: Way  # the quickest exact one, also where an approximate index comes first
    setting: Setting | None = None
    estimates_ms: Mapping[str, float] = field(default_factory=dict)


def choose(asked: Asked, known: Knowledge) -> Choice:
    """Choose the quickest way that reaches the recall that was asked for."""
    if asked.matching <= known.few or not known.costs:
        is_most = not known.costs and 5 * asked.matching >= 4 * asked.rows
        return Choice(Way.SCAN if is_most else Way.GATHER)
    estimates: dict[str, float] = {way: _cost(curves, asked) for way, curves in known.costs.items()}
    way = min(known.costs, key=lambda way: estimates[way])
    setting = _quickest(asked, known.settings)
    if setting is None:
        return Choice(way, None, estimates)
    estimates[APPROXIMATE] = setting.ms
    return Choice(way, setting if setting.ms < estimates[way] else None, estimates)


def _is_gathered(rows: int, known: Knowledge) -> bool:
    """Tell whether nothing is quicker than to gather that many rows, however many are wanted."""
    costs = {way: [curve.at(rows) for curve in curves] for way, curves in known.costs.items()}
    gathered = costs.get(Way.GATHER)
    if gathered is None or not all(
        one <= other
        for others in costs.values()
        for one, other in zip(gathered, others, strict=True)
    ):
        return False
    return all(max(gathered) <= setting.ms for setting in known.settings)


def _cost(curves: Sequence[Curve], asked: Asked) -> float:
    few, many = (curve.at(asked.matching) for curve in curves)
    low, high = COST_KS
    return max(0.0, few + (many - few) * (asked.wanted - low) / (high - low))


def _quickest(asked: Asked, settings: Sequence[Setting]) -> Setting | None:
    """Find the quickest setting that reached the recall for as many hits under such a filter.

    What was measured for more hits holds: they are harder to find.
    """
    if asked.recall >= EXACT:
        return None  # also where every hit was found when it was measured
    share = asked.matching / asked.rows
    fit = [
        s
        for s in settings
        if s.least_share <= share <= s.most_share
        and s.recall >= asked.recall
        and s.k >= asked.wanted
    ]
    k = min((s.k for s in fit), default=0)
    return min((s for s in fit if s.k == k), key=lambda s: s.ms, default=None)
