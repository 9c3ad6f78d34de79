"""Filters without a tree: repeated names and values, as in a URL or on a command line."""

import re
from collections.abc import Mapping, Sequence

from core.errors import FilterError
from core.filter_json import parse_filter, year_leaf
from core.filters import And, Field, Filter, Leaf, Op

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

    Texts match by words; an `artist` of the form `source:id` matches by id.

    Raises:
        FilterError: names the parameter that is wrong.
    """
    parts: list[Filter] = [_leaf(name, texts) for name, texts in values.items() if texts]
    if begin is not None and end is not None and begin > end:
        raise FilterError("from", f"years are reversed: from {begin} is after to {end}")
    if begin is not None or end is not None:
        parts.append(year_leaf(begin, end, at="years"))
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def _leaf(name: str, texts: Sequence[str]) -> Filter:
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
        return parse_filter({"field": name, "op": op.value, "value": wanted}, at=name)
    except FilterError as error:
        raise FilterError(name, error.message) from error


def _truth(name: str, text: str) -> bool:
    if text.casefold() not in _TRUTHS:
        raise FilterError(name, f"must be true or false, not {text!r}")
    return _TRUTHS[text.casefold()]
