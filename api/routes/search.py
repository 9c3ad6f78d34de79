"""Search by words in an address, or by everything in a body."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.answers import answer, answer_if_new, prepare_search
from api.body import parse_search
from api.deps import ExecutorDep, JsonOrFormBody, MetricsDep
from api.openapi import SEARCH_BODY, UNCHANGED, problems
from api.params import SearchParams
from api.schemas_search import SearchAnswer

router = APIRouter(prefix="/v1", tags=["search"])


@router.get(
    "/search",
    summary="Search by words",
    response_model=SearchAnswer,
    responses={**UNCHANGED, **problems(410, 422, 503)},
)
def search(
    params: Annotated[SearchParams, Query()],
    request: Request,
    executor: ExecutorDep,
    metrics: MetricsDep,
) -> Response:
    """Search by words, under filters; without words, browse what the filters match."""
    prepared = prepare_search(executor, params.asked())
    return answer_if_new(executor, prepared, metrics, request=request)


@router.post(
    "/search",
    summary="Search by words, picture and artworks together",
    response_model=SearchAnswer,
    responses=problems(404, 410, 413, 415, 422, 503),
    openapi_extra=SEARCH_BODY,
)
def search_by_body(body: JsonOrFormBody, executor: ExecutorDep, metrics: MetricsDep) -> Response:
    """Search by words, by a picture, by artworks like these, or by all of them fused."""
    return answer(executor, prepare_search(executor, parse_search(body).asked()), metrics)
