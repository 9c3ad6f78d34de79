"""Qdrant against the reference predicate, brute force and the exact index: ids, scores, counts."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qdrant_client import QdrantClient

from core.filters import Field, Filter, Leaf, Not, Op, matches
from core.ports import VectorIndex
from core.progress import SilentProgress
from core.queries import EXACT, RecallKind, Strategy
from core.types import Artwork, Mask
from index.vectors.calibrate import text_like_queries
from index.vectors.space_files import open_space, write_space
from tests.contract.test_sql_filters import EDGES, WORKS
from tests.indexes import brute_force, columns_of, rows_of, unit
from tests.qdrant_engines import (
    ENGINES,
    LOCAL_WARNINGS,
    Uploaded,
    messy_artworks,
    open_engine,
    random_rows,
    uploaded,
)
from tests.strategies import collections, filters

pytestmark = [pytest.mark.filterwarnings(warning) for warning in LOCAL_WARNINGS]

DIM = 8
QUERY = unit(np.random.default_rng(3).standard_normal((1, DIM)))
SHARES = {"most": 0.9, "many": 0.3, "some": 0.04, "few": 0.002}  # of the artworks, by subject


# Words that stand together in no value, but in the values of one artwork.
ACROSS_VALUES: tuple[Filter, ...] = (
    Leaf(Field.SUBJECT, Op.WORDS, ("sea dog",)),
    Leaf(Field.MOVEMENT, Op.WORDS, ("strasse impressionism",)),
    Leaf(Field.ARTIST, Op.WORDS, ("mallord j",)),
    Leaf(Field.ARTIST, Op.WORDS, ("charles mallord", "claude le"), role="any"),
)


@pytest.fixture(scope="module", params=ENGINES)
def client(request: pytest.FixtureRequest) -> Iterator[QdrantClient]:
    with open_engine(request.param) as client:
        yield client


@pytest.fixture(scope="module")
def messy(client: QdrantClient) -> Iterator[Uploaded]:
    artworks = [*messy_artworks(140, seed=2), *WORKS]
    rows = random_rows(len(artworks), dim=DIM, seed=1, single=len(WORKS))
    with uploaded(client, artworks, rows, scan_bytes=1 << 20) as space:
        yield space


@pytest.fixture(scope="module")
def large(client: QdrantClient) -> Iterator[Uploaded]:
    """Two thousand artworks whose graph is searched, however small it is."""
    rng = np.random.default_rng(5)
    artworks = [
        Artwork(f"t:{i:05}", subjects=tuple(s for s in SHARES if rng.random() < SHARES[s]))
        for i in range(2_000)
    ]
    rows = random_rows(len(artworks), dim=DIM, seed=6)
    with uploaded(client, artworks, rows, scan_bytes=0) as space:
        yield space


def passing(space: Uploaded, where: Filter | None) -> Mask:
    return np.array([where is None or matches(where, artwork) for artwork in space.artworks])


def check(space: Uploaded, where: Filter) -> None:
    """Compare ids, scores and counts of all artworks that pass."""
    best = expected(space, where, len(space.artworks))
    found, plan = space.index.search(QUERY, where, len(space.artworks), recall=EXACT)

    assert found.numbers.tolist() == [number for number, _ in best], where
    assert found.scores == pytest.approx([score for _, score in best], abs=1e-6)
    assert plan.rows_matching == len(best)
    assert plan.rows_scored == np.count_nonzero(passing(space, where)[space.numbers])


def expected(space: Uploaded, where: Filter | None, k: int) -> list[tuple[int, float]]:
    mask = passing(space, where)
    return brute_force(space.vectors, space.numbers, QUERY, mask=mask, k=k)


@settings(max_examples=60)
@given(where=filters())
def test_random_filters_give_the_artworks_of_the_reference(messy: Uploaded, where: Filter) -> None:
    check(messy, where)


def test_the_edges_of_a_leaf_are_those_of_the_reference(messy: Uploaded) -> None:
    for where in EDGES:
        check(messy, where)
        check(messy, Not(where))


def test_words_are_looked_for_within_one_value(messy: Uploaded) -> None:
    for where in ACROSS_VALUES:
        check(messy, where)

        assert not passing(messy, where).any()


@settings(max_examples=20)
@given(artworks=collections(min_size=1), wheres=st.lists(filters(), min_size=4, max_size=8))
def test_random_collections_are_filtered_as_the_reference_does(
    artworks: tuple[Artwork, ...], wheres: list[Filter]
) -> None:
    vectors = unit(np.random.default_rng(4).standard_normal((len(artworks), DIM)))
    rows = rows_of(vectors, np.arange(len(artworks), dtype=np.int32))

    with (
        open_engine("local") as client,
        uploaded(client, artworks, rows, scan_bytes=1 << 20) as space,
    ):
        for where in wheres:
            check(space, where)


def test_the_exact_index_gives_the_same_answers(messy: Uploaded, tmp_path: Path) -> None:
    count, columns = len(messy.artworks), columns_of(messy.artworks)
    rows = rows_of(messy.vectors, messy.numbers)
    card = write_space(tmp_path / "space", rows, count, SilentProgress())
    here = open_space(tmp_path / "space", card, columns, count)

    for where in (None, Leaf(Field.MEDIUM, Op.WORDS, ("oil",)), Leaf(Field.YEAR, Op.EXISTS)):
        theirs, _ = messy.index.search(QUERY, where, 100, recall=EXACT)
        ours, _ = here.search(QUERY, where, 100, recall=EXACT)

        assert theirs.numbers.tolist() == ours.numbers.tolist()
        assert theirs.scores == pytest.approx(ours.scores, abs=1e-6)


WHERES: list[Filter | None] = [
    None,
    *(Leaf(Field.SUBJECT, Op.IN, (subject,)) for subject in SHARES),
    Leaf(Field.SUBJECT, Op.IN, ("nothing",)),
    Not(Leaf(Field.SUBJECT, Op.IN, ("most",))),
]


@pytest.mark.parametrize("where", WHERES, ids=str)
@pytest.mark.parametrize("k", [0, 1, 10, 300, 1000])
def test_no_answer_is_ever_short(large: Uploaded, where: Filter | None, k: int) -> None:
    matching = len(set(large.numbers[passing(large, where)[large.numbers]].tolist()))

    found, plan = large.index.search(QUERY, where, k)

    assert len(set(found.numbers.tolist())) == min(k, matching)
    assert plan.strategy is Strategy.QDRANT
    assert plan.rows_matching == matching
    assert (np.diff(found.scores) <= 0).all()
    explained = large.index.explain(where, k)
    assert (explained.strategy, explained.rows_matching) == (plan.strategy, matching)


@pytest.mark.parametrize("where", WHERES, ids=str)
def test_exact_search_of_many_vectors_is_brute_force(large: Uploaded, where: Filter | None) -> None:
    best = expected(large, where, 50)

    found, plan = large.index.search(QUERY, where, 50, recall=EXACT)

    assert found.numbers.tolist() == [number for number, _ in best]
    assert found.scores == pytest.approx([score for _, score in best], abs=1e-6)
    assert plan.recall.kind is RecallKind.EXACT
    assert large.index.explain(where, 50, recall=EXACT) == plan


def test_the_graph_finds_nearly_all_and_says_that_it_may_not(large: Uploaded) -> None:
    queries = text_like_queries(large.vectors, 20, np.random.default_rng(8))
    found = 0
    for query in queries:
        graph, plan = large.index.search(query[None], None, 10, recall=0.95)
        exact, _ = large.index.search(query[None], None, 10, recall=EXACT)
        found += int((graph.scores >= exact.scores[-1] - 1e-6).sum())

    assert (plan.recall.kind, plan.recall.target) == (RecallKind.CALIBRATED, 0.95)
    assert found / 200 >= 0.95


def test_searches_in_many_threads_agree(large: Uploaded) -> None:
    index: VectorIndex = large.index

    def search(where: Filter | None) -> list[int]:
        found, _ = index.search(QUERY, where, 10)
        return [int(number) for number in found.numbers]

    alone = [search(where) for where in WHERES]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(search, WHERES * 3))

    assert together == alone * 3


def test_duplicates_of_a_vector_stand_in_the_order_of_their_numbers(large: Uploaded) -> None:
    owners = sorted(set(large.numbers[100:140].tolist()))

    found, _ = large.index.search(large.vectors[100:101], None, 5)

    assert found.numbers.tolist() == owners[:5]


def test_an_artwork_gives_back_its_vectors(large: Uploaded) -> None:
    number = int(large.numbers[7])
    without = int(np.setdiff1d(np.arange(2_000), large.numbers)[0])

    vectors = large.index.vectors_of(number)

    assert vectors.tolist() == large.vectors[large.numbers == number].tolist()
    assert large.index.vectors_of(without).shape == (0, DIM)


def test_the_direction_of_an_artwork_is_that_of_all_its_vectors(large: Uploaded) -> None:
    without = int(np.setdiff1d(np.arange(2_000), large.numbers)[0])
    numbers = np.array([large.numbers[7], without, large.numbers[0]], np.int32)

    directions = large.index.directions_of(numbers)

    for number, direction in zip(numbers.tolist(), directions, strict=True):
        total = large.vectors[large.numbers == number].sum(axis=0)
        assert direction == pytest.approx(total / (np.linalg.norm(total) or 1), abs=1e-6)
    assert large.index.directions_of(np.empty(0, np.int32)).shape == (0, DIM)


def test_a_withdrawn_artwork_is_no_longer_found_nor_counted(messy: Uploaded) -> None:
    before, plan = messy.index.search(QUERY, None, 10)

    messy.index.withdraw(before.numbers[:2])
    after, fewer = messy.index.search(QUERY, None, 8)
    messy.index.withdraw(np.empty(0, np.int32))

    assert after.numbers.tolist() == before.numbers[2:].tolist()
    assert fewer.rows_matching == plan.rows_matching - 2
    assert messy.index.search(QUERY, None, 10)[0].numbers.tolist() == before.numbers.tolist()


def test_a_query_of_another_dimension_is_refused(messy: Uploaded) -> None:
    with pytest.raises(ValueError, match=r"\(1, 8\)"):
        messy.index.search(np.zeros((1, 4), np.float32), None, 10)
