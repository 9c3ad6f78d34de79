"""Legs of a retriever: what each searches by, what is skipped, and the retrievers that ship."""

import pytest

from core.filters import And, Field, Leaf, Op
from core.queries import Leg, LegQuery, Query
from core.types import Json
from core.understanding import Understand
from search.retrievers.builtin import builtin_retrievers
from search.retrievers.compile import SkippedPart
from tests.retrieving import compiled, refused, run, search

OIL = Leaf(Field.MEDIUM, Op.WORDS, ("oil",))
TEXT_LEG: Json = {"leg": "catalogue", "text": "{{ INPUT.text }}"}
PICTURE_LEG: Json = {"leg": "picture", "image": "{{ INPUT.image }}"}


def legs(*legs: Json) -> Json:
    return {"type": "feature_search", "parameters": {"legs": list(legs)}}


@pytest.mark.parametrize("blank", [{}, {"text": None}, {"text": ""}, {"text": " \n"}])
def test_a_leg_without_its_input_is_skipped_with_the_reason(blank: Json) -> None:
    found = compiled(legs(TEXT_LEG, PICTURE_LEG), image="aGk=", **blank)

    assert [leg.leg for leg in found.query.legs] == [Leg.PICTURE]
    assert found.skipped == (
        SkippedPart("feature_search", "legs.0", "nothing was given: it searches by text"),
    )


def test_a_leg_has_its_own_input_weight_depth_and_filter() -> None:
    leg = {**TEXT_LEG, "name": "words", "weight": 2, "k": 250, "filter": {
        "field": "medium", "op": "words", "value": ["oil", "{{ INPUT.away }}"]}}  # fmt: skip

    assert compiled(legs(leg), text="boats").query.legs == (
        LegQuery(Leg.CATALOGUE, "words", text="boats", weight=2, depth=250, where=OIL),
    )


def test_a_leg_without_an_input_of_its_own_takes_the_stages() -> None:
    search = {"text": "{{ INPUT.text }}", "legs": [{"leg": "lexical"}, {"leg": "picture"}]}

    found = compiled({"type": "feature_search", "parameters": search}, text="boats")

    assert found.query.text == "boats"
    assert found.query.legs == (LegQuery(Leg.LEXICAL),)


def test_a_leg_takes_also_what_the_stages_inputs_have_of_its_kind() -> None:
    stage = search(
        inputs=[{"artwork": "{{ INPUT.artwork }}"}, {"text": "{{ INPUT.away }}", "weight": -1}],
        legs=[{"leg": "like_picture"}, {"leg": "lexical"}],
    )

    found = compiled(stage, artwork="t:1")

    assert [leg.leg for leg in found.query.legs] == [Leg.LIKE_PICTURE]
    assert [part.part for part in found.skipped] == ["inputs.1", "legs.1"]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("{{ INPUT.text }}", "inputs.text"),
        ("{{ INPUT.text|trim }}", "stages.0.parameters.legs.0.text"),
    ],
)
def test_a_leg_that_must_have_its_input_says_which(text: str, field: str) -> None:
    stage = legs({**TEXT_LEG, "text": text, "on_empty": "error"}, PICTURE_LEG)

    assert refused(stage, image="aGk=").field == field


@pytest.mark.parametrize("stage", [legs(TEXT_LEG, PICTURE_LEG), search(image="{{ INPUT.image }}")])
def test_nothing_to_search_by_is_an_error_that_names_what_could_be_given(stage: Json) -> None:
    error = refused(stage, n=3)

    assert error.field == "inputs"
    assert error.message.endswith("give one of text, image")


def test_nothing_to_search_by_browses_where_the_stage_says_so() -> None:
    stage = search(legs=[PICTURE_LEG], on_all_empty="browse", inputs=[{"text": "{{ INPUT.away }}"}])

    found = compiled(stage, text="these words have no leg")

    assert found.query == Query(understand=Understand.OFF)


def test_this_portrait_but_wearing_blue_is_a_reference_and_words() -> None:
    asked = {"artwork": "sample:monet-water-lilies-1906", "but": "wearing blue"}

    query = run(builtin_retrievers()["like-but"], asked).query

    assert (query.text, query.like) == ("wearing blue", ("sample:monet-water-lilies-1906",))
    assert {leg.leg for leg in query.legs} == {
        Leg.LIKE_PICTURE, Leg.LIKE_CATALOGUE, Leg.CATALOGUE, Leg.LEXICAL,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("inputs", "names"),
    [
        ({"text": "boats"}, ["text"]),
        ({"image": "aGk="}, [None]),
        ({"artwork": "t:1"}, ["artwork"]),
        ({"text": "boats", "image": "aGk=", "artwork": "t:1"}, ["text", None, "artwork"]),
    ],
)
def test_three_ways_work_alone_and_together(inputs: Json, names: list[str | None]) -> None:
    found = run(builtin_retrievers()["three-ways"], inputs).query.legs

    assert [leg.name for leg in found] == names
    assert all(leg.depth == 250 for leg in found)


def test_browsing_needs_nothing_and_takes_filters() -> None:
    browse = builtin_retrievers()["browse"]
    facets = ("artist", "medium", "classification")

    assert run(browse, {}).query == Query(understand=Understand.OFF, facets=facets)
    assert run(browse, {"medium": "oil"}).query.where == And((OIL,))
