"""Filters without a tree: repeated names and values, as in a URL or on a command line."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.errors import FilterError
from core.filter_json import parse_leaf, year_leaf
from core.filters import ROLE_FIELDS, And, Field, Filter, Leaf, Op, Or

PLAIN_FIELDS = tuple(field for field in Field if field is not Field.YEAR)
_WORD_FIELDS = frozenset(
    {Field.ARTIST, Field.MEDIUM, Field.CLASSIFICATION, Field.SUBJECT, Field.MOVEMENT,
     Field.COLLECTION}
)  # fmt: skip
_ARTWORK_OR_ARTIST_ID = re.compile(r"[\w.-]+:\S+")
_TRUTHS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def plain_filter(
    values: Mapping[str, Sequence[str]], begin: int | None = None, end: int | None = None
) -> Filter | None:
    """Build a filter: AND across names, OR among the values of one name; years overlap.

    Texts match by words; an `artist` of the form `source:id` matches by id. A `role` beside an
    artist is the role of that artist: "Turner" with "after" is what was made after Turner.

    Raises:
        FilterError: names the parameter that is wrong.
    """
    given = {name: texts for name, texts in values.items() if texts}
    roles = given.pop(Field.ROLE, ()) if ROLE_FIELDS & set(given) else ()
    parts = [_with_roles(_leaf(name, texts), roles) for name, texts in given.items()]
    if begin is not None and end is not None and begin > end:
        raise FilterError("from", f"years are reversed: from {begin} is after to {end}")
    if begin is not None or end is not None:
        parts.append(year_leaf(begin, end, at="years"))
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def _with_roles(leaf: Leaf, roles: Sequence[str]) -> Filter:
    if not roles or leaf.field not in ROLE_FIELDS:
        return leaf
    _leaf(Field.ROLE, roles)  # refuses a role without letters
    return Or(tuple(replace(leaf, role=role) for role in roles))


def _leaf(name: str, texts: Sequence[str]) -> Leaf:
    if name not in PLAIN_FIELDS:
        raise FilterError(name, f"is none of {', '.join(PLAIN_FIELDS)}")
    field = Field(name)
    if field is Field.ARTIST and all(_ARTWORK_OR_ARTIST_ID.fullmatch(text) for text in texts):
        return Leaf(Field.ARTIST_ID, Op.IN, tuple(texts))
    wanted: list[object] = (
        [_truth(name, t) for t in texts] if field is Field.HAS_IMAGE else [*texts]
    )
    op = Op.WORDS if field in _WORD_FIELDS else Op.IN
    try:
        return parse_leaf({"field": name, "op": op.value, "value": wanted}, at=name)
    except FilterError as error:
        raise FilterError(name, error.message) from error


def _truth(name: str, text: str) -> bool:
    if text.casefold() not in _TRUTHS:
        raise FilterError(name, f"must be true or false, not {text!r}")
    return _TRUTHS[text.casefold()]
