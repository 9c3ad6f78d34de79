"""What the stages of a retriever did, put together from the engine's steps."""

from core.reports import StageReport
from core.retrievers import StageType
from search.retrievers.compile import SkippedPart
from search.retrievers.stage_report import BROWSED, LeftOut, pipeline_stages

SEARCH = ("find", StageType.FEATURE_SEARCH)
STEPS = (
    StageReport("queue", 0.5, 0, 0),
    StageReport("filter", 0.25, 100, 40),
    StageReport("catalogue", 2.0, 0, 40),
    StageReport("lexical", 1.0, 0, 12, cache_hit=True),
    StageReport("picture", 0.0, 0, 0, skipped="no picture was given"),
    StageReport("fusion", 0.25, 52, 40),
    StageReport("facets", 0.5, 40, 3),
    StageReport("cards", 0.25, 40, 10),
)


def test_a_stage_adds_up_its_steps() -> None:
    [found] = pipeline_stages([SEARCH], STEPS, ())

    assert (found.name, found.type) == ("find", StageType.FEATURE_SEARCH)
    assert found.duration_ms == 4.75
    assert found.queue_ms == 0.5
    assert found.cache_hit


def test_each_stage_has_its_own_counts() -> None:
    declared = [("only", StageType.ATTRIBUTE_FILTER), SEARCH, ("count", StageType.FACETS)]

    only, find, count = pipeline_stages(declared, STEPS, ())

    assert (only.input_count, only.output_count) == (100, 40)
    assert (find.input_count, find.output_count) == (52, 40)
    assert (count.input_count, count.output_count) == (40, 3)


def test_a_leg_that_had_nothing_to_do_does_not_skip_its_stage() -> None:
    [found] = pipeline_stages([SEARCH], STEPS, ())

    assert found.skipped is None


def test_a_stage_that_did_nothing_says_why() -> None:
    declared = [SEARCH, ("rerank", StageType.RERANK), ("group", StageType.GROUP)]
    steps = (*STEPS, StageReport("rerank", 0.0, 3, 0, skipped="nothing was found"))

    skipped = [SkippedPart("group", None, "`by` is empty")]

    _, rerank, group = pipeline_stages(declared, steps, skipped)

    assert rerank.skipped == "nothing was found"
    assert group.skipped == "`by` is empty"


def test_what_went_wrong_in_a_step_is_told_by_its_stage() -> None:
    steps = (*STEPS, StageReport("picture", 0.0, 0, 0, degraded="its encoder does not answer"))

    [found] = pipeline_stages([SEARCH], steps, ())

    assert found.degraded == "its encoder does not answer"


def test_a_leg_that_was_asked_for_and_not_run_is_told_by_its_stage() -> None:
    [found] = pipeline_stages([SEARCH], STEPS, (), legs=["catalogue", "picture"])

    assert found.left_out == (LeftOut("picture", "no picture was given"),)


def test_a_filter_behind_another_passes_what_that_one_left() -> None:
    declared = [
        ("paper", StageType.ATTRIBUTE_FILTER),
        ("years", StageType.ATTRIBUTE_FILTER),
        SEARCH,
    ]

    paper, years, _ = pipeline_stages(declared, STEPS, ())
    _, blank, _ = pipeline_stages(
        declared, STEPS, [SkippedPart("years", None, "nothing was given")]
    )

    assert (paper.input_count, paper.output_count) == (100, 40)
    assert (years.input_count, years.output_count, years.skipped) == (40, 40, None)
    assert blank.skipped == "nothing was given"


def test_a_part_that_was_left_out_is_told_by_its_stage() -> None:
    skipped = [SkippedPart("find", "legs.1", "nothing was given")]

    [found] = pipeline_stages([SEARCH], STEPS, skipped)

    assert found.left_out == (LeftOut("legs.1", "nothing was given"),)
    assert found.skipped is None


def test_browsing_is_told_as_a_search_by_nothing() -> None:
    [found] = pipeline_stages([SEARCH], STEPS[:2], ())

    assert found.skipped == BROWSED


def test_a_filter_that_words_were_read_as_is_work_of_a_stage_that_was_given_nothing() -> None:
    declared = [("only", StageType.ATTRIBUTE_FILTER), SEARCH]

    only, _ = pipeline_stages(declared, STEPS, [SkippedPart("only", None, "nothing was given")])

    assert (only.output_count, only.skipped) == (40, None)
