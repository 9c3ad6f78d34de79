"""The log of a search, and who is told of it as it grows."""

import pytest

from core.errors import StorageError
from core.reports import StageReport
from search.stages import StageLog


class Seen:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def begin(self, name: str) -> None:
        self.told.append(f"begin {name}")

    def end(self, report: StageReport) -> None:
        self.told.append(f"end {report.name} {report.error or report.output_count}")


def test_a_watcher_is_told_of_each_stage_as_it_happens() -> None:
    seen = Seen()
    log = StageLog(seen)

    with log.stage("lexical"), log.stage("encode_text") as inner:
        inner.output_count = 2

    assert seen.told == [
        "begin lexical",
        "begin encode_text",
        "end encode_text 2",
        "end lexical 0",
    ]


def test_a_stage_that_raises_ends_with_its_error() -> None:
    seen = Seen()
    log = StageLog(seen)

    with pytest.raises(StorageError), log.stage("cards"):
        raise StorageError("the disk is full")

    assert seen.told == ["begin cards", "end cards the disk is full"]
    assert log.reports[0].error == "the disk is full"


def test_an_error_of_no_kind_of_ours_tells_nothing_of_the_inside() -> None:
    log = StageLog()

    with pytest.raises(KeyError), log.stage("cards"):
        raise KeyError("/secret/path")

    assert log.reports[0].error == "an unexpected error"


def test_what_was_kept_is_reported_as_kept() -> None:
    seen, log = Seen(), StageLog()
    with log.stage("lexical", 3) as stage:
        stage.output_count = 2

    again = StageLog(seen)
    again.replay(log.reports)

    assert again.reports == [StageReport("lexical", 0.0, 3, 2, cache_hit=True)]
    assert seen.told == ["begin lexical", "end lexical 2"]
