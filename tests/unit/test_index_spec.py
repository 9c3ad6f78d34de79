"""Index specs: what is written, what is chosen, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.vectors.spec import IndexSpec, Kind, kind_of, parse_spec, resolve_spec


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("auto", None),
        ("exact", IndexSpec(Kind.EXACT)),
        ("Flat", IndexSpec(Kind.EXACT)),
        ("IVF256,Flat", IndexSpec(Kind.IVF_FLAT, cells=256)),
        ("IVF,Flat", IndexSpec(Kind.IVF_FLAT)),
        ("IVF1024,PQ192x4fs", IndexSpec(Kind.IVF_PQ, cells=1024, parts=192)),
        ("ivf,pqfs", IndexSpec(Kind.IVF_PQ)),
        ("HNSW32", IndexSpec(Kind.HNSW, links=32)),
        (" HNSW ", IndexSpec(Kind.HNSW)),
    ],
)
def test_a_spec_is_read(text: str, spec: IndexSpec | None) -> None:
    assert parse_spec(text) == spec


@pytest.mark.parametrize("text", ["", "IVF256", "PQ8", "IVF256,SQ8", "IVF-1,Flat", "HNSW32,Flat"])
def test_another_text_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(ValueError, match="one of auto, exact, IVF<cells>,Flat"):
        parse_spec(text)


@pytest.mark.parametrize(
    ("vectors", "dim", "chosen"),
    [
        (4_999, 384, "Flat"),
        (5_000, 384, "IVF16,PQ192x4fs"),
        (69_202, 384, "IVF128,PQ192x4fs"),
        (69_202, 768, "IVF128,PQ384x4fs"),
        (1_000_000, 768, "IVF1024,PQ192x4fs"),
        (69_202, 1_280, "IVF128,PQ640x4fs"),
    ],
)
def test_by_itself_a_large_space_gets_cells_of_4_bit_codes(
    vectors: int, dim: int, chosen: str
) -> None:
    assert str(resolve_spec(None, vectors, dim)) == chosen


def test_cells_are_no_more_than_the_vectors_can_train() -> None:
    spec = IndexSpec(Kind.IVF_FLAT, cells=1_000)

    assert str(resolve_spec(spec, 390, 8)) == "IVF10,Flat"
    assert resolve_spec(spec, 38, 8).kind is Kind.EXACT


def test_parts_that_do_not_divide_the_dimension_are_refused() -> None:
    with pytest.raises(ValueError, match="384 numbers cannot be cut into 100 equal parts"):
        resolve_spec(IndexSpec(Kind.IVF_PQ, parts=100), 69_202, 384)


@given(
    st.sampled_from(["auto", "exact", "IVF,Flat", "IVF,PQfs", "HNSW"]),
    st.integers(0, 2_000_000),
    st.integers(1, 4_096),
)
def test_what_is_chosen_fits_and_reads_back(text: str, vectors: int, dim: int) -> None:
    chosen = resolve_spec(parse_spec(text), vectors, dim)

    assert kind_of(str(chosen)) is chosen.kind
    assert chosen.cells * 39 <= max(vectors, 0)
    assert chosen.parts == 0 or dim % chosen.parts == 0
