import json
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from core.records import IngestRun, WorkState
from ingest.report import report_json, report_text, took_nothing

RUN = IngestRun(
    id="r1",
    source="tate",
    fingerprint="f",
    state=WorkState.SUCCEEDED,
    started_at=datetime(2026, 11, 1, 12, 0, 0, tzinfo=UTC),
    finished_at=datetime(2026, 11, 1, 12, 0, 2, tzinfo=UTC),
    position=1110,
    created=1000,
    changed=5,
    unchanged=100,
    quarantined=5,
    pictures_stored=7,
    pictures_failed=1,
    faults=("row 3: no id", "row 4: no id", "row 5: no id"),
)


def test_a_report_is_a_few_lines_that_add_up() -> None:
    assert report_text(RUN, shown_faults=2).splitlines() == [
        "tate: succeeded after 2.0 s",
        "  rows      1,110 read = 1,000 created + 5 changed + 100 unchanged + 5 set aside "
        "+ 0 duplicates",
        "  pictures  7 stored, 0 unchanged, 1 could not be read",
        "  row 3: no id",
        "  row 4: no id",
        "  … and 1 more",
    ]


def test_a_run_without_pictures_or_an_end_says_so_by_silence() -> None:
    running = replace(
        RUN,
        state=WorkState.RUNNING,
        finished_at=None,
        pictures_stored=0,
        pictures_failed=0,
        faults=(),
    )

    assert report_text(running).splitlines() == [
        "tate: running",
        "  rows      1,110 read = 1,000 created + 5 changed + 100 unchanged + 5 set aside "
        "+ 0 duplicates",
    ]
    assert report_json(running)["duration_s"] is None


def test_a_failed_run_ends_with_its_error() -> None:
    failed = replace(RUN, state=WorkState.FAILED, error="StorageError: disk full", faults=())

    assert report_text(failed).splitlines()[-1] == "  error     StorageError: disk full"


def test_a_run_that_took_nothing_says_so_first() -> None:
    nothing = replace(RUN, position=3, created=0, changed=0, unchanged=0, quarantined=3)

    assert [took_nothing(run) for run in (RUN, nothing)] == [False, True]
    assert report_text(nothing).splitlines()[:2] == [
        "tate: nothing was taken: every row was set aside; finished after 2.0 s",
        "  rows      3 read = 0 created + 0 changed + 0 unchanged + 3 set aside + 0 duplicates",
    ]


def test_a_run_that_found_all_as_it_was_took_something() -> None:
    assert not took_nothing(replace(RUN, created=0, changed=0))


@given(*[st.integers(0, 10**6)] * 4)
def test_the_json_adds_up(created: int, changed: int, unchanged: int, quarantined: int) -> None:
    position = created + changed + unchanged + quarantined
    run = replace(
        RUN, position=position, created=created, changed=changed, unchanged=unchanged,
        quarantined=quarantined,
    )  # fmt: skip

    report = json.loads(json.dumps(report_json(run)))

    assert report["rows"].pop("read") == sum(report["rows"].values())
    assert report["duration_s"] == 2.0
