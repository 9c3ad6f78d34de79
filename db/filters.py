"""Filters as SQL over `artworks`: they select exactly what `core.filters.matches` lets pass.

Logic stays two-valued, since each leaf either tests its column for NULL first, or is an `IN` over
keys, which are never NULL. Texts were folded when they were stored; SQL folds nothing.
"""

from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Table,
    Text,
    and_,
    exists,
    false,
    literal,
    literal_column,
    not_,
    or_,
    select,
    true,
)

from core.filters import LINK_FIELDS, ROLE_FIELDS, And, Field, Filter, Leaf, Not, Op, Or
from core.text import fold
from core.types import ANY_ROLE
from db.membership import among
from db.sql import has_word, json_array, json_rows
from db.tables import (
    artist_names,
    artists,
    artwork_terms,
    artworks,
    contributions,
    images,
    rights,
    terms,
)

Condition: TypeAlias = ColumnElement[bool]

_INLINE_WORDS = 64  # more of them in many leaves would pass SQLite's limits of depth and parameters
_COLUMNS = {
    Field.MEDIUM: artworks.c.medium_folded,
    Field.CLASSIFICATION: artworks.c.classification_folded,
    Field.COLLECTION: artworks.c.collection_folded,
}


def compile_filter(where: Filter | None) -> Condition:
    """Write a filter as a condition on `artworks`."""
    match where:
        case None:
            return true()
        case And(parts):
            return and_(true(), *map(compile_filter, parts))
        case Or(parts):
            return or_(false(), *map(compile_filter, parts))
        case Not(part):
            return not_(compile_filter(part))
        case Leaf(op=Op.EXISTS, present=False):
            return not_(_leaf(where))
        case Leaf():
            return _leaf(where)


def _leaf(leaf: Leaf) -> Condition:
    if leaf.field in LINK_FIELDS:
        return _of_artwork(contributions, _link(leaf))
    match leaf.field:
        case Field.YEAR:
            return _year(leaf)
        case Field.HAS_IMAGE:
            return _has_image(leaf)
        case Field.IMAGE_RIGHTS:
            stated = _chosen(images.c.rights_key, rights, _passes(leaf, rights.c.status))
            return _of_artwork(images, and_(images.c.position == 0, stated))
        case Field.SUBJECT | Field.MOVEMENT:
            named = and_(terms.c.kind == leaf.field.value, _passes(leaf, terms.c.folded))
            return _of_artwork(artwork_terms, _chosen(artwork_terms.c.term_key, terms, named))
        case _:
            return _passes(leaf, _COLUMNS[leaf.field])


def _of_artwork(children: Table, condition: Condition) -> Condition:
    return artworks.c.key.in_(select(children.c.artwork_key).where(condition))


def _chosen(reference: ColumnElement[int], table: Table, condition: Condition) -> Condition:
    return reference.in_(select(table.c.key).where(condition))


def _link(leaf: Leaf) -> Condition:
    if leaf.field in ROLE_FIELDS and leaf.role != ANY_ROLE:
        wanted = fold(leaf.role) or None  # == None becomes IS NULL
        return and_(contributions.c.role_folded == wanted, _who(leaf))
    return _who(leaf)


def _who(leaf: Leaf) -> Condition:
    artist = contributions.c.artist_key
    by_id = select(artists.c.key).where(among(artists.c.id, leaf.values))
    by_name = select(artist_names.c.artist_key).where(_passes(leaf, artist_names.c.folded))
    match leaf.field:
        case Field.ROLE:
            return _passes(leaf, contributions.c.role_folded)
        case Field.GENDER:
            return _chosen(artist, artists, _passes(leaf, artists.c.gender_folded))
        case Field.ARTIST_ID:
            return true() if leaf.op is Op.EXISTS else artist.in_(by_id)
        case _:
            # A union rather than two conditions: SQLite looks up the artists' works only then.
            return artist.in_(by_name.union(by_id) if leaf.op is Op.IN else by_name)


def _year(leaf: Leaf) -> Condition:
    begin, end = artworks.c.begin, artworks.c.end
    parts = [or_(begin.is_not(None), end.is_not(None))]
    if leaf.op is not Op.EXISTS and leaf.end is not None:
        parts.append(or_(begin.is_(None), begin <= leaf.end))
    if leaf.op is not Op.EXISTS and leaf.begin is not None:
        parts.append(or_(end.is_(None), end >= leaf.begin))
    return and_(*parts)


def _has_image(leaf: Leaf) -> Condition:
    has_one = _of_artwork(images, true())
    choices = {"true": has_one, "false": not_(has_one)}
    return or_(false(), *(choices[value] for value in choices if value in leaf.values))


def _passes(leaf: Leaf, folded: ColumnElement[Any]) -> Condition:
    """Test one folded text, which may be NULL."""
    match leaf.op:
        case Op.EXISTS:
            return folded.is_not(None)
        case Op.IN:
            return and_(folded.is_not(None), among(folded, leaf.folded))
        case Op.WORDS:
            return and_(folded.is_not(None), _has_words(folded, leaf.wanted_words))
        case Op.OVERLAPS:
            raise ValueError(f"{leaf.field} has no years")


def _has_words(folded: ColumnElement[Any], wanted: tuple[tuple[str, ...], ...]) -> Condition:
    if sum(map(len, wanted)) > _INLINE_WORDS:
        return _has_many_words(folded, wanted)
    every = (
        and_(*(has_word(folded, literal(f" {word} ", Text)) for word in words)) for words in wanted
    )
    return or_(false(), *every)


def _has_many_words(folded: ColumnElement[Any], wanted: tuple[tuple[str, ...], ...]) -> Condition:
    """Test the same with one parameter, slower: no alternative lacks a word."""
    padded = [[f" {word} " for word in words] for words in wanted]
    alternative = json_rows(json_array(padded))
    word = json_rows(alternative.c.value)
    lacking = exists(literal_column("1")).select_from(word)
    lacks = lacking.where(not_(has_word(folded, word.c.value))).correlate_except(word)
    passing = exists(literal_column("1")).select_from(alternative)
    return passing.where(not_(lacks)).correlate_except(alternative)
