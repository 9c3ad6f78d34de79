"""One meaning for every filter: the grammar, and the reference predicate over an artwork.

The same filter is compiled to a mask over a snapshot's rows (`index/columns/columns.py`), to SQL
(`db/filters.py`) and to Qdrant's conditions (`index/qdrant/filters.py`); all three must select
exactly the artworks for which `matches` is true.

A leaf is `{"field": …, "op": "in" | "words" | "overlaps" | "exists", "value": …}`:

- `in`: the value, folded, is one of the wanted ones; an `artist` leaf also takes artist ids.
- `words`: every word of one wanted text stands in the value (of a subject: in one subject).
- `overlaps`: the artwork's years and `{"from": …, "to": …}` share a year; both ends are optional.
- `exists`: there is (`true`) or is not (`false`) a value.

Logic is two-valued: a leaf over a missing value is false and its negation true. A leaf over an
artist tests one artwork–artist link, whose role is "artist" unless the leaf names another.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from core.dates import reaches
from core.text import fold, has_words, words
from core.types import ANY_ROLE, DEFAULT_ROLE, Artwork, Contribution


class Field(StrEnum):
    """What a filter can test and a facet can count."""

    ARTIST = "artist"
    ARTIST_ID = "artist_id"
    ROLE = "role"
    GENDER = "gender"
    YEAR = "year"
    MEDIUM = "medium"
    CLASSIFICATION = "classification"
    SUBJECT = "subject"
    MOVEMENT = "movement"
    COLLECTION = "collection"
    HAS_IMAGE = "has_image"
    IMAGE_RIGHTS = "image_rights"


class Op(StrEnum):
    """How a leaf compares."""

    IN = "in"
    WORDS = "words"
    OVERLAPS = "overlaps"
    EXISTS = "exists"


LINK_FIELDS = frozenset({Field.ARTIST, Field.ARTIST_ID, Field.ROLE, Field.GENDER})
ROLE_FIELDS = LINK_FIELDS - {Field.ROLE}  # the fields whose leaf may name a role
_TEXT_OPS = frozenset({Op.IN, Op.WORDS, Op.EXISTS})
_CODE_OPS = frozenset({Op.IN, Op.EXISTS})
OPS: dict[Field, frozenset[Op]] = {
    Field.ARTIST: _TEXT_OPS,
    Field.ARTIST_ID: _CODE_OPS,
    Field.ROLE: _CODE_OPS,
    Field.GENDER: _CODE_OPS,
    Field.YEAR: frozenset({Op.OVERLAPS, Op.EXISTS}),
    Field.MEDIUM: _TEXT_OPS,
    Field.CLASSIFICATION: _TEXT_OPS,
    Field.SUBJECT: _TEXT_OPS,
    Field.MOVEMENT: _TEXT_OPS,
    Field.COLLECTION: _TEXT_OPS,
    Field.HAS_IMAGE: frozenset({Op.IN}),
    Field.IMAGE_RIGHTS: _CODE_OPS,
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One test of one field."""

    field: Field
    op: Op
    values: tuple[str, ...] = ()  # of `in` and `words`; "true" or "false" for has_image
    begin: int | None = None  # of `overlaps`
    end: int | None = None
    present: bool = True  # of `exists`
    role: str = DEFAULT_ROLE  # of a link field; "any" for every role

    @property
    def folded(self) -> frozenset[str]:
        """Wanted values as the catalogue stores them, folded."""
        return frozenset(filter(None, map(fold, self.values)))

    @property
    def wanted_words(self) -> tuple[tuple[str, ...], ...]:
        """Wanted values as folded words, one tuple for each alternative."""
        return tuple(filter(None, map(words, self.values)))


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold; true without parts."""

    parts: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Some part holds; false without parts."""

    parts: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Filter"


Filter: TypeAlias = Leaf | And | Or | Not


def all_of(parts: Iterable[Filter | None]) -> Filter | None:
    """Ask for all of the filters that there are; None without any."""
    given = tuple(part for part in parts if part is not None)
    return And(given) if len(given) > 1 else next(iter(given), None)


def matches(where: Filter, artwork: Artwork) -> bool:
    """Tell whether an artwork passes a filter: the reference that every engine must equal."""
    match where:
        case And(parts):
            return all(matches(part, artwork) for part in parts)
        case Or(parts):
            return any(matches(part, artwork) for part in parts)
        case Not(part):
            return not matches(part, artwork)
        case Leaf():
            return _leaf_matches(where, artwork)


def _leaf_matches(leaf: Leaf, artwork: Artwork) -> bool:
    if leaf.field in LINK_FIELDS:
        found = any(_link_matches(leaf, link) for link in artwork.contributions)
        return found if leaf.op is not Op.EXISTS else found == leaf.present
    if leaf.field is Field.YEAR:
        return _year_matches(leaf, artwork.begin, artwork.end)
    if leaf.field is Field.HAS_IMAGE:
        return ("true" if artwork.images else "false") in leaf.values
    return any_value_matches(leaf, text_values(artwork, leaf.field))


def _year_matches(leaf: Leaf, begin: int | None, end: int | None) -> bool:
    dated = begin is not None or end is not None
    if leaf.op is Op.EXISTS:
        return dated == leaf.present
    return dated and reaches(begin, leaf.end) and reaches(leaf.begin, end)


def _link_matches(leaf: Leaf, link: Contribution) -> bool:
    if leaf.field in ROLE_FIELDS and leaf.role != ANY_ROLE and fold(link.role) != fold(leaf.role):
        return False
    if leaf.op is Op.EXISTS:
        return bool(link_values(link, leaf.field))
    if leaf.field is Field.ARTIST_ID:
        return link.artist.id in leaf.values
    if leaf.field is Field.ARTIST and leaf.op is Op.IN and link.artist.id in leaf.values:
        return True
    return any_value_matches(leaf, link_values(link, leaf.field))


def any_value_matches(leaf: Leaf, folded_values: Iterator[str] | tuple[str, ...]) -> bool:
    """Tell whether one of the folded values passes an `in`, `words` or `exists` leaf."""
    match leaf.op:
        case Op.EXISTS:
            return any(True for _ in folded_values) == leaf.present
        case Op.IN:
            wanted = leaf.folded
            return any(value in wanted for value in folded_values)
        case Op.WORDS:
            alternatives = leaf.wanted_words
            return any(has_words(v, wanted) for v in folded_values for wanted in alternatives)
        case Op.OVERLAPS:
            raise ValueError(f"{leaf.field} has no years")


def text_values(artwork: Artwork, field: Field) -> tuple[str, ...]:
    """Folded values of a field of text; blank ones are missing ones."""
    match field:
        case Field.MEDIUM | Field.CLASSIFICATION | Field.COLLECTION:
            values: tuple[str | None, ...] = (getattr(artwork, field.value),)
        case Field.SUBJECT:
            values = artwork.subjects
        case Field.MOVEMENT:
            values = artwork.movements
        case Field.IMAGE_RIGHTS:
            values = tuple(image.rights.status.value for image in artwork.images[:1])
        case _:
            raise ValueError(f"{field} is not a field of text")
    return tuple(folded for value in values if value and (folded := fold(value)))


def link_values(link: Contribution, field: Field) -> tuple[str, ...]:
    """Folded values of one artwork–artist link; an artist id stays as it is."""
    match field:
        case Field.ARTIST:
            raw: tuple[str | None, ...] = (link.artist.name, *link.artist.other_names)
        case Field.ARTIST_ID:
            return (link.artist.id,)
        case Field.ROLE:
            raw = (link.role,)
        case Field.GENDER:
            raw = (link.artist.gender,)
        case _:
            raise ValueError(f"{field} is not a field of a link")
    return tuple(folded for value in raw if value and (folded := fold(value)))
