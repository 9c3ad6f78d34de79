"""Filter trees of retrievers: leaves without a value are left out; equal ones are written equal."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from core.errors import FilterError
from core.filter_json import MAX_DEPTH, check_limits, filter_json, parse_filter, parse_leaf
from core.filters import And, Filter, Leaf, Not, Op, Or
from core.types import Json


@dataclass(frozen=True, slots=True)
class ReadTree:
    """A filter tree as it was read."""

    where: Filter | None  # None: nothing of it is left
    left_out: tuple[tuple[str, str], ...] = ()  # place below the root, reason


def read_tree(tree: object, at: str) -> ReadTree:
    """Read a filter tree in which values, leaves and whole branches may be missing.

    Raises:
        FilterError: names the place below `at`.
    """
    reader = _TreeReader()
    where = reader.read(tree, at, "filter", 1)
    if where is not None:
        check_limits(where, at=at)
    return ReadTree(where, tuple(reader.left_out))


@dataclass(slots=True)
class _TreeReader:
    left_out: list[tuple[str, str]] = field(default_factory=list)

    def read(self, tree: object, at: str, part: str, depth: int) -> Filter | None:
        if isinstance(tree, Leaf | And | Or | Not):
            check_limits(tree, at=at, above=depth - 1)
            return tree
        if is_blank(tree):
            self.left_out.append((part, "nothing was given"))
            return None
        if depth > MAX_DEPTH:
            raise FilterError(at, f"nested deeper than {MAX_DEPTH}")
        if isinstance(tree, dict) and len(tree) == 1 and "not" in tree:
            inner = self.read(tree["not"], f"{at}.not", f"{part}.not", depth + 1)
            return None if inner is None else Not(inner)
        for name, join in _JOINS.items():
            if isinstance(tree, dict) and len(tree) == 1 and isinstance(tree.get(name), list):
                below = f".{name}"
                parts = [
                    self.read(one, f"{at}{below}[{i}]", f"{part}{below}[{i}]", depth + 1)
                    for i, one in enumerate(tree[name])
                ]
                given = tuple(one for one in parts if one is not None)
                return join(given) if given else None
        return self._read_leaf(tree, at, part)

    def _read_leaf(self, leaf: object, at: str, part: str) -> Filter | None:
        if not isinstance(leaf, dict) or "value" not in leaf:
            return parse_filter(leaf, at=at)
        value = _given_value(leaf["value"], leaf.get("op"))
        if value is None:
            self.left_out.append((part, f"no value was given for {leaf.get('field')}"))
            return None
        return parse_leaf({**leaf, "value": value}, at=at)


_JOINS: dict[str, Callable[[tuple[Filter, ...]], Filter]] = {"and": And, "or": Or}


def is_blank(value: object) -> bool:
    """Tell whether a value says nothing: missing, empty or white space."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, dict | list | tuple) and not value)


def canonical_filter(where: Filter) -> Filter:
    """Write a filter so that equal ones are the same: parts and values sorted, each once."""
    match where:
        case And(parts):
            return And(_sorted(parts))
        case Or(parts):
            return Or(_sorted(parts))
        case Not(part):
            return Not(canonical_filter(part))
        case Leaf():
            return replace(where, values=tuple(sorted(set(where.values))))


def _sorted(parts: Sequence[Filter]) -> tuple[Filter, ...]:
    texts = {_text(part): part for part in map(canonical_filter, parts)}
    return tuple(texts[text] for text in sorted(texts))


def _text(where: Filter) -> str:
    return json.dumps(filter_json(where), sort_keys=True)


def _given_value(value: Any, op: object) -> Any:  # noqa: ANN401 - as the leaf's field wants it
    """Leave out what is blank of a leaf's value; None where nothing is left."""
    if isinstance(value, list):
        return [one for one in value if not is_blank(one)] or None
    if op == Op.OVERLAPS and isinstance(value, dict):
        years: Json = {end: _year(year) for end, year in value.items() if not is_blank(year)}
        return years or None
    return None if is_blank(value) else value


def _year(value: object) -> object:
    """Take the year of a date; anything else is the parser's to refuse."""
    if not isinstance(value, str):
        return value
    sign, digits = ("-", value[1:]) if value.startswith("-") else ("", value)
    year = digits.split("-")[0]
    return int(sign + year) if year.isascii() and year.isdigit() and len(year) < 8 else value
