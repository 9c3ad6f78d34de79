"""Every way of searching a space against brute force: ids, scores, ties, and never short."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import faiss
import numpy as np
import pytest

from core.filters import Field, Filter, Leaf, Not, Op
from core.progress import SilentProgress
from core.queries import EXACT, Strategy
from core.types import Artwork, Matrix
from index.calibrate import TARGET, text_like_queries
from index.column_builder import ColumnBuilder
from index.columns import Columns
from index.space_files import open_space, write_space
from tests.indexes import brute_force, rows_of, unit

DIM = 16


SHARES = {"most": 0.9, "many": 0.3, "some": 0.04, "few": 0.002}  # of the artworks, by subject


class Large:
    """An index with cells: 4,000 artworks, of which some have no vector and some have three."""

    artworks = 4_000

    def __init__(self, folder: Path) -> None:
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
        self.card = write_space(folder, rows, self.artworks, progress=SilentProgress())
        self.index = open_space(folder, self.card, self.columns, artworks=self.artworks)
        self.queries = text_like_queries(self.vectors, 30, rng)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Large:
    return Large(tmp_path_factory.mktemp("space") / "large")


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
def test_exact_search_of_many_vectors_is_brute_force(large: Large, where: Filter | None) -> None:
    mask = large.columns.select(where).mask

    for query in large.queries[:5]:
        expected = brute_force(large.vectors, large.numbers, query[None], mask=mask, k=50)
        found, plan = large.index.search(query[None], where, 50, recall=EXACT)

        assert plan.strategy in (Strategy.GATHER, Strategy.SCAN)
        assert found.scores == pytest.approx([score for _, score in expected], abs=1e-6)
        assert set(found.numbers[:40].tolist()) <= {number for number, _ in expected}


def test_cells_are_used_where_many_match_and_give_the_scores_of_exact_search(large: Large) -> None:
    for where in WHERES[:3]:
        found, plan = large.index.search(large.queries[:1], where, 10)
        exact, _ = large.index.search(large.queries[:1], where, large.artworks, recall=EXACT)

        scores = dict(zip(exact.numbers.tolist(), exact.scores.tolist(), strict=True))
        assert plan.strategy is Strategy.IVF
        assert plan.nprobe is not None
        assert plan.rows_scored < len(large.numbers)
        assert found.scores.tolist() == [scores[n] for n in found.numbers.tolist()]
        assert (np.diff(found.scores) <= 0).all()


def test_cells_keep_the_recall_that_the_plan_states(large: Large) -> None:
    for where in WHERES[:3]:
        hits = 0
        for query in large.queries:
            found, plan = large.index.search(query[None], where, 10)
            exact, _ = large.index.search(query[None], where, 10, recall=EXACT)
            hits += int((found.scores >= exact.scores[-1]).sum())

        assert (plan.recall.kind, plan.recall.target) == ("calibrated", TARGET)
        assert plan.recall.measured is not None
        assert plan.recall.measured >= TARGET
        assert hits / (10 * len(large.queries)) >= TARGET - 0.05  # other queries than at build


def test_few_matching_artworks_are_gathered(large: Large) -> None:
    few = Leaf(Field.SUBJECT, Op.IN, ("few",))

    _, plan = large.index.search(large.queries[:1], few, 10)

    rows = int(large.columns.select(few).mask[large.numbers].sum())
    assert (plan.strategy, plan.rows_scored) == (Strategy.GATHER, rows)


def test_duplicates_of_a_vector_stand_in_the_order_of_their_numbers(large: Large) -> None:
    found, _ = large.index.search(large.vectors[100:101], None, 5)

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


def test_the_manifest_card_tells_how_the_space_is_indexed(large: Large) -> None:
    assert large.card["index"] == "IVF128,Flat"
    assert large.card["vectors"] == len(large.numbers)
    assert large.card["artworks"] == len(set(large.numbers.tolist()))
    assert large.index.memory_bytes() > large.vectors.nbytes


def test_a_query_of_another_dimension_is_refused(large: Large) -> None:
    with pytest.raises(ValueError, match=r"\(1, 16\)"):
        large.index.search(np.zeros((1, 8), np.float32), None, 10)
