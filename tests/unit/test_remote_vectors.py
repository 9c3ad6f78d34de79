import base64

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from core.errors import ModelServerError
from core.types import Json
from models.remote.vectors import check_model, parse_scores, parse_vectors, unit_rows

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)
ROWS = st.lists(
    st.fixed_dictionaries({}, optional={"index": ANY_JSON, "embedding": ANY_JSON}), max_size=3
)


def answer(*embeddings: object) -> Json:
    return {"data": [{"index": n, "embedding": e} for n, e in enumerate(embeddings)]}


def test_numbers_and_base64_are_read_alike() -> None:
    as_bytes = base64.b64encode(np.array([1.5, -2], "<f4").tobytes()).decode()

    vectors = parse_vectors(answer([1.5, -2], as_bytes), 2, "there")

    assert vectors.tolist() == [[1.5, -2], [1.5, -2]]


def test_rows_stand_in_the_order_of_their_index() -> None:
    rows = [{"index": 1, "embedding": [1]}, {"index": 0, "embedding": [0]}]

    assert parse_vectors({"data": rows}, 2, "there").tolist() == [[0], [1]]


@pytest.mark.parametrize(
    ("embeddings", "told"),
    [
        (([1.0], [1.0, 2.0]), "of several lengths"),
        (([], []), "or of none"),
        (("%%%%", [1.0]), "no base64"),
        (("AAA=", [1.0]), "no base64"),  # two bytes
        (([True], [1.0]), "no numbers"),
        (([10**400], [1.0]), "beyond all bounds"),
        ((None, [1.0]), "no numbers"),
        (([1.0],), "answers 1 rows"),
    ],
)
def test_what_is_no_embedding_is_refused(embeddings: tuple[object, ...], told: str) -> None:
    with pytest.raises(ModelServerError, match=told):
        parse_vectors(answer(*embeddings), 2, "there")


@given(ROWS | ANY_JSON)
def test_whatever_is_answered_is_read_or_refused(data: object) -> None:
    try:
        vectors = unit_rows(parse_vectors({"data": data}, 1, "there"), 1, "there")
    except ModelServerError:
        return
    assert abs(vectors[0, 0]) == 1


@given(st.lists(st.floats(-1e3, 1e3, width=32).filter(lambda x: abs(x) > 1e-3), min_size=4))
def test_rows_are_cut_first_and_then_of_unit_length(numbers: list[float]) -> None:
    row = unit_rows(np.array([numbers], np.float32), 4, "there")[0]

    expected = np.array(numbers[:4]) / np.linalg.norm(numbers[:4])
    assert_allclose(row, expected, atol=1e-6)


def test_numbers_that_outgrow_a_float_are_refused() -> None:
    with pytest.raises(ModelServerError, match="zero or no number"):
        unit_rows(parse_vectors(answer([1e300, 1.0]), 1, "there"), 2, "there")


def test_a_score_that_is_no_number_is_refused() -> None:
    with pytest.raises(ModelServerError, match="a score that is no number"):
        parse_scores(
            {"data": [{"index": 0, "score": float("nan")}]}, 1, "there", rows="data", score="score"
        )


@pytest.mark.parametrize("named", [{}, {"model": None}, {"model": "b"}])
def test_an_answer_must_name_the_model(named: Json) -> None:
    with pytest.raises(ModelServerError, match="there answers for the model"):
        check_model(named, "a", "there")
