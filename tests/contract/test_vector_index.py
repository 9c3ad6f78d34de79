"""Every way of searching a space against brute force: ids, scores, ties, and never short."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import faiss
import numpy as np
import pytest

from core.filters import Field, Filter, Leaf, Not, Op
from core.progress import SilentProgress
from core.queries import DEFAULT_RECALL, EXACT, RecallKind, Strategy
from core.types import Artwork, Matrix
from index.columns.column_builder import ColumnBuilder
from index.columns.columns import Columns
from index.vectors.calibrate import text_like_queries
from index.vectors.index_files import Options
from index.vectors.space_files import open_space, write_space
from index.vectors.spec import parse_spec
from tests.indexes import brute_force, rows_of, unit

DIM = 16


SHARES = {"most": 0.9, "many": 0.3, "some": 0.04, "few": 0.002}  # of the artworks, by subject


class Large:
    """An index of 4,000 artworks, of which some have no vector and some have three."""

    artworks = 4_000

    def __init__(self, folder: Path, spec: str) -> None:
        self.spec = spec
        rng = np.random.default_rng(5)
        counts = rng.choice([0, 1, 2, 3], self.artworks, p=[0.1, 0.4, 0.3, 0.2])
        self.numbers = np.repeat(np.arange(self.artworks), counts).astype(np.int32)
        centres = rng.standard_normal((80, DIM))
        near = centres[rng.integers(0, 80, len(self.numbers))]
        self.vectors = unit(near + 0.5 * rng.standard_normal((len(self.numbers), DIM)))
        self.vectors[100:140] = self.vectors[100]  # duplicates
        builder = ColumnBuilder()
        draws = rng.random((self.artworks, len(SHARES)))
        for i in range(self.artworks):
            chosen = [s for s, draw in zip(SHARES, draws[i], strict=True) if draw < SHARES[s]]
            builder.add(Artwork(f"t:{i:05}", subjects=tuple(chosen)))
        self.columns = Columns(builder.build())
        rows = rows_of(self.vectors, self.numbers)
        options = Options(parse_spec(spec))
        self.card = write_space(
            folder, rows, self.artworks, progress=SilentProgress(), options=options
        )
        self.index = open_space(folder, self.card, self.columns, artworks=self.artworks)
        self.queries = text_like_queries(self.vectors, 30, rng)


@pytest.fixture(scope="module", params=["auto", "IVF64,Flat", "HNSW16", "exact"])
def large(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Large:
    return Large(tmp_path_factory.mktemp("space") / "large", request.param)


WHERES: list[Filter | None] = [
    None,
    *(Leaf(Field.SUBJECT, Op.IN, (subject,)) for subject in SHARES),
    Not(Leaf(Field.SUBJECT, Op.IN, ("most",))),
    Leaf(Field.SUBJECT, Op.IN, ("nothing",)),
]


@pytest.mark.parametrize("where", WHERES, ids=str)
@pytest.mark.parametrize("k", [1, 10, 300, 1000])
def test_no_answer_is_ever_short(large: Large, where: Filter | None, k: int) -> None:
    with_vectors = np.zeros(large.artworks, np.bool_)
    with_vectors[large.numbers] = True
    matching = int((large.columns.select(where).mask & with_vectors).sum())

    for query in large.queries[:10]:
        found, plan = large.index.search(query[None], where, k)

        assert len(set(found.numbers.tolist())) == min(k, matching)
        assert plan.rows_matching == matching


@pytest.mark.parametrize("where", WHERES, ids=str)
@pytest.mark.parametrize("recall", [0.9, EXACT])
def test_no_answer_is_short_and_none_shows_what_is_withdrawn(
    large: Large, where: Filter | None, recall: float
) -> None:
    query = large.queries[:1]
    nearest, _ = large.index.search(query, where, 300, recall=EXACT)
    large.columns.withdraw(nearest.numbers[::2])
    try:
        mask = large.columns.select(where).mask.copy()
        found, plan = large.index.search(query, where, 200, recall=recall)
    finally:
        large.columns.withdraw(np.zeros(0, np.int32))

    expected = brute_force(large.vectors, large.numbers, query, mask=mask, k=200)
    assert len(found.numbers) == len(expected)
    assert not set(found.numbers.tolist()) & set(nearest.numbers[::2].tolist())
    if plan.recall.kind is not RecallKind.CALIBRATED:
        assert found.scores == pytest.approx([score for _, score in expected], abs=1e-6)


@pytest.mark.parametrize("where", WHERES, ids=str)
def test_exact_search_of_many_vectors_is_brute_force(large: Large, where: Filter | None) -> None:
    mask = large.columns.select(where).mask

    for query in large.queries[:5]:
        expected = brute_force(large.vectors, large.numbers, query[None], mask=mask, k=50)
        found, plan = large.index.search(query[None], where, 50, recall=EXACT)

        assert plan.strategy in (Strategy.GATHER, Strategy.SCAN)
        assert found.scores == pytest.approx([score for _, score in expected], abs=1e-6)
        assert set(found.numbers[:40].tolist()) <= {number for number, _ in expected}


def test_an_approximate_answer_has_the_scores_of_exact_search(large: Large) -> None:
    for where in WHERES[:3]:
        found, plan = large.index.search(large.queries[:1], where, 10)
        exact, _ = large.index.search(large.queries[:1], where, large.artworks, recall=EXACT)

        scores = dict(zip(exact.numbers.tolist(), exact.scores.tolist(), strict=True))
        assert found.scores.tolist() == [scores[n] for n in found.numbers.tolist()]
        assert (np.diff(found.scores) <= 0).all()
        assert 0 < plan.rows_scored <= len(large.numbers)


def test_an_answer_keeps_the_recall_that_its_plan_states(large: Large) -> None:
    for where in WHERES[:3]:
        hits = 0
        for query in large.queries:
            found, plan = large.index.search(query[None], where, 10)
            exact, _ = large.index.search(query[None], where, 10, recall=EXACT)
            hits += int((found.scores >= exact.scores[-1]).sum())
            if plan.recall.kind is RecallKind.CALIBRATED:
                assert plan.recall.target == DEFAULT_RECALL
                assert (plan.recall.measured or 0) >= DEFAULT_RECALL

        # Other queries than at build.
        assert hits / (10 * len(large.queries)) >= DEFAULT_RECALL - 0.05


def test_few_matching_artworks_are_gathered(large: Large) -> None:
    few = Leaf(Field.SUBJECT, Op.IN, ("few",))

    _, plan = large.index.search(large.queries[:1], few, 10)

    rows = int(large.columns.select(few).mask[large.numbers].sum())
    assert (plan.strategy, plan.rows_scored) == (Strategy.GATHER, rows)


def test_the_plan_says_what_each_way_was_expected_to_take(large: Large) -> None:
    _, plan = large.index.search(large.queries[:1], None, 10)

    ways = {"gather", "scan", "gather int8", "scan int8"}
    approximate = {"auto": "ivf", "IVF64,Flat": "ivf", "HNSW16": "hnsw"}
    named = {name for spec, name in approximate.items() if spec == large.spec}
    assert set(plan.estimates_ms) == ways | named


def test_duplicates_of_a_vector_stand_in_the_order_of_their_numbers(large: Large) -> None:
    found, _ = large.index.search(large.vectors[100:101], None, 5, recall=EXACT)

    owners = sorted(set(large.numbers[100:140].tolist()))
    assert found.numbers.tolist() == owners[:5]


def test_searches_in_many_threads_agree(large: Large) -> None:
    def search(query: Matrix) -> list[int]:
        found, _ = large.index.search(query[None], WHERES[1], 10)
        return [int(number) for number in found.numbers]

    alone = [search(query) for query in large.queries]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(search, large.queries))

    assert together == alone


def test_a_search_takes_one_thread_whoever_calls(large: Large) -> None:
    def threads_after_search() -> int:
        large.index.search(large.queries[:1], None, 10)
        return int(faiss.omp_get_max_threads())

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(threads_after_search).result() == 1


def test_an_artwork_gives_back_its_vectors(large: Large) -> None:
    number = int(large.numbers[7])

    vectors = large.index.vectors_of(number)

    assert vectors.tolist() == large.vectors[large.numbers == number].tolist()


def test_an_artwork_without_a_vector_gives_none(large: Large) -> None:
    without = int(np.setdiff1d(np.arange(large.artworks), large.numbers)[0])

    assert large.index.vectors_of(without).shape == (0, DIM)


def test_the_direction_of_an_artwork_is_that_of_all_its_vectors(large: Large) -> None:
    without = int(np.setdiff1d(np.arange(large.artworks), large.numbers)[0])
    numbers = np.array([large.numbers[7], without, large.numbers[0]], np.int32)

    directions = large.index.directions_of(numbers)

    for number, direction in zip(numbers.tolist(), directions, strict=True):
        total = large.vectors[large.numbers == number].sum(axis=0)
        assert direction == pytest.approx(total / (np.linalg.norm(total) or 1), abs=1e-6)


def test_the_manifest_card_tells_how_the_space_is_indexed(large: Large) -> None:
    names = {"auto": "IVF16,PQ8x4fs", "HNSW16": "HNSW16,SQ8", "exact": "Flat"}
    assert large.card["index"] == names.get(large.spec, large.spec)
    assert large.card["vectors"] == len(large.numbers)
    assert large.card["artworks"] == len(set(large.numbers.tolist()))
    assert large.index.memory_bytes() > large.vectors.nbytes


def test_a_query_of_another_dimension_is_refused(large: Large) -> None:
    with pytest.raises(ValueError, match=r"\(1, 16\)"):
        large.index.search(np.zeros((1, 8), np.float32), None, 10)


@pytest.mark.parametrize("where", WHERES, ids=str)
@pytest.mark.parametrize("k", [1, 10, 300, 1000])
@pytest.mark.parametrize("recall", [0.9, DEFAULT_RECALL, EXACT])
def test_a_search_goes_the_way_that_was_explained(
    large: Large, where: Filter | None, k: int, recall: float
) -> None:
    explained = large.index.explain(where, k, recall=recall)

    _, plan = large.index.search(large.queries[:1], where, k, recall=recall)

    assert explained.strategy is plan.strategy
    assert explained.rows_matching == plan.rows_matching
    assert explained.estimates_ms == plan.estimates_ms
    if plan.recall.kind is RecallKind.EXACT:
        assert explained.rows_scored == plan.rows_scored
