"""The ledger of runs: every row has its place, whatever a source yields and wherever it stops."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from core.errors import NotFoundError
from core.ports import SourceItem
from core.records import IngestRun, LineChoice, LineKind, Note, NumberedLine, RunLine, WorkState
from core.types import Artwork, Image, Rights, RightsStatus
from ingest.options import IngestOptions
from search.ledger_lines import csv_lines
from tests.ingesting import Home
from tests.listed import Listed

ALLOW = IngestOptions(allow_gone=True)
RULES = ("no-id", "year-reversed", "Not a Slug!", "")


notes = st.one_of(
    st.text(max_size=8),
    st.builds(Note, st.sampled_from(RULES), st.text(max_size=8), row=st.none() | st.integers(1, 9)),
)
images = st.builds(
    Image,
    path=st.sampled_from([None, "red", "gone", "damaged"]),
    url=st.sampled_from([None, "https://a.org/1.jpg"]),
    rights=st.builds(Rights, st.sampled_from(RightsStatus)),
)
artworks = st.builds(
    Artwork,
    id=st.sampled_from([f"m:{i}" for i in range(6)]),
    title=st.sampled_from(["Sea", "Sky"]),
    images=st.lists(images, max_size=2).map(tuple),
)
items = st.lists(
    st.builds(
        SourceItem,
        st.none() | artworks,
        st.integers(1, 20),
        notes,
        st.lists(notes, max_size=2).map(tuple),
        st.booleans(),
        st.none() | st.text(max_size=5).filter(lambda text: text.isprintable()),
    ),
    max_size=12,
)
quick = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def home(tmp_path: Path, database: Engine) -> Home:
    return Home(database, tmp_path / "blobs")


def ledger(home: Home, run: IngestRun) -> list[RunLine]:
    return [one.line for one in home.runs.lines(run.id, limit=10_000)]


@quick
@given(items)
def test_counts_add_up_whatever_the_source_yields(home: Home, given: list[SourceItem]) -> None:
    run = home.ingest(Listed(given), batch_size=5, options=replace(ALLOW, force=True))

    lines = ledger(home, run)
    kinds = Counter(line.kind for line in lines)
    assert run.position == len(given) == run.kept + run.quarantined + run.duplicates
    assert kinds[LineKind.QUARANTINED] == run.quarantined
    assert kinds[LineKind.DUPLICATE] == run.duplicates
    assert kinds[LineKind.PICTURE] == run.pictures_failed
    assert (kinds[LineKind.GONE], kinds[LineKind.RETURNED]) == (run.gone, run.returned)
    assert run.corrected <= min(kinds[LineKind.CORRECTED], run.kept)
    assert run.rules == {
        kind: dict(Counter(line.rule for line in lines if line.kind == kind)) for kind in kinds
    }
    kept = {line.artwork for line in lines if line.artwork}
    assert kept <= {item.artwork.id for item in given if item.artwork} | set(home.catalogue.gone())
    assert home.catalogue.ids() == home.catalogue.ids_of("m")
    assert len(home.catalogue.ids()) >= run.kept
    assert sum(one.count for one in run.rights if one.of == "data") == run.kept


@quick
@given(items, st.integers(0, 11))
def test_a_run_that_was_stopped_ends_with_the_ledger_of_one_that_was_not(
    fresh: "Fresh",
    given: list[SourceItem],
    stop: int,
) -> None:
    whole, stopped = fresh(), fresh()
    expected = whole.ingest(Listed(given), batch_size=2)
    if stop < len(given):
        with pytest.raises(KeyboardInterrupt):
            stopped.ingest(Listed(given, stop_after=stop), batch_size=2)

    run = stopped.ingest(Listed(given), batch_size=2)

    assert timeless(run) == timeless(expected)
    assert ledger(stopped, run) == ledger(whole, expected)
    assert stopped.artworks() == whole.artworks()


def timeless(run: IngestRun) -> IngestRun:
    return replace(run, id="", started_at=datetime(2026, 1, 1, tzinfo=UTC), finished_at=None)


class Fresh:
    """Opens installations with nothing in them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def __call__(self) -> Home:
        from db.session import migrate, open_database

        self._count += 1
        home = self._folder / str(self._count)
        engine = open_database(f"sqlite:///{home / 'vasari.db'}")
        migrate(engine)
        return Home(engine, home / "blobs")


@pytest.fixture
def fresh(tmp_path: Path) -> Fresh:
    return Fresh(tmp_path)


def works(*titles: str) -> list[SourceItem]:
    return [SourceItem(Artwork(f"m:{i}", title), i) for i, title in enumerate(titles, 1)]


def test_a_line_says_rule_table_row_reason_and_the_row_itself(home: Home) -> None:
    orphan = Note("orphan-image", "it shows no object", "published_images", 17)
    source = Listed([*works("Sea"), SourceItem(None, 2, orphan, raw='{"uuid": "a"}')])

    run = home.ingest(source)

    assert ledger(home, run) == [
        RunLine(
            LineKind.QUARANTINED,
            "orphan-image",
            "it shows no object",
            "published_images",
            17,
            None,
            '{"uuid": "a"}',
        )
    ]
    assert run.faults == ("published_images, row 17: it shows no object",)


def test_lines_are_chosen_and_paged(home: Home) -> None:
    bad = [SourceItem(None, i, Note("no-id", "no id")) for i in range(1, 6)]
    noted = [SourceItem(Artwork("m:1"), 6, notes=(Note("year-reversed", "1900 to 1800"),))]
    run = home.ingest(Listed([*bad, *noted]))
    choice = LineChoice(LineKind.QUARANTINED, "no-id")

    first = home.runs.lines(run.id, choice, limit=3)
    rest = home.runs.lines(run.id, choice, after=first[-1].number, limit=3)

    assert rows(first) + rows(rest) == [1, 2, 3, 4, 5]
    assert rows(home.runs.lines(run.id, LineChoice(LineKind.CORRECTED))) == [6]
    assert home.runs.lines(run.id, LineChoice(rule="other")) == []


def rows(lines: Sequence[NumberedLine]) -> list[int | None]:
    return [one.line.row for one in lines]


def test_the_csv_has_every_line_and_runs_no_formula(home: Home) -> None:
    run = home.ingest(Listed([SourceItem(None, 1, Note("no-id", "=1+1"), raw='a,"b"\n')]))

    header, line, more = "".join(csv_lines(home.runs, run.id)).splitlines()

    assert header == "number,kind,rule,table,row,artwork,reason,raw"
    assert line.endswith(''',quarantined,no-id,,1,,'=1+1,"a,""b""''')
    assert more == '"'


def test_a_run_is_compared_with_the_last_that_read_its_source(home: Home) -> None:
    first = home.ingest(Listed(works("Sea", "Sky")))
    home.ingest(Listed(works("Sea", "Sky")))  # reads nothing

    second = home.ingest(Listed(works("Sea", "Sky", "Sun")))

    assert home.runs.before(second) == first
    assert home.runs.before(first) is None
    assert home.runs.get(second.id) == second
    with pytest.raises(NotFoundError):
        home.runs.get("none")


def test_data_that_was_read_is_not_read_again(home: Home) -> None:
    source = Listed(works("Sea", "Sky"))
    first = home.ingest(source)

    source.stop_after = 0  # reading would be found out
    again = home.ingest(source)

    assert (again.state, again.position, again.no_op_of) == (WorkState.SUCCEEDED, 0, first.id)
    assert home.ingest(source).no_op_of == first.id
    source.stop_after = None
    assert home.ingest(source, options=IngestOptions(force=True)).unchanged == 2


def test_data_is_read_again_after_a_run_over_other_data_was_stopped(home: Home) -> None:
    first, other = works("Sea", "Sky"), works("Sea", "Sun", "Moon")
    home.ingest(Listed(first))
    with pytest.raises(KeyboardInterrupt):
        home.ingest(Listed(other, stop_after=2), batch_size=1)

    run = home.ingest(Listed(first))

    assert (run.no_op_of, run.changed, run.unchanged) == (None, 1, 1)
    assert [artwork.title for artwork in home.artworks()] == ["Sea", "Sky"]
