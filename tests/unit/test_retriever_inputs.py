"""What a retriever is asked by: types, blanks, canonical forms, and errors that name the input."""

import base64
import json
import unicodedata
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import FilterError, InputError, PictureError, PictureTooLargeError
from core.filters import And, Field, Leaf, Op
from core.types import Pixels
from search.retrievers import coercion
from search.retrievers.declared import Definition
from search.retrievers.filter_trees import canonical_filter
from search.retrievers.inputs import CheckedInputs, check_inputs
from tests.strategies import filters

INPUTS: dict[str, Any] = {
    "q": {"type": "string", "max_length": 50},
    "sort": {"type": "string", "enum": ["Newest", "oldest"], "default": "Newest"},
    "weight": {"type": "number", "minimum": 0, "maximum": 10},
    "exact": {"type": "boolean", "default": False},
    "since": {"type": "date"},
    "tags": {"type": "list", "max_length": 3},
    "image": {"type": "image"},
    "images": {"type": "list", "items": "image"},
    "like": {"type": "list", "items": "artwork"},
    "filter": {"type": "filter"},
    "part": {
        "type": "object",
        "fields": {"text": {"type": "string"}, "weight": {"type": "number", "default": 1}},
    },
}
DEFAULTS = {"sort": "Newest", "exact": False}


def decode(data: bytes) -> Pixels:
    if data == b"torn":
        raise PictureError("is torn")
    return np.full((1, 1, 3), len(data), np.uint8)


def check(given: dict[str, Any], inputs: dict[str, Any] | None = None) -> CheckedInputs:
    definition = {"inputs": inputs or INPUTS, "stages": [{"type": "feature_search"}]}
    return check_inputs(Definition.model_validate(definition), given, decode)


def field(given: dict[str, Any]) -> str:
    with pytest.raises(InputError) as caught:
        check(given)
    return caught.value.field


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_what_is_not_given_has_its_default_or_is_blank() -> None:
    checked = check({"q": "boats"})

    assert checked.values == {"q": "boats", **DEFAULTS}
    assert checked.canonical == {"q": "boats", **DEFAULTS}
    assert "weight" in checked.blank
    assert "sort" not in checked.blank


@pytest.mark.parametrize("blank", [None, "", " \t\n ", [], {}])
def test_missing_null_empty_and_white_space_are_the_same(blank: Any) -> None:  # noqa: ANN401 - any JSON
    for name in ("q", "tags", "image", "like", "filter", "part", "since"):
        assert check({name: blank}).canonical == DEFAULTS


def test_a_list_of_blanks_is_blank() -> None:
    assert check({"tags": ["", None, "  "]}).canonical == DEFAULTS


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ({"q": "  boats \n at  sea "}, {"q": "boats at sea"}),
        ({"q": "e\u0301"}, {"q": "\u00e9"}),
        ({"sort": " OLDEST"}, {"sort": "oldest"}),
        ({"weight": 1.0}, {"weight": 1}),
        ({"since": "1889"}, {"since": 1889}),
        ({"since": 1889.0}, {"since": 1889}),
        ({"since": "-44"}, {"since": -44}),
        ({"since": "0100-03-15"}, {"since": "0100-03-15"}),
        ({"since": "1889-06"}, {"since": "1889-06"}),
        ({"tags": "sea"}, {"tags": ["sea"]}),
        ({"like": "tate:1"}, {"like": ["tate:1"]}),
        ({"part": {"text": "a"}}, {"part": {"text": "a", "weight": 1}}),
    ],
)
def test_equal_inputs_are_written_alike(given: dict[str, Any], canonical: dict[str, Any]) -> None:
    assert check(given).canonical == {**DEFAULTS, **canonical}


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"colour": "red"}, "inputs.colour"),
        ({"q": 1}, "inputs.q"),
        ({"q": "x" * 51}, "inputs.q"),
        ({"q": "a\0b"}, "inputs.q"),
        ({"q": "\ud800"}, "inputs.q"),
        ({"sort": "random"}, "inputs.sort"),
        ({"weight": "1"}, "inputs.weight"),
        ({"weight": True}, "inputs.weight"),
        ({"weight": float("nan")}, "inputs.weight"),
        ({"weight": 10**400}, "inputs.weight"),
        ({"weight": 11}, "inputs.weight"),
        ({"exact": "yes"}, "inputs.exact"),
        ({"since": "spring"}, "inputs.since"),
        ({"since": "1889-13-01"}, "inputs.since"),
        ({"since": "1889-02-30"}, "inputs.since"),
        ({"since": True}, "inputs.since"),
        ({"tags": ["a", 2]}, "inputs.tags.1"),
        ({"tags": ["a", "b", "c", "d"]}, "inputs.tags"),
        ({"like": ["tate:1", "tate"]}, "inputs.like.1"),
        ({"image": "!"}, "inputs.image"),
        ({"image": base64_of(b"torn")}, "inputs.image"),
        ({"part": {"colour": 1}}, "inputs.part.colour"),
        ({"part": 3}, "inputs.part"),
    ],
)
def test_an_error_names_the_input(given: dict[str, Any], name: str) -> None:
    assert field(given) == name


def test_an_unknown_input_is_told_with_those_that_are_allowed() -> None:
    with pytest.raises(InputError, match="allowed are q, sort, weight"):
        check({"colour": "red"})


def test_what_is_required_must_be_given() -> None:
    required = {"q": {"type": "string", "required": True}}

    with pytest.raises(InputError, match="is required") as caught:
        check({"q": " "}, required)
    assert caught.value.field == "inputs.q"


def test_an_error_of_a_filter_names_the_place_below_the_input() -> None:
    leaf = {"field": "medium", "op": "like", "value": "oil"}

    with pytest.raises(FilterError) as caught:
        check({"filter": {"and": [leaf]}})
    assert caught.value.field == "inputs.filter.and[0].op"


def test_a_picture_is_its_pixels_however_it_came() -> None:
    encoded, url = base64_of(b"abc"), f"data:image/png;base64,{base64_of(b'abc')}"

    forms = [check({"image": form}).canonical["image"] for form in (encoded, url, b"abc")]
    other = check({"image": b"abcd"}).canonical["image"]

    assert len(set(forms)) == 1
    assert forms[0].endswith(":1x1x3")
    assert other != forms[0]


def test_pictures_together_are_not_larger_than_one_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coercion, "MOST_PIXELS", 1)

    with pytest.raises(PictureTooLargeError) as caught:
        check({"images": [base64_of(b"a"), base64_of(b"b")]})
    assert caught.value.field == "inputs.images.1"


def test_the_order_of_parts_and_values_of_a_filter_does_not_matter() -> None:
    oil = {"field": "medium", "op": "words", "value": ["oil", "canvas", "oil"]}
    print_ = {"field": "classification", "op": "in", "value": "print"}
    turned = {**oil, "value": ["canvas", "oil"]}

    one = check({"filter": {"and": [oil, print_, oil]}})
    other = check({"filter": {"and": [print_, turned]}})

    assert one == other
    assert one.values["filter"] == And(
        (
            Leaf(Field.CLASSIFICATION, Op.IN, ("print",)),
            Leaf(Field.MEDIUM, Op.WORDS, ("canvas", "oil")),
        )
    )


@given(filters())
def test_a_canonical_filter_is_its_own(where: Any) -> None:  # noqa: ANN401 - a filter
    once = canonical_filter(where)

    assert canonical_filter(once) == once


_given = st.fixed_dictionaries(
    {},
    optional={
        "q": st.text("aB é\u0301\t", max_size=8),
        "sort": st.sampled_from(["newest", "Oldest", "NEWEST", None]),
        "weight": st.sampled_from([1, 1.0, 0.5, None]),
        "tags": st.lists(st.sampled_from(["a", " b ", ""]), max_size=3),
        "part": st.fixed_dictionaries(
            {}, optional={"text": st.just("x"), "weight": st.sampled_from([1, 1.0, 2])}
        ),
    },
)


@given(_given, st.randoms())
def test_any_writing_of_equal_inputs_is_canonically_the_same(
    asked: dict[str, Any],
    random: Any,  # noqa: ANN401 - hypothesis names no type for it
) -> None:
    names = list(asked)
    random.shuffle(names)
    other = {name: asked[name] for name in names}
    if isinstance(asked.get("q"), str):
        other["q"] = "  " + unicodedata.normalize("NFD", asked["q"]) + "\n"

    canonical = [json.dumps(check(one).canonical) for one in (asked, other)]

    assert canonical[0] == canonical[1]


@given(_given)
def test_canonical_inputs_are_their_own_canonical_form(asked: dict[str, Any]) -> None:
    once = check(asked).canonical

    assert check(once).canonical == once
