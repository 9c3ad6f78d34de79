"""Queries made by rule from the Tate's fields."""

import pytest

from bench.quality.facets import FacetKind, facets_of
from bench.quality.judged import Judged, JudgedSet, Part
from bench.quality.made import LEAST, MOST, made_facets, made_subjects
from bench.quality.sets import DATA
from bench.quality.tate_rows import Tate, TateRow
from bench.quality.topics import topics_of
from bench.quality.wording import Form, head_of, plain_words, plural
from tests.requirements import require


@pytest.fixture(scope="module")
def tate() -> Tate:
    require("data")
    return Tate(DATA / "tate")


@pytest.fixture(scope="module")
def facets(tate: Tate) -> JudgedSet:
    return made_facets(tate)


def row(*paths: str) -> TateRow:
    return TateRow(1, (), False, frozenset(), "", None, None, frozenset(), paths)


@pytest.mark.parametrize(
    ("leaf", "head"),
    [
        ("dog - non-specific", "dog"),
        ("boat, sailing", "boat"),
        ("Aphrodite / Venus", "Venus"),
        ("Venice, Santa Maria della Salute", "Venice"),
        ("'Macbeth'", "Macbeth"),
    ],
)
def test_the_grammar_of_a_museum_is_taken_off_a_subject(leaf: str, head: str) -> None:
    assert head_of(leaf) == head


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("dog", "dogs"),
        ("church", "churches"),
        ("bird of prey", "birds of prey"),
        ("fisherwoman", "fisherwomen"),
        ("sheep", "sheep"),
        ("battle-axe", "battle-axes"),
        ("lily", "lilies"),
        ("country house", "country houses"),
    ],
)
def test_things_are_asked_for_in_the_plural(one: str, many: str) -> None:
    assert plural(one) == many


def test_names_keep_their_form_and_take_an_article_where_english_wants_one() -> None:
    assert plain_words("Venice", Form.PLACE) == "Venice"
    assert plain_words("River Thames", Form.PLACE) == "the River Thames"
    assert plain_words("Alps", Form.PLACE) == "the Alps"


def test_leaves_of_one_head_are_one_subject() -> None:
    rows = [
        row("architecture > religious > church"),
        row("architecture > religious > church, ruined"),
        row("emotions, concepts and ideas > formal qualities > texture"),
    ]

    [topic] = topics_of(rows)

    assert topic.words == "churches"
    assert topic.rows == {0, 1}


def test_made_queries_are_the_same_every_time(tate: Tate, facets: JudgedSet) -> None:
    again = made_facets(Tate(DATA / "tate"))

    assert again == facets
    # Figures are published by these judgements: a change of the rules is a change of the set.
    assert facets.sha256.startswith("9e224840")
    assert made_subjects(tate).sha256.startswith("16e1cd06")


def test_there_are_enough_of_every_facet_and_about_half_are_set_aside(facets: JudgedSet) -> None:
    kinds = " ".join(query.kind for query in facets.queries)
    aside = [query for query in facets.queries if query.part is Part.ASIDE]

    assert len(facets.queries) >= 60
    assert all(kinds.count(kind) >= 10 for kind in FacetKind)
    assert len(facets.queries) * 0.4 <= len(aside) <= len(facets.queries) * 0.6


def test_no_query_has_too_few_or_too_many_answers(facets: JudgedSet) -> None:
    assert all(LEAST <= len(query.relevant) <= MOST for query in facets.queries)


def test_every_relevant_work_passes_the_facets_of_its_query(tate: Tate, facets: JudgedSet) -> None:
    by_filters = {facet.filters: facet.rows for some in facets_of(tate).values() for facet in some}
    numbers = {f"tate:{row.id}": number for number, row in enumerate(tate.rows)}

    def passing(query: Judged) -> bool:
        found = {numbers[id] for id in query.relevant}
        named = [
            rows for pairs, rows in by_filters.items() if set(pairs) <= set(query.filters.items())
        ]
        return bool(named) and all(found <= rows for rows in named)

    assert all(passing(query) for query in facets.queries)
