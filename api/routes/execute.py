"""Running retrievers: executing, explaining, reading executions and replaying them."""

from fastapi import APIRouter, Response

from api import schemas_execute as schemas
from api.answers import answer_as_asked
from api.body import parse_json
from api.deps import (
    ExecutionId,
    ExecutorDep,
    JsonBody,
    MetricsDep,
    RetrieverName,
    ServicesDep,
    WantsEvents,
)
from api.openapi import AD_HOC_BODY, EVENTS_ANSWER, EXECUTE_BODY, problems
from api.render_execute import execution_record, explanation, replay_answer
from api.schemas_search import SearchAnswer

router = APIRouter(prefix="/v1", tags=["retrievers"])
_PROBLEMS = problems(404, 410, 413, 415, 422, 503)


# Before the routes of one retriever, which no retriever can be named like.
@router.post(
    "/retrievers/execute",
    summary="Run a retriever that comes with the request",
    response_model=SearchAnswer,
    responses={**EVENTS_ANSWER, **_PROBLEMS},
    openapi_extra=AD_HOC_BODY,
)
def execute_ad_hoc(
    body: JsonBody,
    services: ServicesDep,
    executor: ExecutorDep,
    metrics: MetricsDep,
    *,
    by_header: WantsEvents,
) -> Response:
    """Check the stages of the body, and run them; nothing of them is kept."""
    request = parse_json(body.json, schemas.AdHocRequest)
    prepared = executor.prepare(request.pipeline(services.retrievers), request.asked())
    return answer_as_asked(executor, prepared, metrics, events=request.stream or by_header)


@router.post(
    "/retrievers/explain",
    summary="Tell what a retriever that comes with the request would do",
    responses=_PROBLEMS,
    openapi_extra=AD_HOC_BODY,
)
def explain_ad_hoc(
    body: JsonBody, services: ServicesDep, executor: ExecutorDep
) -> schemas.Explanation:
    """Plan an execution by the planner of searches; nothing is encoded, nothing searched."""
    request = parse_json(body.json, schemas.AdHocRequest)
    prepared = executor.prepare(request.pipeline(services.retrievers), request.asked())
    return explanation(executor.explain(prepared))


@router.post(
    "/retrievers/{name}/execute",
    summary="Run a retriever",
    response_model=SearchAnswer,
    responses={**EVENTS_ANSWER, **_PROBLEMS},
    openapi_extra=EXECUTE_BODY,
)
def execute(
    name: RetrieverName,
    body: JsonBody,
    executor: ExecutorDep,
    metrics: MetricsDep,
    *,
    by_header: WantsEvents,
) -> Response:
    """Run the published version of a retriever, or the one that `name@3` names."""
    request = parse_json(body.json, schemas.ExecuteRequest)
    prepared = executor.prepare(name, request.asked())
    return answer_as_asked(executor, prepared, metrics, events=request.stream or by_header)


@router.post(
    "/retrievers/{name}/explain",
    summary="Tell what a retriever would do",
    responses=_PROBLEMS,
    openapi_extra=EXECUTE_BODY,
)
def explain(name: RetrieverName, body: JsonBody, executor: ExecutorDep) -> schemas.Explanation:
    """Plan an execution by the planner of searches; nothing is encoded, nothing searched."""
    request = parse_json(body.json, schemas.ExecuteRequest)
    prepared = executor.prepare(name, request.asked())
    return explanation(executor.explain(prepared))


@router.get("/executions/{id}", summary="Read an execution", responses=problems(404, 422))
def execution(id: ExecutionId, executor: ExecutorDep) -> schemas.ExecutionRecord:
    """Read what was asked and found; kept for some time, then 404."""
    return execution_record(executor.execution(id))


@router.post(
    "/executions/{id}/replay",
    summary="Search again on the snapshot of an execution",
    responses=problems(404, 410, 422, 503),
)
def replay(id: ExecutionId, executor: ExecutorDep) -> schemas.Replay:
    """Run the same request on the same snapshot, and tell what differs in conditions and hits."""
    return replay_answer(executor.replay(id))
