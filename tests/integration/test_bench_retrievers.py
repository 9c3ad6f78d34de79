"""The bench of retrievers, run small over the bundled sample."""

from pathlib import Path

from bench.record import Recorder, Row, read_rows
from bench.retrievers.cache import measure_hits, measure_together, measure_zipf
from bench.retrievers.common import open_home
from bench.retrievers.cost import measure_overhead


def _row(results: Path) -> Row:
    (row,) = read_rows(results / "retrievers.jsonl")
    return row


def test_the_machinery_is_told_apart_from_the_engine(sample_home: Path, tmp_path: Path) -> None:
    measure_overhead(open_home(sample_home, cache_mb=0), Recorder("retrievers", tmp_path), rounds=1)

    row = _row(tmp_path)

    assert (row["stages"], row["searches"]) == (4, 20)
    assert row["whole_p50_ms"] > row["own_p50_ms"] > 0
    assert row["whole_p50_ms"] > row["overhead_p50_ms"]
    assert row["bare_engine_p50_ms"] > 0


def test_what_was_asked_before_is_a_hit(sample_home: Path, tmp_path: Path) -> None:
    measure_hits(open_home(sample_home), Recorder("retrievers", tmp_path), rounds=1)

    assert _row(tmp_path)["hits"] == 20


def test_all_but_the_first_of_each_request_hit(sample_home: Path, tmp_path: Path) -> None:
    services = open_home(sample_home)

    measure_zipf(services, Recorder("retrievers", tmp_path), draws=40, distinct=5)
    row = _row(tmp_path)

    assert row["hit_ratio"] == row["best_possible"] == 1 - row["distinct_drawn"] / 40
    assert row["results_kept"] == row["distinct_drawn"] + 1  # and the one that loaded the models
    assert 0 < row["results_mb"] < row["results_limit_mb"]


def test_a_hundred_equal_requests_are_computed_once(sample_home: Path, tmp_path: Path) -> None:
    measure_together(open_home(sample_home), Recorder("retrievers", tmp_path))

    row = _row(tmp_path)

    assert (row["requests"], row["computations"]) == (100, 1)
    assert row["coalesced"] + row["hits"] == 99
