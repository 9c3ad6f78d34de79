"""Every exact way, and every proof, against brute force: ids, scores, ties, duplicates."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.progress import SilentProgress
from core.queries import RecallKind
from core.types import Artwork, Matrix
from index.vectors.approximate import Approximate
from index.vectors.cell_builder import TRAINED, fill_cells, train_cells
from index.vectors.cells import CellIndex, open_cells
from index.vectors.exact import ExactSearch
from index.vectors.index_files import IndexParts
from index.vectors.int8_rows import Int8Rows, open_int8_rows, write_int8_rows
from index.vectors.owners import Matching, Owners
from index.vectors.planner import Curve, Knowledge, Setting, Way
from index.vectors.ranking import best
from index.vectors.space_index import SpaceIndex, SpaceParts
from index.vectors.spec import IndexSpec, Kind
from tests.indexes import brute_force, columns_of, space_of, unit

DIM = 16


@st.composite
def rows_with_ties(draw: st.DrawFn) -> Matrix:
    """Draw rows whose products are exact in any order of adding; many are equal, or nearly."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    distinct = rng.integers(-32, 33, (draw(st.integers(1, 40)), DIM)) / 64
    rows = distinct[rng.integers(0, len(distinct), draw(st.integers(1, 400)))]
    nudged = rng.random(len(rows)) < draw(st.sampled_from([0.0, 0.3]))
    rows[nudged, 0] += 1 / 64
    return rows.astype(np.float32)


@st.composite
def matchings(draw: st.DrawFn, rows: int) -> NDArray[np.bool_]:
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return rng.random(rows) < draw(st.sampled_from([0.0, 0.02, 0.3, 0.9, 1.0]))


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rows")


def coded(vectors: Matrix, folder: Path) -> Int8Rows:
    return open_int8_rows(folder, write_int8_rows(vectors, folder, SilentProgress()))


@settings(max_examples=150)
@given(st.data(), rows_with_ties(), st.integers(1, 30), st.booleans())
def test_every_exact_way_is_brute_force(
    scratch: Path, data: st.DataObject, vectors: Matrix, k: int, by_mask: bool
) -> None:
    mask = data.draw(matchings(len(vectors)))
    query = vectors[data.draw(st.integers(0, len(vectors) - 1))][None] * 0.5
    numbers = np.arange(len(vectors), dtype=np.int32)
    exact = ExactSearch(vectors, coded(vectors, scratch))

    expected = brute_force(vectors, numbers, query, mask=mask, k=k)

    for way in exact.ways:
        given_as = {"mask": mask} if by_mask else {"rows": np.flatnonzero(mask)}
        within = Matching(len(vectors), int(mask.sum()), **given_as)
        scored = exact.run(way, query, within, min(k, within.count))
        found = best(scored.rows.astype(np.int32), scored.scores, k)
        assert list(zip(found.numbers.tolist(), found.scores.tolist(), strict=True)) == expected


def test_the_bound_leaves_few_of_many_rows(tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    vectors = unit(rng.standard_normal((20_000, 128)))
    rows = coded(vectors, tmp_path)

    candidates = rows.candidates_of_all(vectors[:1], None, 10)

    truth = np.argsort(-(vectors @ vectors[0]))[:10]
    assert set(truth.tolist()) <= set(candidates.tolist())
    assert len(candidates) < 200


def test_scans_that_are_run_together_find_what_each_would_alone(tmp_path: Path) -> None:
    vectors = unit(np.random.default_rng(8).standard_normal((20_000, 128)))
    rows = coded(vectors, tmp_path)
    alone = [rows.candidates_of_all(query[None], None, 10).tolist() for query in vectors[:40]]

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda q: rows.candidates_of_all(q[None], None, 10), vectors[:40]))

    assert [found.tolist() for found in together] == alone


def test_a_row_is_no_farther_from_its_code_than_is_kept(tmp_path: Path) -> None:
    vectors = unit(np.random.default_rng(2).standard_normal((500, DIM)))

    rows = coded(vectors, tmp_path)

    decoded = rows.codes.astype(np.float64) * rows.scales[:, None]
    assert np.linalg.norm(vectors - decoded, axis=1).max() == pytest.approx(rows.bounds.max_error)
    assert np.linalg.norm(decoded, axis=1).max() == pytest.approx(rows.bounds.max_length)


def test_a_row_of_zeros_has_a_code(tmp_path: Path) -> None:
    vectors = np.zeros((3, DIM), np.float32)
    vectors[1, 0] = 1

    rows = coded(vectors, tmp_path)

    assert rows.candidates(vectors[1:2], np.arange(3), 1).tolist() == [1]


class Clustered:
    """Tight clusters in cells, so that bounds prove something: as a bare index and a space."""

    def __init__(self, folder: Path, kind: Kind) -> None:
        rng = np.random.default_rng(11)
        centres = unit(rng.standard_normal((8, DIM)))
        near = centres[rng.integers(0, 8, 2_000)]
        self.vectors = unit(near + 0.02 * rng.standard_normal(near.shape))
        self.vectors[50:90] = self.vectors[50]
        self.numbers = np.arange(2_000, dtype=np.int32)
        spec = IndexSpec(kind, cells=8, parts=8 if kind is Kind.IVF_PQ else 0)
        train_cells(self.vectors, spec, folder / TRAINED, SilentProgress())
        fill_cells(self.vectors, folder / TRAINED, folder, SilentProgress())
        self.cells: CellIndex = open_cells(folder)

    def space(self, approximate: Approximate, *, effort: float, refine: int) -> SpaceIndex:
        dear = (Curve((1,), (100.0,)), Curve((1,), (100.0,)))
        setting = Setting(0.0, 1.0, k=1_000, effort=effort, refine=refine, recall=1.0, ms=0.1)
        knowledge = Knowledge({Way.GATHER: dear}, (setting,))
        index = IndexParts(knowledge, ExactSearch(self.vectors, None), approximate)
        owners = Owners(self.numbers, len(self.numbers))
        parts = SpaceParts(space_of(DIM), self.vectors, owners, index, 0)
        return SpaceIndex(parts, columns_of([Artwork("t:1")] * len(self.numbers)))


@pytest.fixture(scope="module", params=[Kind.IVF_FLAT, Kind.IVF_PQ])
def clustered(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Clustered:
    return Clustered(tmp_path_factory.mktemp("cells"), request.param)


@settings(max_examples=120)
@given(
    row=st.integers(0, 1_999),
    noise=st.sampled_from([0.0, 0.05, 0.5, 3.0]),
    seed=st.integers(0, 2**32),
    k=st.integers(1, 60),
    effort=st.sampled_from([0.05, 0.3, 1.0]),
    refine=st.sampled_from([60, 400, 2_000]),
)
def test_a_certified_answer_is_brute_force(
    clustered: Clustered,
    *,
    row: int,
    noise: float,
    seed: int,
    k: int,
    effort: float,
    refine: int,
) -> None:
    noises = noise * np.random.default_rng(seed).standard_normal((1, DIM))
    query = unit(clustered.vectors[row][None] + noises)
    space = clustered.space(clustered.cells, effort=effort, refine=refine)

    found, plan = space.search(query, None, k, recall=0.9)

    assert len(found.numbers) == k
    if plan.recall.kind is not RecallKind.CALIBRATED:
        exact, _ = space.search(query, None, k, recall=1)
        assert found.numbers.tolist() == exact.numbers.tolist()
        assert found.scores.tolist() == exact.scores.tolist()


def test_a_query_within_a_tight_cell_is_certified(clustered: Clustered) -> None:
    space = clustered.space(clustered.cells, effort=0.05, refine=2_000)

    found, plan = space.search(clustered.vectors[50:51], None, 10, recall=0.9)

    assert plan.recall.kind is RecallKind.CERTIFIED
    assert plan.rows_scored < len(clustered.vectors)
    assert found.numbers.tolist() == list(range(50, 60))


def test_a_query_between_the_cells_is_not_certified(clustered: Clustered) -> None:
    query = unit(clustered.vectors[:1] * 0 + np.random.default_rng(0).standard_normal((1, DIM)))
    space = clustered.space(clustered.cells, effort=0.05, refine=60)

    _, plan = space.search(query, None, 50, recall=0.9)

    assert plan.recall.kind is RecallKind.CALIBRATED


def test_an_index_that_visits_every_row_is_exact(clustered: Clustered) -> None:
    space = clustered.space(clustered.cells, effort=1.0, refine=2_000)

    _, plan = space.search(clustered.vectors[:1], None, 10, recall=0.9)

    assert plan.recall.kind is RecallKind.EXACT


def test_an_index_that_finds_too_little_is_not_believed(clustered: Clustered) -> None:
    space = clustered.space(clustered.cells, effort=0.001, refine=1_000)

    found, plan = space.search(clustered.vectors[:1], None, 1_000, recall=0.9)

    assert len(found.numbers) == 1_000
    assert (plan.strategy, plan.recall.kind) == ("gather", "exact")
