from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from core.blob_keys import picture_key, thumbnail_key
from core.errors import StorageError
from core.ledger import MAX_FAULTS
from core.records import IngestRun, WorkState
from ingest.mapping_file import parse_mapping
from ingest.sources.table import TableSource
from tests.ingesting import MAPPING, Home, table
from tests.pictures import encoded, left_red


@pytest.fixture
def home(tmp_path: Path, database: Engine) -> Home:
    return Home(database, tmp_path / "blobs")


def counts(run: IngestRun) -> tuple[int, int, int, int]:
    return run.created, run.changed, run.unchanged, run.quarantined


def pictures(run: IngestRun) -> tuple[int, int, int]:
    return run.pictures_stored, run.pictures_unchanged, run.pictures_failed


def test_a_table_becomes_the_catalogue_and_its_pictures(tmp_path: Path, home: Home) -> None:
    run = home.ingest(table(tmp_path, 12))

    assert (run.state, run.position, counts(run)) == (WorkState.SUCCEEDED, 12, (12, 0, 0, 0))
    assert pictures(run) == (3, 0, 0)
    sixth = home.catalogue.get("m:0005")
    (image,) = sixth.images
    assert (sixth.title, image.width, image.height) == ("Work 5", 45, 20)
    assert image.content_hash is not None
    assert home.blobs.get(picture_key(image.content_hash)) == encoded(left_red(45, 20))
    assert home.blobs.get(thumbnail_key(image.content_hash))[8:12] == b"WEBP"


def test_a_second_run_writes_nothing(tmp_path: Path, home: Home) -> None:
    source = table(tmp_path, 12)
    home.ingest(source)
    rows, files = home.rows(), home.files()

    run = home.ingest(source)

    assert counts(run) == (0, 0, 12, 0)
    assert pictures(run) == (0, 3, 0)
    assert (home.rows(), home.files()) == (rows, files)


def test_a_changed_row_is_the_only_one_written(tmp_path: Path, home: Home) -> None:
    home.ingest(table(tmp_path, 12))
    before = home.artworks()

    run = home.ingest(table(tmp_path, 12, row7={"title": "Changed"}))

    assert counts(run) == (0, 1, 11, 0)
    before[7] = replace(before[7], title="Changed")
    assert home.artworks() == before


@pytest.mark.parametrize(
    "damage",
    [b"", b"not a picture", encoded(left_red())[:60]],
    ids=["empty", "text", "cut off"],
)
def test_a_damaged_picture_does_not_lose_its_artwork(
    tmp_path: Path, home: Home, damage: bytes
) -> None:
    source = table(tmp_path, 6)
    (tmp_path / "5.png").write_bytes(damage)

    run = home.ingest(source)

    assert counts(run) == (6, 0, 0, 0)
    assert pictures(run) == (1, 0, 1)
    assert home.catalogue.get("m:0005").images == ()
    assert len(run.faults) == 1
    assert run.faults[0].startswith("row 6: picture 5.png: the file is ")


def test_a_picture_that_is_not_there_is_a_fault(tmp_path: Path, home: Home) -> None:
    run = home.ingest(table(tmp_path, 2, row1={"file": "gone.png", "url": "https://a.org/1.png"}))

    assert pictures(run) == (1, 0, 1)
    assert run.faults == (
        "row 2: picture gone.png: gone.png cannot be read: No such file or directory",
    )
    (image,) = home.catalogue.get("m:0001").images
    assert (image.url, image.content_hash) == ("https://a.org/1.png", None)


def test_a_picture_mended_later_is_taken_then(tmp_path: Path, home: Home) -> None:
    source = table(tmp_path, 6)
    whole = (tmp_path / "5.png").read_bytes()
    (tmp_path / "5.png").write_bytes(b"")
    home.ingest(source)

    (tmp_path / "5.png").write_bytes(whole)
    run = home.ingest(source)

    assert (counts(run), pictures(run)) == ((0, 1, 5, 0), (1, 1, 0))


def test_the_counts_add_up_to_the_rows_that_were_read(tmp_path: Path, home: Home) -> None:
    home.ingest(table(tmp_path, 10))

    run = home.ingest(
        table(tmp_path, 14, row1={"title": "Changed"}, row2={"id": None}, row3={"id": "0000"})
    )

    assert (counts(run), run.duplicates) == ((4, 1, 7, 1), 1)
    assert sum(counts(run)) + run.duplicates == run.position == 14
    assert run.faults == ("row 3: no id", "row 4: the id '0000' stands in row 1 already")


def test_the_first_faults_are_kept_with_the_run_and_all_are_lines(
    tmp_path: Path, home: Home
) -> None:
    path = tmp_path / "rows.jsonl"
    keys = '"title": null, "artist": null, "file": null, "url": null'
    path.write_text(f'{{"id": null, {keys}}}\n' * 1100)

    run = home.ingest(TableSource(path, parse_mapping(MAPPING, "m.toml")), batch_size=300)

    assert (run.quarantined, len(run.faults)) == (1100, MAX_FAULTS)
    assert run.faults[-1] == f"row {MAX_FAULTS}: no id"
    lines = home.runs.lines(run.id, limit=2000)
    assert [one.line.row for one in lines] == list(range(1, 1101))


class Counted:
    """Keeps what it is told; interrupts the work after so many rows."""

    def __init__(self, interrupt_after: int | None = None) -> None:
        self.stages: list[tuple[str, int | None, str]] = []
        self.done = 0
        self._interrupt_after = interrupt_after

    def begin(self, stage: str, total: int | None, unit: str) -> None:
        self.stages.append((stage, total, unit))

    def advance(self, count: int = 1) -> None:
        self.done += count
        if self._interrupt_after is not None and self.done >= self._interrupt_after:
            raise KeyboardInterrupt


def test_progress_knows_the_total(tmp_path: Path, home: Home) -> None:
    progress = Counted()

    home.ingest(table(tmp_path, 12), progress, batch_size=5)

    assert (progress.stages, progress.done) == ([("Ingest m", 12, "rows")], 12)


def test_an_interrupted_run_goes_on_where_it_was(tmp_path: Path, home: Home) -> None:
    source = table(tmp_path, 12)
    with pytest.raises(KeyboardInterrupt):
        home.ingest(source, Counted(interrupt_after=8), batch_size=4)
    (stopped,) = home.runs.latest()
    progress = Counted()

    run = home.ingest(source, progress, batch_size=4)

    assert (stopped.state, stopped.position) == (WorkState.RUNNING, 8)
    assert (run.id, run.state, counts(run)) == (stopped.id, WorkState.SUCCEEDED, (12, 0, 0, 0))
    assert progress.done == 12
    assert len(home.runs.latest()) == 1


def test_changed_data_is_not_taken_for_the_unfinished_run(tmp_path: Path, home: Home) -> None:
    with pytest.raises(KeyboardInterrupt):
        home.ingest(table(tmp_path, 12), Counted(interrupt_after=8), batch_size=4)

    run = home.ingest(table(tmp_path, 12, row0={"title": "Changed"}), batch_size=4)

    assert counts(run) == (4, 1, 7, 0)
    assert [r.state for r in home.runs.latest()] == [WorkState.SUCCEEDED, WorkState.FAILED]


def test_what_goes_wrong_is_kept_with_the_run_and_raised(tmp_path: Path, home: Home) -> None:
    source = table(tmp_path, 12)
    (tmp_path / "blobs").write_text("a file where the pictures should be kept")

    with pytest.raises(StorageError):
        home.ingest(source)

    (run,) = home.runs.latest()
    assert (run.state, run.position) == (WorkState.FAILED, 0)
    assert run.finished_at is not None
    assert run.error is not None
    assert run.error.startswith("StorageError: cannot write ")
    (tmp_path / "blobs").unlink()
    assert counts(home.ingest(source)) == (12, 0, 0, 0)
