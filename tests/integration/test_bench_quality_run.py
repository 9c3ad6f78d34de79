"""A run of the suite over a small collection: rows, report, and going on where it was."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bench.quality.configs import BY_HAND, PLAIN, WHOLE
from bench.quality.context import Context
from bench.quality.homes import Collection
from bench.quality.judged import Judged, JudgedSet, load_judged, write_judged
from bench.quality.judging import Asked, ask_of, legs_in, measure_set
from bench.quality.known_items import known_items
from bench.quality.options import Options
from bench.quality.report import write_report
from bench.quality.results import BOTH, WITHHELD, of_run
from bench.quality.run import run
from bench.record import Recorder, Row, read_rows
from core.ports import SourceItem
from core.types import Artist, Artwork, Contribution

PEN = Contribution(Artist("t:pen", "Ada Pen"))
WORKS = (
    Artwork("t:1", "Boats", contributions=(PEN,), medium="etching", subjects=("harbour",)),
    Artwork("t:2", "Boats", medium="oil", description="Ships leave a port under red sails."),
    Artwork("t:3", "A meadow", medium="oil", subjects=("cow",)),
)
QUERIES = (
    Judged("Q1", "boats by Ada Pen", "any", frozenset({"t:1"}), filters={"artist": "Ada Pen"}),
    Judged("Q2", "a harbour", "subject", frozenset({"t:1"})),
    Judged("Q3", "an elephant", "subject", frozenset({"t:9"})),
)  # fmt: skip


class FewWorks:
    """A source of three works."""

    name = "t"

    def fingerprint(self) -> str:
        return "three works"

    def count(self) -> int:
        return len(WORKS)

    def read(self) -> Iterator[SourceItem]:
        return (SourceItem(artwork, row) for row, artwork in enumerate(WORKS, 1))

    def read_picture(self, path: str) -> bytes:
        raise FileNotFoundError(path)


FEW = Collection("few", FewWorks)


@pytest.fixture
def options(tmp_path: Path) -> Options:
    return Options(quick=True, cache=tmp_path, data=tmp_path / "none")


def asked(context: Context, tmp_path: Path) -> Asked:
    path = tmp_path / "queries.jsonl"
    path.write_bytes(write_judged(QUERIES))
    return ask_of(context.home(FEW), load_judged(path), "indexed")


def measured(
    options: Options, before: tuple[Row, ...] = (), run_id: str | None = None
) -> list[Row]:
    recorder = Recorder("quality", options.results.parent, run_id=run_id, quiet=True)
    context = Context(options, recorder, before)
    home = context.home(FEW)
    measure_set(context, asked(context, options.cache), legs_in(home))
    return of_run(read_rows(options.results), recorder.run_id)


def figure(rows: list[Row], config: str, measure: str, kind: str = "all") -> Row:
    [row] = [
        row
        for row in rows
        if (row["config"], row["measure"], row["kind"]) == (config, measure, kind)
    ]
    return row


def test_every_figure_names_its_queries_and_its_judgements(options: Options) -> None:
    rows = measured(options)

    row = figure(rows, WHOLE, "R@100")
    assert row["value"] == pytest.approx(2 / 3, abs=1e-3)  # no work is an elephant: 0, not skipped
    assert row["queries"] == 3
    assert row["judgements"] == f"{options.cache.name}/queries.jsonl"
    assert len(row["judgements_sha256"]) == 64
    assert figure(rows, BY_HAND, "nDCG@10", "facets")["value"] == 1
    assert figure(rows, f"{WHOLE} over {PLAIN}", "lost")["value"] == 0
    assert figure(rows, f"{WHOLE} over {PLAIN}", "gain nDCG@10")["ci_low"] is not None


def test_a_run_goes_on_without_measuring_again(options: Options) -> None:
    rows = measured(options)
    size = len(options.results.read_text().splitlines())
    ways = {row["config"] for row in rows if row["measure"] == "nDCG@10"}

    again = measured(options, tuple(rows), rows[0]["run_id"])

    assert len(options.results.read_text().splitlines()) == size
    assert {row["config"] for row in again if row["measure"] == "nDCG@10"} == ways


def test_the_report_stands_beside_the_rows(options: Options) -> None:
    measured(options)

    text = write_report(options.results).read_text()

    assert "## queries, subjects indexed" in text
    assert "| filters by hand |" in text
    assert "not measured" in text  # of the goals


def test_what_is_withheld_is_not_found(options: Options, tmp_path: Path) -> None:
    context = Context(options, Recorder("quality", tmp_path, quiet=True), ())
    queries = JudgedSet("one", "one.jsonl", "0" * 64, (QUERIES[1],))
    bare = context.home(replace(FEW, withheld=("subjects",)))

    measure_set(context, ask_of(bare, queries, WITHHELD), legs_in(bare))

    assert figure(read_rows(tmp_path / "quality.jsonl"), "bm25", "R@100")["value"] == 0


def test_a_known_item_is_asked_for_by_its_description() -> None:
    [query] = known_items(FEW).queries

    assert query.query == "Ships leave a port under red sails."
    assert query.relevant == {"t:2"}


def test_collections_that_are_not_there_are_left_out_aloud(options: Options) -> None:
    run(replace(options, parts=("tate", "art-images")))

    skipped = [row for row in read_rows(options.results) if row["measure"] == "skipped"]
    assert [(row["set"], row["part"]) for row in skipped] == [("tate", BOTH), ("art_images", BOTH)]
    assert "## Not measured" in options.results.with_suffix(".md").read_text()
