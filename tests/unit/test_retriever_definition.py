"""Definitions of retrievers: what is refused, where, and with which remedy."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InputError
from core.retrievers import StageType
from search.retrievers.builtin import BUILTIN_NAMES, builtin_retrievers
from search.retrievers.definition import parse_definition
from search.retrievers.stages import stage_schemas

SEARCH: dict[str, Any] = {"type": "feature_search", "parameters": {"text": "{{ INPUT.q }}"}}
INPUTS: dict[str, Any] = {"q": {"type": "string"}, "by": {"type": "string"}}


def definition(*stages: dict[str, Any], **inputs: dict[str, Any]) -> dict[str, Any]:
    return {"inputs": {**INPUTS, **inputs}, "stages": list(stages)}


def search(**parameters: object) -> dict[str, Any]:
    return {"type": "feature_search", "parameters": {"text": "{{ INPUT.q }}", **parameters}}


def refused(data: object) -> tuple[str, str]:
    with pytest.raises(InputError) as caught:
        parse_definition(data)
    return caught.value.field, caught.value.message


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (3, "definition"),
        ({}, "stages"),
        ({"stages": []}, "stages"),
        (definition(SEARCH) | {"colour": 1}, "colour"),
        (definition({"type": "rerank"}), "stages"),
        (definition({"type": "sort"}, SEARCH), "stages.0.type"),
        (definition(SEARCH, SEARCH), "stages.1.type"),
        (
            definition({"type": "attribute_filter"}, {"type": "attribute_filter"}, SEARCH),
            "stages.1.name",
        ),
        (definition(SEARCH, {**SEARCH, "name": "other"}), "stages.1.type"),
        (definition(SEARCH, {"type": "understand"}), "stages.1.type"),
        (definition({**SEARCH, "name": "a b"}), "stages.0.name"),
        (definition(SEARCH, Q={"type": "string"}), "inputs.Q"),
        (definition(SEARCH, z={"type": "colour"}), "inputs.z.type"),
        (definition(SEARCH, z={"type": "list", "items": "list"}), "inputs.z"),
        (definition(SEARCH, z={"type": "object"}), "inputs.z"),
        (definition(SEARCH, z={"type": "string", "minimum": 1}), "inputs.z"),
        (definition(SEARCH, z={"type": "number", "default": "x"}), "inputs.z.default"),
        (definition(SEARCH, z={"type": "number", "examples": [1, "x"]}), "inputs.z.examples.1"),
        (definition(SEARCH, z={"type": "number", "enum": ["x"]}), "inputs.z.enum.0"),
        (definition(SEARCH, z={"type": "string", "required": True, "default": "x"}), "inputs.z"),
    ],
)
def test_a_wrong_definition_is_refused_at_its_place(data: object, field: str) -> None:
    assert refused(data)[0].startswith(field)


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"colour": 1}, "colour"),
        ({"recall": 2}, "recall"),
        ({"recall": "{{ INPUT.recall }}"}, "recall"),
        ({"text": "{{ INPUT.q.upper() }}"}, "text"),
        ({"text": "{{ INPUT.q"}, "text"),
        ({"image": "abc"}, "image"),
        ({"legs": [{"leg": "catalogue", "weight": "{{ INPUT.by }}"}]}, "legs.0.weight"),
        ({"legs": [{"leg": "catalogue"}, {"leg": "smell"}]}, "legs.1.leg"),
        ({"legs": [{"leg": "exact"}]}, "legs.0"),
        ({"legs": [{"leg": "picture", "text": "{{ INPUT.q }}"}]}, "legs.0"),
        ({"legs": [{"leg": "catalogue"}, {"leg": "catalogue"}]}, ""),
        ({"legs": [{"leg": "catalogue", "k": 1001}]}, "legs.0.k"),
        ({"fusion": {"method": "sum"}}, "fusion.method"),
        ({"weights": {"smell": 1}}, "weights.smell"),
        ({"inputs": [{"text": "a", "artwork": "t:1"}]}, "inputs.0"),
        ({"filter": {"field": "medium", "op": "like", "value": "x"}}, "filter.op"),
        ({"filter": {"and": [{"field": "colour", "op": "in", "value": "{{ INPUT.q }}"}]}},
         "filter.and.0.field"),
    ],
)  # fmt: skip
def test_an_error_names_stage_and_parameter(parameters: dict[str, Any], field: str) -> None:
    found, message = refused(definition({"type": "rerank"}, search(**parameters)) | {
        "stages": [{"type": "understand"}, search(**parameters)]
    })  # fmt: skip

    assert found == f"stages.1.parameters.{field}".rstrip(".")
    assert "stage 'feature_search'" in message


def test_the_remedy_for_a_missing_optional_input_is_told() -> None:
    field, message = refused(
        definition(SEARCH, {"type": "group", "parameters": {"by": "{{ INPUT.by }}"}})
    )

    assert field == "stages.1.parameters.by"
    assert "tried with INPUT.by = 'example'" in message
    assert "enum" in message


def test_a_template_is_tried_without_what_may_be_missing() -> None:
    data = definition(search(recall="{{ INPUT.n + 0.5 }}"), n={"type": "number", "maximum": 0})

    field, message = refused(data)

    assert field == "stages.0.parameters.recall"
    assert "tried with INPUT.n = nothing" in message


def test_an_enum_that_fits_is_accepted() -> None:
    group = {"type": "group", "parameters": {"by": "{{ INPUT.by }}"}}
    data = definition(SEARCH, group, by={"type": "string", "enum": ["artist", "title"]})

    pipeline = parse_definition(data)

    assert [stage.type for stage in pipeline.stages] == ["feature_search", "group"]


def test_filters_may_stand_more_than_once_under_their_own_names() -> None:
    stages = [{"type": "attribute_filter", "name": name} for name in ("years", "media")]

    names = [stage.name for stage in parse_definition(definition(*stages, SEARCH)).stages]

    assert names == ["years", "media", "feature_search"]


@pytest.mark.parametrize(
    "other",
    [
        definition({**SEARCH, "name": "feature_search"}),
        definition(search(exact=False, recall=0.99, fusion={"k": 20.0}, legs=None)),
        definition(SEARCH, by={"type": "string", "required": False, "examples": []}),
        {"stages": [SEARCH], "inputs": dict(reversed(INPUTS.items())), "description": ""},
    ],
)
def test_equal_content_has_an_equal_hash(other: dict[str, Any]) -> None:
    assert parse_definition(other).hash == parse_definition(definition(SEARCH)).hash


@pytest.mark.parametrize(
    "other",
    [
        definition(search(exact=True)),
        definition(search(), {"type": "group"}),
        definition(SEARCH, by={"type": "string", "default": "artist"}),
        definition({**SEARCH, "name": "other"}),
    ],
)
def test_other_content_has_another_hash(other: dict[str, Any]) -> None:
    assert parse_definition(other).hash != parse_definition(definition(SEARCH)).hash


def test_forms_of_a_letter_make_no_difference_to_the_hash() -> None:
    one, other = (parse_definition(definition(search(text=t))) for t in ("e\u0301", "\u00e9"))

    assert one.hash == other.hash


@settings(max_examples=20)  # compiling one takes some milliseconds
@given(st.randoms(), st.sampled_from(BUILTIN_NAMES))
def test_the_order_of_keys_makes_no_difference_to_the_hash(random: Any, name: str) -> None:  # noqa: ANN401 - hypothesis names no type for it
    def shuffled(value: Any) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(value, list):
            return [shuffled(one) for one in value]
        if not isinstance(value, dict):
            return value
        names = list(value)
        random.shuffle(names)
        return {name: shuffled(value[name]) for name in names}

    pipeline = builtin_retrievers()[name]

    assert parse_definition(shuffled(pipeline.definition.model_dump(mode="json"))).hash == (
        pipeline.hash
    )


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
    | st.sampled_from(["{{ INPUT.q }}", "{{ 1 }}", "{{", "catalogue", "rrf", "browse", "text"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["leg", "text", "legs", "filter", "and", "field", "op", "value", "k"]),
        inner, max_size=3,
    ),
    max_leaves=6,
)  # fmt: skip
_parameters = st.dictionaries(
    st.sampled_from(
        ["text", "image", "like", "inputs", "aspects", "weights", "legs", "filter", "recall",
         "exact", "fusion", "on_all_empty", "min_match", "by", "mode", "hits", "fields", "limit"]
    ), _json, max_size=3,
)  # fmt: skip


@given(st.sampled_from(StageType), _parameters)
def test_no_parameters_make_anything_but_a_pipeline_or_a_clear_error(
    type: StageType, parameters: dict[str, Any]
) -> None:
    stages: list[dict[str, Any]] = [{"type": type, "parameters": parameters}]
    if type is not StageType.FEATURE_SEARCH:
        stages.append(SEARCH)
    stages.sort(key=lambda stage: list(StageType).index(StageType(stage["type"])))

    try:
        told = parse_definition(definition(*stages)).hash
    except InputError as error:
        told = error.message
        place = error.field
    else:
        place = "stages."

    assert told
    assert place.startswith("stages.")


@pytest.mark.parametrize("stage", stage_schemas(), ids=lambda stage: str(stage["type"]))
def test_the_example_of_a_stage_is_one(stage: dict[str, Any]) -> None:
    told = {"type": stage["type"], "parameters": stage["example"]}
    stages = [told] if stage["type"] == "feature_search" else [told, SEARCH]
    stages.sort(key=lambda one: list(StageType).index(StageType(str(one["type"]))))

    assert parse_definition(definition(*stages)).stages
    assert stage["description"]
    assert all("description" in field for field in stage["parameters"]["properties"].values())
    assert json.dumps(stage)
