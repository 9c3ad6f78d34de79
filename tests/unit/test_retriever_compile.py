"""A retriever with its inputs becomes a query, and says what it left out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InputError
from core.filters import And, Field, Leaf, Op
from core.queries import LONGEST_TEXT, Query
from core.rerank import Rerank
from core.types import Json
from core.understanding import Understand
from search.retrievers.definition import Pipeline, parse_definition
from search.retrievers.template_filters import Budget
from tests.retrieving import INPUTS, compiled, refused, run, search

OIL = Leaf(Field.MEDIUM, Op.WORDS, ("oil",))


def filter_stage(tree: object) -> Json:
    return {"type": "attribute_filter", "parameters": {"filter": tree}}


def test_words_are_read_only_where_a_stage_says_so() -> None:
    without = compiled(search(), text="boats").query
    with_it = compiled({"type": "understand"}, search(), text="boats").query

    assert without == Query(text="boats", understand=Understand.OFF)
    assert with_it.understand is Understand.APPLY


def test_every_stage_has_its_part_of_the_query() -> None:
    query = compiled(
        {"type": "understand", "parameters": {"mode": "suggest"}},
        filter_stage({"field": "medium", "op": "words", "value": "oil"}),
        search(like=["t:1", "t:1"], weights={"lexical": 2}, min_match=0.5, fusion={"k": 60}),
        {"type": "rerank", "parameters": {"depth": 50}},
        {"type": "group", "parameters": {"by": "artist", "collapse": True}},
        {"type": "diversify", "parameters": {"weight": 0.25}},
        {"type": "facets", "parameters": {"fields": ["medium"], "limit": 5}},
        {"type": "limit", "parameters": {"hits": 200}},
        text="boats",
    ).query

    assert query == Query(
        text="boats", like=("t:1",), where=OIL, weights={"lexical": 2}, min_match=0.5,
        fusion_k=60, understand=Understand.SUGGEST, rerank=Rerank(50), group_by="artist",  # type: ignore[arg-type]  # equal to the member of the enum
        collapse=True, diversity=0.25, facets=("medium",), facet_limit=5, most=200,
    )  # fmt: skip


def test_filters_of_all_stages_hold_together() -> None:
    years = {"field": "year", "op": "overlaps", "value": {"from": "{{ INPUT.from }}"}}

    query = compiled(
        filter_stage(years) | {"name": "years"},
        filter_stage("{{ INPUT.filter }}"),
        search(filter={"field": "medium", "op": "words", "value": "oil"}),
        text="a", **{"from": "1889-06-01", "filter": {"field": "gender", "op": "exists"}},
    ).query  # fmt: skip

    assert query.where == And(
        (Leaf(Field.YEAR, Op.OVERLAPS, begin=1889), Leaf(Field.GENDER, Op.EXISTS), OIL)
    )


def test_a_leaf_without_a_value_is_left_out_with_the_reason() -> None:
    tree = {
        "and": [
            {"field": "year", "op": "overlaps",
             "value": {"from": "{{ INPUT.from }}", "to": "{{ INPUT.to }}"}},
            {"or": [{"field": "medium", "op": "words", "value": "{{ INPUT.medium }}"}]},
            {"not": {"field": "has_image", "op": "in", "value": "{{ INPUT.has_image }}"}},
            "{{ INPUT.filter }}",
        ]
    }  # fmt: skip

    none = compiled(filter_stage(tree), search(), text="a")
    some = compiled(filter_stage(tree), search(), text="a", to=1900, has_image=False)

    assert none.query.where is None
    assert none.skipped_stages == {"attribute_filter": "nothing was given"}
    assert [one.part for one in none.skipped[:-1]] == [
        "filter.and[0]", "filter.and[1].or[0]", "filter.and[2].not", "filter.and[3]",
    ]  # fmt: skip
    assert some.query.where is not None
    assert [one.part for one in some.skipped] == ["filter.and[1].or[0]", "filter.and[3]"]


def test_a_wrong_value_in_a_filter_names_the_input() -> None:
    tree = {"field": "image_rights", "op": "in", "value": "{{ INPUT.text|default('open') }}"}
    years = {
        "field": "year",
        "op": "overlaps",
        "value": {"from": "{{ INPUT.from }}", "to": "{{ INPUT.to }}"},
    }
    inputs: Json = {"text": {"type": "string", "enum": ["open"]}, "q": {"type": "string"}}
    stages = [filter_stage({**tree, "value": "{{ INPUT.text }}"}), search(text="a")]

    pipeline = parse_definition({"inputs": inputs, "stages": stages})
    reversed_years = refused(filter_stage(years), search(), text="a", to=1800, **{"from": 1900})

    assert run(pipeline, {}).query.where is None
    assert reversed_years.field == "stages.0.parameters.filter.value"
    assert "years are reversed" in reversed_years.message


def test_a_value_that_a_parameter_refuses_names_the_input() -> None:
    stage = search(recall="{{ INPUT.n }}")
    pipeline = parse_definition(
        {"inputs": INPUTS | {"n": {"type": "number", "default": 0.9}}, "stages": [stage]}
    )

    with pytest.raises(InputError) as caught:
        run(pipeline, {"text": "a", "n": 0.1})
    assert caught.value.field == "inputs.n"


def test_a_template_that_fails_names_stage_and_parameter() -> None:
    stage = search(text="{{ INPUT.text ~ INPUT.away }}")

    error = refused(stage, text="x" * 6000, away="y" * 6000)

    assert error.field == "stages.0.parameters.text"
    assert "10,000 characters" in error.message


def test_templates_that_take_too_long_are_stopped() -> None:
    times = iter([0.0, 1.0])
    pipeline = parse_definition(
        {"inputs": INPUTS, "stages": [search(text="{{ INPUT.text | lower }}")]}
    )

    with pytest.raises(InputError, match="50 ms"):
        run(pipeline, {"text": "a"}, Budget(clock=lambda: next(times)))


def test_reranking_that_is_not_enabled_is_reported() -> None:
    found = compiled(search(), {"type": "rerank", "parameters": {"enabled": False}}, text="a")

    assert found.query.rerank is None
    assert found.skipped_stages == {"rerank": "it was not asked for"}


GIVEN = st.fixed_dictionaries(
    {"text": st.sampled_from(["a", "boats", " boats "])},
    optional={
        "medium": st.one_of(st.none(), st.sampled_from(["oil", "Oil", "1", ""])),
        "n": st.sampled_from([1, 1.0, 2, "1", True]),
        "from": st.sampled_from([1800, "1800", "1800-05-01", None]),
    },
)
REMEMBERING = {
    "inputs": {
        "text": {"type": "string"},
        "medium": {"type": "string"},
        "n": {"type": "number", "default": 3},
        "from": {"type": "date"},
    },
    "stages": [
        filter_stage({
            "and": [
                {"field": "medium", "op": "words", "value": "{{ INPUT.medium }}"},
                {"field": "year", "op": "overlaps", "value": {"from": "{{ INPUT.from }}"}},
            ]
        }),
        search(legs=[{"leg": "catalogue", "weight": 2}, {"leg": "lexical"}]),
        {"type": "facets", "parameters": {"fields": ["medium"], "limit": "{{ INPUT.n }}"}},
    ],
}  # fmt: skip


def outcome(pipeline: Pipeline, given: Json) -> object:
    try:
        return run(pipeline, given)
    except InputError as error:
        return (error.field, error.message)


@given(asked=st.lists(GIVEN, min_size=2, max_size=6))
@settings(max_examples=20)
def test_what_was_asked_before_changes_no_query(asked: list[Json]) -> None:
    used = parse_definition(REMEMBERING)

    for one in asked:
        assert outcome(used, one) == outcome(parse_definition(REMEMBERING), one)


def test_a_search_that_is_checked_ahead_refuses_words_that_are_too_many() -> None:
    pipeline = parse_definition({"inputs": INPUTS, "stages": [search()]})

    with pytest.raises(InputError) as caught:
        run(pipeline, {"text": "a" * (LONGEST_TEXT + 1)})
    assert caught.value.field == "inputs.text"
