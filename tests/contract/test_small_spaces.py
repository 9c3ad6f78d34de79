"""Spaces of a few vectors, which every search scores exactly."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ConfigurationError, DamagedError
from core.filters import Filter
from core.progress import SilentProgress
from core.queries import EXACT
from core.types import Artwork, Matrix, Numbers
from index.columns.columns import Columns
from index.vectors.exact import ExactSearch
from index.vectors.index_files import IndexParts, Options
from index.vectors.owners import Owners
from index.vectors.planner import Knowledge
from index.vectors.space_files import open_space, write_space
from index.vectors.space_index import SpaceIndex, SpaceParts
from index.vectors.spec import parse_spec
from tests.indexes import brute_force, columns_of, rows_of, space_of, unit
from tests.strategies import collections, filters

DIM = 16


def small_index(vectors: Matrix, numbers: Numbers, columns: Columns, artworks: int) -> SpaceIndex:
    index = IndexParts(Knowledge({}), ExactSearch(vectors, None), None)
    parts = SpaceParts(space_of(DIM), vectors, Owners(numbers, artworks), index, 0)
    return SpaceIndex(parts, columns)


@st.composite
def exact_vectors(draw: st.DrawFn, count: int) -> Matrix:
    """Draw vectors whose products are exact in any order of adding, with many ties."""
    signs = st.lists(st.sampled_from([-0.25, 0.25]), min_size=DIM, max_size=DIM)
    distinct = draw(st.lists(signs, min_size=1, max_size=4))
    chosen = [draw(st.sampled_from(distinct)) for _ in range(count)]
    return np.array(chosen, np.float32).reshape(count, DIM)


@settings(max_examples=60)
@given(st.data(), collections(max_size=12), st.none() | filters(), st.integers(1, 15))
def test_exact_search_is_brute_force_with_ties_duplicates_and_several_vectors(
    data: st.DataObject, artworks: tuple[Artwork, ...], where: Filter | None, k: int
) -> None:
    per_artwork = data.draw(st.lists(st.integers(0, 3), min_size=12, max_size=12))
    numbers = np.repeat(np.arange(len(artworks)), per_artwork[: len(artworks)]).astype(np.int32)
    vectors = data.draw(exact_vectors(len(numbers)))
    query = data.draw(exact_vectors(1))
    columns = columns_of(artworks)

    index = small_index(vectors, numbers, columns, len(artworks))
    found, plan = index.search(query, where, k)

    mask = columns.select(where).mask
    expected = brute_force(vectors, numbers, query, mask=mask, k=k)
    assert list(zip(found.numbers.tolist(), found.scores.tolist(), strict=True)) == expected
    assert plan.rows_matching == len({n for n in numbers.tolist() if mask[n]})
    assert plan.recall.kind == "exact"


def test_works_with_one_vector_tie_whatever_k_is(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    vectors = unit(rng.standard_normal((40, DIM))[rng.integers(0, 40, 6_000)])
    numbers = np.arange(6_000, dtype=np.int32)
    card = write_space(tmp_path / "s", rows_of(vectors, numbers), 6_000, progress=SilentProgress())
    index = open_space(tmp_path / "s", card, columns_of([Artwork("t:1")] * 6_000), artworks=6_000)

    found, _ = index.search(vectors[:1], None, 20, recall=EXACT)
    first, _ = index.search(vectors[:1], None, 5, recall=EXACT)

    same = np.flatnonzero((vectors == vectors[0]).all(axis=1))
    assert found.numbers.tolist() == same[:20].tolist()
    assert first.numbers.tolist() == same[:5].tolist()


def test_a_spec_that_does_not_fit_names_the_space_and_the_remedy(tmp_path: Path) -> None:
    rows = rows_of(unit(np.ones((50, DIM))), np.arange(50, dtype=np.int32))
    options = Options(parse_spec("IVF1,PQ7x4fs"))

    with pytest.raises(ConfigurationError, match=r"test@1/catalogue.* 16 .* 7 equal parts"):
        write_space(tmp_path / "s", rows, 50, SilentProgress(), options=options)


@pytest.mark.parametrize(
    ("vectors", "numbers", "fault"),
    [
        ([[1, 0], [np.nan, 0]], [0, 1], "not finite"),
        ([[1, 0], [0.5, 0]], [0, 1], "length 0.5"),
        ([[1, 0], [0, 1]], [1, 0], "ascend"),
        ([[1, 0], [0, 1]], [0, 5], "ascend within 0 to 1"),
        ([[1, 0], [0, 1]], [0], "more vectors"),
        ([[1, 0]], [0, 1], "1 vectors came, 2 were announced"),
    ],
)
def test_vectors_that_are_not_embeddings_are_refused(
    tmp_path: Path, vectors: list[list[float]], numbers: list[int], fault: str
) -> None:
    rows = rows_of(np.array(vectors, np.float32), np.array(numbers, np.int32))

    with pytest.raises(DamagedError, match=fault):
        write_space(tmp_path / "s", rows, 2, progress=SilentProgress())


def test_an_empty_space_finds_nothing(tmp_path: Path) -> None:
    rows = rows_of(np.zeros((0, DIM), np.float32), np.zeros(0, np.int32))
    card = write_space(tmp_path / "s", rows, 1, progress=SilentProgress())
    columns = columns_of([Artwork("t:1")])

    index = open_space(tmp_path / "s", card, columns, artworks=1)
    found, plan = index.search(np.full((1, DIM), 0.25, np.float32), None, 10)

    assert (found.numbers.tolist(), plan.rows_matching) == ([], 0)
