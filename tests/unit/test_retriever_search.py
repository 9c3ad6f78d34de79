"""The built-in retriever `search` asks just what the search endpoint asks."""

import base64
import json
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from api.body import RawBody, parse_search
from core.errors import FilterError
from core.filter_json import filter_json, parse_filter
from core.filters import Field
from core.queries import DEFAULT_RECALL, EXACT, Aspect, GroupBy, Input, Leg, Query
from core.rerank import Rerank
from core.types import Json, Pixels
from core.understanding import Understand
from search.retrievers.builtin import SEARCH, builtin_retrievers
from search.retrievers.compile import compile_query
from search.retrievers.filter_trees import canonical_filter
from search.retrievers.inputs import check_inputs
from tests.strategies import filters

PICTURE = np.zeros((1, 1, 3), np.uint8)
ENCODED = base64.b64encode(b"picture").decode()


def decode(data: bytes) -> Pixels:
    assert data == b"picture"
    return PICTURE


def by_retriever(request: Json) -> Query:
    asked = parse_search(RawBody(json.dumps(request).encode())).asked()
    pipeline = builtin_retrievers()[SEARCH]
    checked = check_inputs(pipeline.definition, asked.inputs, decode)
    return compile_query(pipeline, checked, limit=asked.limit, cursor=asked.cursor).query


def by_hand(request: Json) -> Query:
    """Say a request as the engine takes it, parameter by parameter."""
    given = {name: value for name, value in request.items() if value is not None}
    likes = given.get("like", [])
    where = given.get("filter")
    rerank = given.get("rerank", False)
    return Query(
        text=given.get("q", "").strip() or None,
        picture=PICTURE if "image" in given else None,
        like=tuple(dict.fromkeys([likes] if isinstance(likes, str) else likes)),
        where=None if where is None else canonical_filter(parse_filter(where)),
        weights=given.get("weights", {}),
        limit=given.get("limit", 20),
        cursor=given.get("cursor"),
        facets=tuple(given.get("facets", ())),
        recall=EXACT if given.get("exact") else given.get("recall", DEFAULT_RECALL),
        include_self=given.get("include_self", False),
        inputs=tuple(map(input_by_hand, given.get("inputs", ()))),
        aspects=tuple(dict.fromkeys(given.get("aspects", Aspect))),
        understand=given.get("understand", Understand.APPLY),
        min_match=given.get("min_match"),
        collapse=given.get("collapse", False),
        group_by=given.get("group_by"),
        diversity=given.get("diversity", 0.0),
        rerank=Rerank(**rerank) if isinstance(rerank, dict) else Rerank() if rerank else None,
    )


def input_by_hand(given: Json) -> Input:
    picture = PICTURE if "image" in given else None
    return Input(given.get("text"), picture, given.get("artwork"), given.get("weight", 1.0))


def is_accepted(tree: Json) -> bool:
    try:
        return bool(parse_filter(tree))
    except FilterError:  # such as one of a value that has neither letters nor digits
        return False


_texts = st.sampled_from(["boats", "boats in a storm", "La Méditerranée", "<b>", "{{ INPUT.q }}"])
_ids = st.sampled_from(["tate:1", "nga:a b", "sample:monet-water-lilies-1906"])
_weights = st.integers(0, 100) | st.floats(0, 100)
_shares = st.integers(0, 1) | st.floats(0, 1)
_inputs = st.fixed_dictionaries(
    {}, optional={"weight": st.integers(-10, 10) | st.floats(-10, 10)}
).flatmap(
    lambda weight: st.one_of(
        _texts.map(lambda text: {"text": text, **weight}),
        _ids.map(lambda id: {"artwork": id, **weight}),
        st.just({"image": ENCODED, **weight}),
    )
)
_requests: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "q": st.none() | st.just(" ") | _texts,
        "image": st.none() | st.just(ENCODED),
        "like": st.none() | _ids | st.lists(_ids, max_size=10),
        "inputs": st.none() | st.lists(_inputs, max_size=3),
        "aspects": st.none() | st.lists(st.sampled_from(list(Aspect)), min_size=1, max_size=5),
        "filter": st.none() | filters().map(filter_json).filter(is_accepted),
        "weights": st.none() | st.dictionaries(st.sampled_from(list(Leg)), _weights),
        "limit": st.integers(1, 100),
        "facets": st.none() | st.lists(st.sampled_from(list(Field)), max_size=3),
        "exact": st.booleans(),
        "recall": st.floats(0.5, 1),
        "include_self": st.booleans(),
        "understand": st.sampled_from(list(Understand)),
        "min_match": st.none() | _shares,
        "collapse": st.booleans(),
        "group_by": st.none() | st.sampled_from(list(GroupBy)),
        "diversity": _shares,
        "rerank": st.booleans()
        | st.fixed_dictionaries(
            {}, optional={"depth": st.integers(1, 200), "deadline_ms": st.integers(1, 60_000)}
        ),
    },
)


@given(_requests)
def test_a_search_of_the_endpoint_is_what_it_says_by_way_of_the_retriever(
    request: dict[str, Any],
) -> None:
    assert by_retriever(request) == by_hand(request)


def test_a_search_for_nothing_browses() -> None:
    assert by_retriever({}) == Query()


def test_a_cursor_and_a_limit_are_the_callers() -> None:
    query = by_retriever({"q": "boats", "limit": 5, "cursor": "abc"})

    assert (query.limit, query.cursor) == (5, "abc")
