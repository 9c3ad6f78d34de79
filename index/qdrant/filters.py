"""Filters as Qdrant's conditions, in the JSON of its REST API.

They select exactly what `core.filters.matches` lets pass. What is always or never true is
decided here, so that no empty condition is left for Qdrant to give a meaning.
"""

from collections.abc import Iterable
from itertools import chain
from typing import TypeAlias

from core.filters import LINK_FIELDS, And, Field, Filter, Leaf, Not, Op, Or
from core.text import fold
from core.types import ANY_ROLE, Json
from index.qdrant.payload import ANY, BEGIN, END, PRESENT, link_token, words_key
from index.qdrant.vocabulary import Vocabulary

Condition: TypeAlias = Json | bool
"""A condition, or the answer where all artworks or none pass."""

# Words that stand in the field stand in its one value.
_SINGLE_VALUED = frozenset({Field.MEDIUM, Field.CLASSIFICATION, Field.COLLECTION})


class FilterCompiler:
    """Writes filters as conditions, with the values that a collection has."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def compile(self, where: Filter | None) -> Condition:
        """Write a filter as Qdrant's `filter`; true or false where all artworks or none pass."""
        condition = True if where is None else self._condition(where)
        if isinstance(condition, bool) or "key" not in condition:
            return condition
        return {"must": [condition]}

    def _condition(self, where: Filter) -> Condition:
        match where:
            case And(parts):
                return _every(map(self._condition, parts))
            case Or(parts):
                return _some(map(self._condition, parts))
            case Not(part):
                return _not(self._condition(part))
            case Leaf(op=Op.WORDS):
                return self._words(where)
            case Leaf():
                return _leaf(where)

    def _words(self, leaf: Leaf) -> Condition:
        alternatives = [_with_role(_role(leaf), words) for words in leaf.wanted_words]
        if leaf.field in _SINGLE_VALUED:
            return _some(_has_all(leaf.field, words) for words in alternatives)
        single = [word for words in alternatives if len(words) == 1 for word in words]
        several = (words for words in alternatives if len(words) > 1)
        values = (self._vocabulary.with_words(leaf.field, words) for words in several)
        return _some(
            (_is(words_key(leaf.field), single), _is(leaf.field, chain.from_iterable(values)))
        )


def _every(parts: Iterable[Condition]) -> Condition:
    conditions = []
    for part in parts:
        if part is False:
            return False
        if not isinstance(part, bool):
            conditions.append(part)
    if len(conditions) == 1:
        return conditions[0]
    return {"must": conditions} if conditions else True


def _some(parts: Iterable[Condition]) -> Condition:
    conditions = []
    for part in parts:
        if part is True:
            return True
        if not isinstance(part, bool):
            conditions.append(part)
    if len(conditions) == 1:
        return conditions[0]
    return {"should": conditions} if conditions else False


def _not(part: Condition) -> Condition:
    return not part if isinstance(part, bool) else {"must_not": [part]}


def _leaf(leaf: Leaf) -> Condition:
    match leaf.field:
        case Field.YEAR if leaf.op is Op.OVERLAPS:
            return _overlaps(leaf)
        case Field.HAS_IMAGE:
            return _has_image("true" in leaf.values, "false" in leaf.values)
    role = _role(leaf)
    match leaf.op:
        case Op.EXISTS:
            present = _is(PRESENT, _with_role(role, [leaf.field]))
            return present if leaf.present else _not(present)
        case Op.IN if leaf.field is Field.ARTIST:
            by_id = _is(Field.ARTIST_ID, _with_role(role, leaf.values))
            return _some((by_id, _is(Field.ARTIST, _with_role(role, leaf.folded))))
        case Op.IN:
            wanted = leaf.values if leaf.field is Field.ARTIST_ID else leaf.folded
            return _is(leaf.field, _with_role(role, wanted))
        case _:
            raise ValueError(f"{leaf.field} cannot be tested by {leaf.op}")


def _role(leaf: Leaf) -> str | None:
    """Find the role that begins the tokens of a leaf; None where they have none."""
    if leaf.field not in LINK_FIELDS - {Field.ROLE}:
        return None
    return ANY if leaf.role == ANY_ROLE else fold(leaf.role)


def _with_role(role: str | None, values: Iterable[str]) -> list[str]:
    return [str(v) if role is None else link_token(role, v) for v in values]


def _has_image(with_one: bool, without: bool) -> Condition:
    if with_one == without:
        return with_one
    has_one = _is(PRESENT, [Field.HAS_IMAGE])
    return has_one if with_one else _not(has_one)


def _overlaps(leaf: Leaf) -> Condition:
    # An open end is kept as a year beyond all others; an artwork without years has neither key.
    limits: list[Condition] = [_is(PRESENT, [Field.YEAR])]
    if leaf.end is not None:
        limits.append({"key": BEGIN, "range": {"lte": leaf.end}})
    if leaf.begin is not None:
        limits.append({"key": END, "range": {"gte": leaf.begin}})
    return _every(limits[1:] or limits)


def _has_all(field: Field, words: Iterable[str]) -> Condition:
    return _every(_is(words_key(field), [word]) for word in dict.fromkeys(words))


def _is(key: str, values: Iterable[str]) -> Condition:
    """Test whether an array has one of the values."""
    wanted = sorted({str(value) for value in values if _can_be_sent(value)})
    match wanted:
        case []:
            return False
        case [one]:
            return {"key": str(key), "match": {"value": one}}
        case _:
            return {"key": str(key), "match": {"any": wanted}}


def _can_be_sent(text: str) -> bool:
    """Tell whether a text is valid Unicode; no stored one is otherwise."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
