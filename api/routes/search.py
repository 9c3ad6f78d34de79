"""Search by words in an address, or by everything in a body."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.body import parse_search
from api.deps import JsonOrFormBody, MetricsDep, ServicesDep
from api.openapi import SEARCH_BODY, problems
from api.params import SearchParams
from api.pictures import policy_of
from api.render import search_answer
from api.schemas_search import SearchAnswer

router = APIRouter(prefix="/v1", tags=["search"])


@router.get("/search", summary="Search by words", responses=problems(410, 422, 503))
def search(
    params: Annotated[SearchParams, Query()], services: ServicesDep, metrics: MetricsDep
) -> SearchAnswer:
    """Search by words, under filters; without words, browse what the filters match."""
    page = services.engine.search(params.query())
    metrics.observe_page(page)
    return search_answer(page, policy_of(services))


@router.post(
    "/search",
    summary="Search by words, picture and artworks together",
    responses=problems(404, 410, 413, 415, 422, 503),
    openapi_extra=SEARCH_BODY,
)
def search_by_body(
    body: JsonOrFormBody, services: ServicesDep, metrics: MetricsDep
) -> SearchAnswer:
    """Search by words, by a picture, by artworks like these, or by all of them fused."""
    page = services.engine.search(parse_search(body).query(services.decode_picture))
    metrics.observe_page(page)
    return search_answer(page, policy_of(services))
