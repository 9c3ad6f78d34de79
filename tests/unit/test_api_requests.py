"""Bodies of a search."""

import base64
import json
from typing import Any

import numpy as np
import pytest
from fastapi.exceptions import RequestValidationError
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from api.body import RawBody, parse_json, parse_search
from api.errors import field_name
from api.filter_schema import FilterTree
from api.requests import SearchRequest
from api.schemas_admin import ReindexRequest
from core.encoded_pictures import decode_base64
from core.errors import FilterError, InputError, PictureError, PictureTooLargeError
from core.filter_json import filter_json
from core.filters import Field, Filter, Leaf, Op
from core.queries import DEFAULT_RECALL, EXACT, Aspect, Input, Query
from core.types import Pixels
from search.retrievers.filter_trees import canonical_filter
from tests.searching import query_of
from tests.strategies import filters

PICTURE = np.zeros((1, 1, 3), np.uint8)
DOCUMENTED: TypeAdapter[FilterTree] = TypeAdapter(FilterTree)
NO_REQUEST = SearchRequest.model_validate({})


def decode(data: bytes) -> Pixels:
    assert data == b"picture"
    return PICTURE


def query(body: dict[str, Any], upload: bytes | None = None) -> Query:
    return query_of(parse_search(RawBody(json.dumps(body).encode(), upload)).asked(), decode)


def wrong_field(data: bytes) -> str:
    with pytest.raises(RequestValidationError) as caught:
        parse_search(RawBody(data))
    return field_name(caught.value.errors()[0]["loc"])


def test_a_whole_request_becomes_a_query() -> None:
    asked = query(
        {
            "q": " boats ",
            "like": ["tate:1", "tate:2", "tate:1"],
            "filter": {"field": "medium", "op": "words", "value": "oil"},
            "weights": {"catalogue": 2, "lexical": 0},
            "limit": 5,
            "facets": ["artist"],
            "exact": True,
            "include_self": True,
        },
        upload=b"picture",
    )

    assert asked.text == "boats"
    assert asked.picture is PICTURE
    assert asked.like == ("tate:1", "tate:2")
    assert asked.where == Leaf(Field.MEDIUM, Op.WORDS, ("oil",))
    assert asked.weights == {"catalogue": 2.0, "lexical": 0.0}
    assert (asked.limit, asked.facets, asked.recall, asked.include_self) == (
        5, ("artist",), EXACT, True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "recall"),
    [({}, DEFAULT_RECALL), ({"recall": 0.9}, 0.9), ({"recall": 0.9, "exact": True}, EXACT)],
)
def test_exact_is_the_highest_recall(asked: dict[str, Any], recall: float) -> None:
    assert query(asked).recall == recall


def test_nulls_and_blanks_ask_for_nothing() -> None:
    nulls = dict.fromkeys(("image", "like", "filter", "weights", "cursor", "facets"))

    assert query({"q": "  ", **nulls}) == Query()
    assert query({}) == Query()


def test_inputs_are_texts_pictures_and_artworks_with_weights() -> None:
    picture = base64.b64encode(b"picture").decode()

    asked = query(
        {
            "inputs": [
                {"text": " storm ", "weight": 2},
                {"image": picture, "weight": -0.5},
                {"artwork": "tate:1"},
            ],
            "aspects": ["looks", "period", "looks"],
        }
    )

    assert asked.inputs == (
        Input(text="storm", weight=2.0),
        Input(picture=PICTURE, weight=-0.5),
        Input(artwork="tate:1", weight=1.0),
    )
    assert asked.aspects == (Aspect.LOOKS, Aspect.PERIOD)


def test_pictures_together_are_not_larger_than_one_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.retrievers.coercion.MOST_PIXELS", 1)
    picture = {"image": base64.b64encode(b"picture").decode()}

    assert len(query({"inputs": [picture]}).inputs) == 1
    with pytest.raises(PictureTooLargeError) as caught:
        query({"inputs": [picture, picture]})
    assert caught.value.field == "inputs.inputs.1.image"


def test_one_reference_may_stand_bare() -> None:
    assert query({"like": "tate:1"}).like == ("tate:1",)


@pytest.mark.parametrize("form", ["{}", "data:image/png;base64,{}", "\n {}\n", "data:;base64,{}"])
def test_a_picture_is_base64_bare_or_as_a_data_url(form: str) -> None:
    text = form.format(base64.b64encode(b"picture").decode())

    assert query({"image": text}).picture is PICTURE


@given(st.binary())
def test_both_alphabets_and_missing_padding_are_read(data: bytes) -> None:
    assert decode_base64(base64.b64encode(data).decode()) == data
    assert decode_base64(base64.urlsafe_b64encode(data).decode().rstrip("=")) == data


@pytest.mark.parametrize("text", ["!", "data:image/png,abc", "data:image/png;base64", "a", "é"])
def test_what_is_not_base64_is_refused(text: str) -> None:
    with pytest.raises(PictureError):
        decode_base64(text)


def test_a_picture_may_not_come_twice() -> None:
    with pytest.raises(InputError, match="twice"):
        query({"image": "aGk="}, upload=b"picture")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"colour": 1}, "colour"),
        ({"q": "a" * 2001}, "q"),
        ({"q": "a\0"}, "q"),
        ({"q": 3}, "q"),
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"limit": "5"}, "limit"),
        ({"like": ["t:1"] * 11}, "like"),
        ({"like": ["t:1", 2]}, "like[1]"),
        ({"like": ["t:1", "\0"]}, "like[1]"),
        ({"weights": {"colour": 1}}, "weights.colour"),
        ({"weights": {"catalogue": -1}}, "weights.catalogue"),
        ({"weights": {"catalogue": 101}}, "weights.catalogue"),
        ({"facets": ["colour"]}, "facets[0]"),
        ({"exact": "yes"}, "exact"),
    ],
)
def test_a_wrong_value_is_named(body: dict[str, Any], field: str) -> None:
    assert wrong_field(json.dumps(body).encode()) == field


@pytest.mark.parametrize(
    "data",
    [
        b"{", b"[]", b"null", b'"q"', b"\xff", b'{"q": "\xff"}', b'{"q": "\\ud800"}',
        b'{"q": "a\0"}', b'{"filter": ' + b"[" * 10_000, b'{"limit": ' + b"9" * 5000 + b"}",
        b"{} x", b"\xef\xbb\xbf{}", '{"q": 1}'.encode("utf-16"),
    ],
)  # fmt: skip
def test_what_is_not_json_in_utf8_is_refused(data: bytes) -> None:
    assert wrong_field(data) in {"body", "q"}


def test_weights_are_finite() -> None:
    assert wrong_field(b'{"weights": {"catalogue": NaN}}') == "weights.catalogue"
    assert wrong_field(b'{"weights": {"catalogue": 1e999}}') == "weights.catalogue"
    assert wrong_field(b'{"inputs": [{"text": "a", "weight": NaN}]}') == "inputs[0].weight"


@given(st.binary(max_size=40))
def test_no_bytes_break_the_parser(data: bytes) -> None:
    try:
        parsed = parse_search(RawBody(data)).request
    except RequestValidationError:
        parsed = NO_REQUEST

    assert parsed.limit == 20


def test_an_unknown_key_is_told_with_those_that_are_allowed() -> None:
    with pytest.raises(RequestValidationError) as caught:
        parse_json(b'{"space": "picture"}', ReindexRequest)

    assert caught.value.errors()[0]["msg"] == "unknown key; allowed are spaces, embed, dry_run"


def test_a_wrong_filter_names_the_place_in_the_tree() -> None:
    with pytest.raises(FilterError) as caught:
        query({"filter": {"and": [{"field": "medium", "op": "overlaps"}]}})

    assert caught.value.field == "inputs.filter.and[0].op"


@given(filters())
def test_the_documented_grammar_takes_every_filter_that_is_read(where: Filter) -> None:
    tree = filter_json(where)
    try:
        read = query({"filter": tree}).where
    except FilterError:
        read = canonical_filter(where)  # a value such as "%", which no type can tell

    assert read == canonical_filter(where)
    assert DOCUMENTED.validate_python(tree)
