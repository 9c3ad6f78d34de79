"""Ways to answer that are held against each other: the product's own, and parts of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from bench.quality.judged import FilterValue, Judged
from core.filters import And, Field, Filter, Leaf, Op
from core.queries import LONGEST_TEXT, Leg, Query
from core.understanding import Understand

DEPTH = 100  # hits that are kept of a run
WHOLE, PLAIN, BY_HAND = "vasari", "without understanding", "filters by hand"
NAMES: Mapping[Leg, str] = {
    Leg.LEXICAL: "bm25",
    Leg.CATALOGUE: "dense",
    Leg.TEXT_PICTURE: "picture",
}
TEXT_LEGS = tuple(NAMES)
OPEN_BEGIN, OPEN_END = -9999, 9999  # ends of a range of years that has none


@dataclass(frozen=True, slots=True)
class Config:
    """One way to answer a query."""

    name: str
    understand: Understand = Understand.OFF
    legs: tuple[Leg, ...] = ()  # these alone; all if none is named
    by_hand: bool = False  # whether the filters that the judgements name are set

    def query(self, judged: Judged) -> Query:
        """Write a judged query as a request."""
        silent = [leg for leg in TEXT_LEGS if self.legs and leg not in self.legs]
        return Query(
            text=judged.query[:LONGEST_TEXT],
            where=filter_of(judged.filters) if self.by_hand else None,
            weights={leg.value: 0.0 for leg in silent},
            limit=DEPTH,
            understand=self.understand,
        )


def configs(legs: tuple[Leg, ...]) -> list[Config]:
    """List every way to answer with the legs that run: whole, plain, by hand, alone, in pairs."""
    apply = Understand.APPLY
    parts = [(leg,) for leg in legs] + (list(combinations(legs, 2)) if len(legs) > 2 else [])
    return [
        Config(WHOLE, apply),
        Config(PLAIN),
        Config(BY_HAND, by_hand=True),
        *(Config(_name(part), legs=part) for part in parts),
        *(Config(f"{_name(part)}, understanding", apply, part) for part in parts),
    ]


def _name(legs: tuple[Leg, ...]) -> str:
    return " + ".join(NAMES[leg] for leg in legs)


def filter_of(filters: Mapping[str, FilterValue]) -> Filter | None:
    """Write the filters that judgements name in Vasari's grammar."""
    leaves = tuple(_leaves(filters))
    return And(leaves) if leaves else None


_FIELDS = {
    "artist": (Field.ARTIST, Op.IN),
    "artist_gender": (Field.GENDER, Op.IN),
    "medium_contains": (Field.MEDIUM, Op.WORDS),
    "classification": (Field.CLASSIFICATION, Op.IN),
    "movement": (Field.MOVEMENT, Op.IN),
}


def _leaves(filters: Mapping[str, FilterValue]) -> Iterator[Leaf]:
    for name, value in filters.items():
        if name in _FIELDS:
            field, op = _FIELDS[name]
            yield Leaf(
                field, op, tuple(map(str, value)) if isinstance(value, tuple) else (str(value),)
            )
    if "year_from" in filters or "year_to" in filters:
        begin, end = filters.get("year_from"), filters.get("year_to")
        yield Leaf(
            Field.YEAR, Op.OVERLAPS, begin=_year(begin, OPEN_BEGIN), end=_year(end, OPEN_END)
        )


def _year(value: FilterValue | None, is_open: int) -> int | None:
    return None if value is None or value == is_open else int(str(value))
