"""What the stages of a retriever did: the engine's steps, put together by the stage they serve."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.reports import StageReport
from core.retrievers import StageType
from search.retrievers.compile import SkippedPart

_STAGE_OF: Mapping[str, StageType] = {
    "understand": StageType.UNDERSTAND,
    "filter": StageType.ATTRIBUTE_FILTER,
    "rerank": StageType.RERANK,
    "collapse": StageType.GROUP,
    "group": StageType.GROUP,
    "diversity": StageType.DIVERSIFY,
    "facets": StageType.FACETS,
    "limit": StageType.LIMIT,
}
"""Steps of the engine by name; every other is a part of the search itself."""
QUEUE = "queue"  # waits for a place
FUSION = "fusion"  # takes what the legs found, gives what is ranked


BROWSED = "there was nothing to search by: what matches is browsed"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A part of a stage that was left out, such as a leg without its input."""

    part: str
    reason: str


@dataclass(frozen=True, slots=True)
class PipelineStage:
    """What one declared stage took, gave and left out."""

    name: str
    type: StageType
    input_count: int
    output_count: int
    duration_ms: float
    queue_ms: float  # of `duration_ms`, waited for a place
    cache_hit: bool
    skipped: str | None
    degraded: str | None
    error: str | None
    left_out: tuple[LeftOut, ...] = ()


def stage_of(step: str) -> StageType:
    """Tell which type of stage a step of the engine serves."""
    return _STAGE_OF.get(step, StageType.FEATURE_SEARCH)


def pipeline_stages(
    declared: Sequence[tuple[str, StageType]],
    steps: Sequence[StageReport],
    skipped: Sequence[SkippedPart],
    *,
    legs: Collection[str] = (),
) -> tuple[PipelineStage, ...]:
    """Report each declared stage, in order, with what of it was not given, or of `legs` not run."""
    types = {type for _, type in declared}
    served: dict[StageType, list[StageReport]] = {type: [] for type in types}
    for step in steps:
        type = stage_of(step.name)
        served[type if type in types else StageType.FEATURE_SEARCH].append(step)
    unrun = [
        SkippedPart(name, step.name, step.skipped)
        for name, type in declared
        for step in served[type]
        if type is StageType.FEATURE_SEARCH and step.name in legs and step.skipped
    ]
    reports: list[PipelineStage] = []
    for name, type in declared:
        parts = [one for one in (*skipped, *unrun) if one.stage == name]
        before = next((one for one in reversed(reports) if one.type is type), None)
        # Of two filters the first reports the work, which is done for all at once.
        left = before.output_count if before else 0
        mine = [StageReport(type, 0.0, left, left)] if before else served[type]
        reports.append(_report(name, type, mine, parts))
    return tuple(reports)


def _report(
    name: str, type: StageType, steps: Sequence[StageReport], skipped: Sequence[SkippedPart]
) -> PipelineStage:
    duration_ms, queue_ms, counted = 0.0, 0.0, []
    cache_hit, degraded, error = False, None, None
    for step in steps:
        duration_ms += step.duration_ms
        queue_ms += step.duration_ms if step.name == QUEUE else 0.0
        cache_hit, degraded = cache_hit or step.cache_hit, degraded or step.degraded
        error = error or step.error
        if step.skipped is None and (type is not StageType.FEATURE_SEARCH or step.name == FUSION):
            counted.append(step)
    taken = counted[0].input_count if counted else 0
    given = counted[-1].output_count if counted else 0
    # What a stage left nothing of, another may have given work: understood words are filters too.
    whole = _first(one.reason for one in skipped if one.part is None and taken == given)
    return PipelineStage(
        name=name,
        type=type,
        input_count=taken,
        output_count=given,
        duration_ms=round(duration_ms, 3),
        queue_ms=round(queue_ms, 3),
        cache_hit=cache_hit,
        skipped=whole or _idle(type, steps, is_counted=bool(counted)),
        degraded=degraded,
        error=error,
        left_out=tuple(LeftOut(one.part, one.reason) for one in skipped if one.part),
    )


def _idle(type: StageType, steps: Sequence[StageReport], *, is_counted: bool) -> str | None:
    """Say why a stage had nothing to do, where it had not."""
    if is_counted:
        return None
    if type is StageType.FEATURE_SEARCH:
        return BROWSED
    return _first(step.skipped for step in steps) or "nothing was asked of it"


def _first(reasons: Iterable[str | None]) -> str | None:
    return next((reason for reason in reasons if reason), None)
