"""Filters as JSON: read with errors that name the place, and written back."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from core.errors import FilterError
from core.filters import OPS, ROLE_FIELDS, And, Field, Filter, Leaf, Not, Op, Or
from core.text import fold
from core.types import DEFAULT_ROLE, Json, RightsStatus

_Choice = TypeVar("_Choice", bound=StrEnum)

MAX_DEPTH = 16  # deeper trees come from programs gone wrong, not from people
MAX_VALUES = 1000  # wanted values of one leaf
MAX_LEAVES = 200
YEAR_LIMIT = 1_000_000  # of either sign; keeps years inside 32 bits everywhere
_LEAF_KEYS = frozenset({"field", "op", "value", "role"})
_FIELDS = {field.value: field for field in Field}
_OPS = {field: {op.value: op for op in sorted(OPS[field])} for field in Field}


def parse_filter(data: object, *, at: str = "filter") -> Filter:
    """Read a filter from JSON.

    Raises:
        FilterError: names the place inside the tree, such as `filter.and[1].value`.
    """
    where = _parse(data, at, 1)
    check_limits(where, at=at)
    return where


def check_limits(where: Filter, *, at: str, above: int = 0) -> None:
    """Refuse a filter that is nested too deep, below others, or has too many leaves.

    Raises:
        FilterError: names `at`.
    """
    leaves, depth = _measure(where)
    if above + depth > MAX_DEPTH:
        raise FilterError(at, f"nested deeper than {MAX_DEPTH}")
    if leaves > MAX_LEAVES:
        raise FilterError(at, f"{leaves} leaves; at most {MAX_LEAVES} are allowed")


def filter_json(where: Filter) -> Json:
    """Write a filter as the JSON that `parse_filter` reads."""
    match where:
        case And(parts):
            return {"and": [filter_json(part) for part in parts]}
        case Or(parts):
            return {"or": [filter_json(part) for part in parts]}
        case Not(part):
            return {"not": filter_json(part)}
        case Leaf():
            return _leaf_json(where)


def year_leaf(begin: int | None, end: int | None, *, at: str) -> Leaf:
    """Build a leaf of years, refusing reversed, absent and absurd ones."""
    if begin is None and end is None:
        raise FilterError(at, "needs `from`, `to` or both")
    for name, year in (("from", begin), ("to", end)):
        if year is not None and abs(year) > YEAR_LIMIT:
            raise FilterError(f"{at}.{name}", f"{year} is not a year")
    if begin is not None and end is not None and begin > end:
        raise FilterError(at, f"years are reversed: from {begin} is after to {end}")
    return Leaf(Field.YEAR, Op.OVERLAPS, begin=begin, end=end)


def _parse(data: object, at: str, depth: int) -> Filter:
    if depth > MAX_DEPTH:
        raise FilterError(at, f"nested deeper than {MAX_DEPTH}")
    if not isinstance(data, dict):
        raise FilterError(at, "must be an object: and, or, not, or a leaf with field, op, value")
    if len(data) == 1 and (key := next(iter(data))) in ("and", "or", "not"):
        inner = f"{at}.{key}"
        if key == "not":
            return Not(_parse(data[key], inner, depth + 1))
        parts = _parse_parts(data[key], inner, depth)
        return And(parts) if key == "and" else Or(parts)
    return parse_leaf(data, at=at)


def _parse_parts(data: object, at: str, depth: int) -> tuple[Filter, ...]:
    if not isinstance(data, list) or not data:
        raise FilterError(at, "must be a list with at least one filter")
    return tuple(_parse(part, f"{at}[{i}]", depth + 1) for i, part in enumerate(data))


def parse_leaf(data: Json, *, at: str) -> Leaf:
    """Read one leaf from JSON. Raises FilterError."""
    unknown = data.keys() - _LEAF_KEYS
    if unknown:
        raise FilterError(f"{at}.{min(unknown)}", "unknown key; a leaf has field, op, value, role")
    field = _parse_choice(data.get("field"), _FIELDS, f"{at}.field")
    op = _parse_choice(data.get("op"), _OPS[field], f"{at}.op")
    leaf = _VALUE_PARSERS[op](field, data.get("value"), f"{at}.value")
    if "role" not in data:
        return leaf
    if field not in ROLE_FIELDS:
        raise FilterError(f"{at}.role", f"only {', '.join(sorted(ROLE_FIELDS))} take a role")
    role = data["role"]
    if not isinstance(role, str) or not fold(role):
        raise FilterError(f"{at}.role", "must be a role such as artist, after or any")
    return Leaf(leaf.field, leaf.op, leaf.values, present=leaf.present, role=role)


def _parse_choice(value: object, allowed: Mapping[str, _Choice], at: str) -> _Choice:
    if not isinstance(value, str) or value not in allowed:
        raise FilterError(at, f"must be one of {', '.join(allowed)}, not {value!r}")
    return allowed[value]


def _parse_values(field: Field, value: object, at: str) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    if not values or len(values) > MAX_VALUES:
        raise FilterError(at, f"needs 1 to {MAX_VALUES} values")
    return tuple(_parse_value(field, one, at) for one in values)


def _parse_value(field: Field, value: object, at: str) -> str:
    if field is Field.HAS_IMAGE:
        if not isinstance(value, bool):
            raise FilterError(at, "must be true or false")
        return "true" if value else "false"
    if not isinstance(value, str):
        raise FilterError(at, f"must be text, not {type(value).__name__}")
    if not fold(value):
        raise FilterError(at, f"{value!r} has neither letters nor digits")
    if field is Field.IMAGE_RIGHTS and value not in set(RightsStatus):
        raise FilterError(at, f"must be one of {', '.join(RightsStatus)}, not {value!r}")
    return value


def _parse_in(field: Field, value: object, at: str) -> Leaf:
    return Leaf(field, Op.IN, _parse_values(field, value, at))


def _parse_words(field: Field, value: object, at: str) -> Leaf:
    return Leaf(field, Op.WORDS, _parse_values(field, value, at))


def _parse_overlaps(_: Field, value: object, at: str) -> Leaf:
    if not isinstance(value, dict) or not set(value) <= {"from", "to"}:
        raise FilterError(at, 'must be an object such as {"from": 1800, "to": 1850}')
    for name, year in value.items():
        if year is not None and (isinstance(year, bool) or not isinstance(year, int)):
            raise FilterError(f"{at}.{name}", f"must be a whole year, not {year!r}")
    return year_leaf(value.get("from"), value.get("to"), at=at)


def _parse_exists(field: Field, value: object, at: str) -> Leaf:
    if value is not None and not isinstance(value, bool):
        raise FilterError(at, "must be true or false")
    return Leaf(field, Op.EXISTS, present=value is not False)


_VALUE_PARSERS: dict[Op, Callable[[Field, object, str], Leaf]] = {
    Op.IN: _parse_in,
    Op.WORDS: _parse_words,
    Op.OVERLAPS: _parse_overlaps,
    Op.EXISTS: _parse_exists,
}


def _leaf_json(leaf: Leaf) -> Json:
    value: Any
    match leaf.op:
        case Op.EXISTS:
            value = leaf.present
        case Op.OVERLAPS:
            value = {"from": leaf.begin, "to": leaf.end}
        case _ if leaf.field is Field.HAS_IMAGE:
            value = [one == "true" for one in leaf.values]
        case _:
            value = list(leaf.values)
    role = {"role": leaf.role} if leaf.role != DEFAULT_ROLE else {}
    return {"field": leaf.field.value, "op": leaf.op.value, "value": value, **role}


def _measure(where: Filter) -> tuple[int, int]:
    """Count the leaves of a filter and its levels."""
    match where:
        case And(parts) | Or(parts):
            leaves, depths = zip(*map(_measure, parts), strict=True)
            return sum(leaves), 1 + max(depths)
        case Not(part):
            leaves_of_part, depth = _measure(part)
            return leaves_of_part, 1 + depth
        case Leaf():
            return 1, 1
