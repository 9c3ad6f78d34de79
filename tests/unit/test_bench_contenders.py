import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bench.ann.dataset import (
    CALIBRATION,
    QUERIES,
    ROWS,
    WORKS,
    Dataset,
    Predicate,
    write_filters,
)
from bench.ann.levels import LEVEL_NAMES, UNFILTERED
from bench.ann.options import Options
from bench.ann.questions import Question, prepare_truth, questions
from bench.ann.rounds import Plan, Runner, judge_rounds, run_rounds, timing
from bench.ann.tuning import trial
from bench.ann.works import Work, write_works
from bench.contenders.base import Contender, Ids, Traits, Vector
from bench.contenders.registry import CONTENDERS
from core.progress import Progress, SilentProgress
from tests.indexes import unit

SIZE, DIM, ASKED, K = 1000, 16, 16, 10


def works() -> Iterator[Work]:
    words = ("oil on canvas", "ink on paper", "bronze")
    for i in range(SIZE):
        yield Work(f"Work {i}", (f"Artist {i % 9}",), 1800 + i // 5, 1801 + i // 5, words[i % 3])


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    folder = tmp_path_factory.mktemp("data")
    draw = np.random.default_rng(5)
    rows = unit(draw.standard_normal((SIZE, DIM)))
    rows[SIZE // 2 :] = rows[: SIZE // 2]  # every row twice: the last hit has a tie
    np.save(folder / ROWS, rows)
    np.save(folder / QUERIES, unit(draw.standard_normal((ASKED, DIM))))
    np.save(folder / CALIBRATION, unit(draw.standard_normal((32, DIM))))
    write_works(folder / WORKS, works())
    card = {"name": "tiny", "set": "tiny", "key": "k", "n": SIZE, "filters": "f"}
    write_filters(folder, card, None)
    data = Dataset(folder)
    prepare_truth(data, ASKED, K, SilentProgress())
    return data


@pytest.fixture(scope="module", params=sorted(CONTENDERS))
def contender(
    request: pytest.FixtureRequest, data: Dataset, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Contender]:
    made = CONTENDERS[request.param](data, tmp_path_factory.mktemp(request.param))
    if remedy := made.remedy():
        pytest.skip(remedy)
    made.build(SilentProgress())
    made.open(1)
    yield made
    made.close()
    shutil.rmtree(made.folder)


def asked(data: Dataset, level: str) -> tuple[Question, ...]:
    return questions(data, level, ASKED, K)


@pytest.mark.filterwarnings("ignore")  # of the engines
@pytest.mark.parametrize("level", LEVEL_NAMES)
def test_a_contender_at_its_last_setting_finds_nearly_all_and_nothing_forbidden(
    contender: Contender, data: Dataset, level: str
) -> None:
    if level != UNFILTERED and not contender.traits.takes_filters:
        pytest.skip("takes no filter")

    found = trial(
        contender, asked(data, level), data.rows, k=K, knob=contender.knobs()[-1], budget_s=9
    ).summary

    assert found.violations == 0
    if contender.traits.name != "hnswlib" or level in (UNFILTERED, "57%"):
        # hnswlib answers nothing where it meets fewer than k rows that pass.
        # Threads build some of the graphs, never twice the same: one neighbour may be lost.
        assert (found.recall > 0.95, found.short) == (True, 0)


def test_a_contender_that_is_not_installed_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)

    assert CONTENDERS["hnswlib"].remedy() == (
        "hnswlib is not installed: pip install -e '.[bench-ann]'"
    )


def test_truth_is_what_brute_force_finds_in_each_level(data: Dataset) -> None:
    for level in LEVEL_NAMES:
        for question in asked(data, level):
            scores = data.rows.astype(np.float64) @ question.query.astype(np.float64)
            if question.where:
                scores = scores[question.where.mask]
            best = np.sort(scores)[::-1][:K]

            assert question.truth.wanted == len(best)
            assert question.truth.kth_score == pytest.approx(best[-1], abs=1e-12)


class Scripted(Contender):
    """Answers exactly, and writes down when it was asked."""

    traits = Traits("scripted", "numpy", "numpy", knob="none", filter_cost="none")
    log: list[str]
    label: str

    def build(self, progress: Progress) -> None:
        """Nothing to build."""

    def open(self, threads: int) -> None:
        """Nothing to open."""

    def knobs(self) -> tuple[float, ...]:
        return (1.0,)

    def search(self, query: Vector, where: Predicate | None, k: int, *, knob: float) -> Ids:
        del knob
        self.log.append(self.label)
        scores = self.data.rows @ query
        if where:
            scores = np.where(where.mask, scores, -np.inf)
        return np.argsort(-scores)[: min(k, int(np.isfinite(scores).sum()))]


def scripted(data: Dataset, label: str, log: list[str]) -> Runner:
    contender = Scripted(data, Path())
    contender.label, contender.log = label, log
    return Runner(contender, 1.0)


def test_contenders_take_turns_slice_by_slice_in_changing_orders(
    data: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bench.ann.rounds.SLICE", 8)
    log: list[str] = []
    runners = [scripted(data, "a", log), scripted(data, "b", log)]

    run_rounds(runners, asked(data, "10%"), Plan(K, rounds=2, threads=1, budget_s=60))

    warm, slices = log[:2], ["".join(log[i : i + 8]) for i in range(2, len(log), 8)]
    assert warm == ["a", "b"]
    assert all(len(set(s)) == 1 for s in slices)
    turns = [{first[0], second[0]} for first, second in zip(slices[::2], slices[1::2], strict=True)]
    assert turns == [{"a", "b"}] * 4
    assert {first[0] for first in slices[::2]} == {"a", "b"}


@pytest.mark.parametrize("threads", [1, 2])
def test_what_was_timed_is_what_is_judged(data: Dataset, threads: int) -> None:
    runner = scripted(data, "a", [])

    run_rounds([runner], asked(data, "1%"), Plan(K, rounds=3, threads=threads, budget_s=60))

    assert timing(runner)["timed"] == 3 * ASKED
    found = judge_rounds(runner, asked(data, "1%"), data.rows)
    assert (found.recall, found.short, found.violations, found.questions) == (1.0, 0, 0, ASKED)


def test_a_slow_contender_is_asked_fewer_questions(data: Dataset) -> None:
    runner = scripted(data, "a", [])

    run_rounds([runner], asked(data, "none"), Plan(K, rounds=3, threads=1, budget_s=1e-9))

    assert timing(runner)["timed"] == 3  # one in each round


def test_every_contender_of_the_options_is_known() -> None:
    for dataset in Options().datasets:
        assert set(Options().contenders_of(dataset, tuple(CONTENDERS))) <= set(CONTENDERS)
