import json
from dataclasses import replace
from pathlib import Path

import pytest

from bench.ann.options import Options, options_from_json, quick
from bench.ann.results import FAILED, last_run, missing_cells, of_machine, of_run
from bench.ann.run import check
from bench.record import Row, read_rows
from core.errors import InputError

OPTIONS = Options(levels=("none", "1%"))
BUILDS = {"vasari": "v1", "faiss-flat": "f1"}


def cell(contender: str, level: str, build: str, run: str = "r") -> Row:
    return {
        "measure": "cell", "run_id": run, "dataset": "tate", "dataset_key": "t1",
        "contender": contender, "build_key": build, "selectivity": level, "threads": 1,
        "k": 10, "target_recall": 0.99, "queries": 200, "rounds": 3, "p50_ms": 1.0,
    }  # fmt: skip


def missing(rows: list[Row], options: Options = OPTIONS, threads: int = 1) -> dict[str, list[str]]:
    return missing_cells(rows, options, dataset=("tate", "t1"), builds=BUILDS, threads=threads)


def test_nothing_measured_is_everything_missing() -> None:
    assert missing([]) == {"none": ["vasari", "faiss-flat"], "1%": ["vasari", "faiss-flat"]}


def test_a_run_goes_on_by_contender_and_cell() -> None:
    rows = [cell("vasari", "none", "v1"), cell("faiss-flat", "none", "f1")]

    assert missing([*rows, cell("vasari", "1%", "v1")]) == {"1%": ["faiss-flat"]}


def test_a_new_build_is_measured_again() -> None:
    rows = [cell("vasari", "none", "v0"), cell("faiss-flat", "none", "f1")]

    assert missing(rows)["none"] == ["vasari"]


def test_other_queries_or_threads_are_another_cell() -> None:
    rows = [cell(name, level, key) for name, key in BUILDS.items() for level in OPTIONS.levels]

    assert missing(rows) == {}
    assert missing(rows, threads=2)["none"] == ["vasari", "faiss-flat"]
    assert missing(rows, replace(OPTIONS, queries=50))["none"] == ["vasari", "faiss-flat"]


def test_a_contender_that_failed_is_asked_again() -> None:
    failed = {**cell("vasari", "none", "v1"), "skipped": FAILED}

    assert "vasari" in missing([failed, cell("faiss-flat", "none", "f1")])["none"]


def test_of_what_was_measured_twice_in_a_run_the_later_stands() -> None:
    first, later = cell("vasari", "none", "v0"), cell("vasari", "none", "v1")
    other = cell("vasari", "none", "v9", run="another")

    assert of_run([first, later, other], "r") == [later]
    assert last_run([first, later, other]) == "another"


def test_the_rows_of_another_machine_are_not_gone_on_with() -> None:
    row = {**cell("vasari", "none", "v1"), "machine": {"cpu": "another"}}

    assert of_machine([row]) == []


def test_a_line_that_a_kill_cut_short_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "ann.jsonl"
    path.write_text(json.dumps({"a": 1}) + '\n{"b": ')

    assert read_rows(path) == [{"a": 1}]


def test_options_survive_the_way_to_another_process() -> None:
    options = Options(datasets=("tate",), threads=(1,), rows=5000)

    assert options_from_json(options.to_json()) == options


def test_cut_and_quick_runs_are_kept_apart_from_the_results() -> None:
    whole = Options()

    assert replace(whole, rows=5000).results == quick(whole).results != whole.results


def test_the_million_is_measured_with_the_contenders_that_can_be_built_for_it() -> None:
    known = ("vasari", "vasari-exact", "faiss-flat", "faiss-ivfflat", "qdrant-edge", "hnswlib")

    assert "hnswlib" in Options().contenders_of("tate", known)
    assert "qdrant-edge" not in Options().contenders_of("synthetic-1m", known)


@pytest.mark.parametrize(
    ("options", "field"),
    [
        (Options(contenders=("faiss",)), "contender"),
        (Options(levels=("5%",)), "level"),
        (Options(datasets=("nga",)), "dataset"),
    ],
)
def test_a_name_that_nothing_has_is_refused_before_anything_is_built(
    options: Options, field: str
) -> None:
    with pytest.raises(InputError) as refused:
        check(options)

    assert refused.value.field == field
