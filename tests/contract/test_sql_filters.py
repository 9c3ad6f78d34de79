"""Filters in SQL select exactly what the reference predicate lets pass, on both databases."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from core.filter_json import MAX_DEPTH, MAX_LEAVES, MAX_VALUES, parse_filter
from core.filters import And, Field, Filter, Leaf, Not, Op, Or, matches
from core.types import Artist, Artwork, Contribution, Image, Rights, RightsStatus
from db.catalogue import SqlArtworkStore
from tests.conftest import delete_rows
from tests.strategies import collections, filters

BLANK_ROLE = Artwork("t:1", contributions=(Contribution(Artist("t:1", "Turner"), "…"),))
WORKS = (
    BLANK_ROLE,
    Artwork("t:2", medium="—", subjects=("…", "hot dog"), collection=""),
    Artwork("t:3", images=(Image(), Image(rights=Rights(RightsStatus.OPEN)))),
    Artwork("t:4", contributions=(Contribution(Artist("t:2", "…", gender="…"), "After"),)),
    Artwork("t:5", contributions=(Contribution(Artist("t:3", "…", other_names=("Ætt",))),)),
    Artwork("t:6", movements=("hot dog",), end=-5),
    Artwork("t:7", contributions=(Contribution(Artist("t:1", "Turner")),) * 2, begin=1900),
)


EDGES: tuple[Filter, ...] = (
    And(()),
    Or(()),
    Not(And(())),
    Leaf(Field.ARTIST, Op.EXISTS),
    Leaf(Field.ARTIST, Op.EXISTS, present=False),
    Leaf(Field.ARTIST, Op.WORDS, ("turner",), role="…"),
    Leaf(Field.ARTIST, Op.WORDS, ("aett",)),
    Leaf(Field.ARTIST, Op.IN, ("t:2",), role="any"),
    Leaf(Field.ARTIST, Op.IN, ("t:2", "turner\0", "\ud800")),
    Leaf(Field.ARTIST_ID, Op.EXISTS, role="AFTER"),
    Leaf(Field.ARTIST_ID, Op.IN, ("t:3", "t:1\0")),
    Leaf(Field.ROLE, Op.EXISTS),
    Leaf(Field.ROLE, Op.EXISTS, present=False),
    Leaf(Field.GENDER, Op.EXISTS, role="any"),
    Leaf(Field.MEDIUM, Op.EXISTS, present=False),
    Leaf(Field.COLLECTION, Op.IN, ("",)),
    Leaf(Field.MEDIUM, Op.WORDS, ()),
    Leaf(Field.SUBJECT, Op.WORDS, ("dog",)),
    Leaf(Field.MOVEMENT, Op.WORDS, ("dog",)),
    Leaf(Field.SUBJECT, Op.WORDS, ("do", "og", "ot do", "hot cat")),
    Leaf(Field.SUBJECT, Op.WORDS, (*("do", "og", "ot do", "hot cat") * 20,)),
    Leaf(Field.SUBJECT, Op.WORDS, (*("do", "og", "dog hot", "hot cat") * 20,)),
    Leaf(Field.SUBJECT, Op.EXISTS),
    Leaf(Field.HAS_IMAGE, Op.IN, ("true", "false")),
    Leaf(Field.HAS_IMAGE, Op.IN, ()),
    Leaf(Field.IMAGE_RIGHTS, Op.IN, ("open",)),
    Leaf(Field.IMAGE_RIGHTS, Op.IN, ("unknown",)),
    Leaf(Field.IMAGE_RIGHTS, Op.EXISTS, present=False),
    Leaf(Field.YEAR, Op.OVERLAPS),
    Leaf(Field.YEAR, Op.OVERLAPS, begin=-5, end=-5),
    Leaf(Field.YEAR, Op.OVERLAPS, begin=-4, end=1900),
    Leaf(Field.YEAR, Op.OVERLAPS, end=1899),
    Leaf(Field.YEAR, Op.EXISTS, present=False),
)


# Each example empties the catalogue itself.
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(collection=collections(), wheres=st.lists(filters(), min_size=4, max_size=10))
def test_random_filters_select_the_same_set(
    database: Engine, collection: tuple[Artwork, ...], wheres: list[Filter]
) -> None:
    catalogue = only(database, collection)

    for where in wheres:
        assert catalogue.ids(where) == [a.id for a in collection if matches(where, a)]


def test_the_edges_of_a_leaf_are_the_same(database: Engine) -> None:
    catalogue = only(database, WORKS)

    for where in EDGES:
        passing = [artwork.id for artwork in WORKS if matches(where, artwork)]
        assert catalogue.ids(where) == passing, where
        assert catalogue.count(Not(where)) == len(WORKS) - len(passing), where


def test_the_largest_filters_of_the_grammar_are_answered(database: Engine) -> None:
    catalogue = only(database, WORKS)
    wide = [f"word{i} more" for i in range(MAX_VALUES - 1)] + ["dog hot"]
    leaves = [{"field": "subject", "op": "words", "value": wide}] * 4
    leaves += [{"field": "artist", "op": "in", "value": wide}] * 4
    leaves += [{"field": "medium", "op": "words", "value": ["oil", "a b c"] * 20}] * (
        MAX_LEAVES - 8
    )
    where: dict[str, object] = {"or": leaves}
    for _ in range(MAX_DEPTH - 3):
        where = {"not": where}

    assert catalogue.ids(Not(parse_filter({"and": [where]}))) == ["t:2"]


def only(database: Engine, collection: tuple[Artwork, ...]) -> SqlArtworkStore:
    """Make a collection all that the database holds."""
    delete_rows(database)
    catalogue = SqlArtworkStore(database)
    catalogue.upsert(collection)
    return catalogue
