"""Artworks of the catalogue: a list, one whole, and those like one."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api.answers import answer_if_new, prepare_search
from api.deps import ArtworkId, ExecutorDep, MetricsDep, ServicesDep, catalogue_is_here
from api.openapi import UNCHANGED, problems
from api.params import BrowseParams, SimilarParams
from api.pictures import policy_of
from api.render import artwork_page, artwork_record
from api.schemas import ArtworkPage, ArtworkRecord
from api.schemas_search import SearchAnswer

router = APIRouter(prefix="/v1/artworks", tags=["artworks"])


@router.get(
    "",
    summary="Browse the catalogue",
    responses=problems(422, 503),
    dependencies=[Depends(catalogue_is_here)],
)
def artworks(params: Annotated[BrowseParams, Query()], services: ServicesDep) -> ArtworkPage:
    """List artworks in the order of their ids, also those that no snapshot has yet."""
    where = params.where()
    found = services.catalogue.page(where, after=params.after, limit=params.limit)
    total = services.catalogue.count(where)
    return artwork_page(found, params.limit, total, policy=policy_of(services))


# Before the route of one artwork, whose id would take everything up to the end.
@router.get(
    "/{id:path}/similar",
    summary="Search for artworks like one",
    response_model=SearchAnswer,
    responses={**UNCHANGED, **problems(404, 410, 422, 503)},
)
def similar(
    id: ArtworkId,
    params: Annotated[SimilarParams, Query()],
    request: Request,
    executor: ExecutorDep,
    metrics: MetricsDep,
) -> Response:
    """Search with an artwork's stored embeddings; it is not a hit of its own."""
    prepared = prepare_search(executor, params.asked(id))
    return answer_if_new(executor, prepared, metrics, request=request)


@router.get(
    "/{id:path}",
    summary="Read one artwork",
    responses=problems(404, 410, 422, 503),
    dependencies=[Depends(catalogue_is_here)],
)
def artwork(id: ArtworkId, services: ServicesDep) -> ArtworkRecord:
    """Read all that the catalogue knows of an artwork; 410 where its source no longer has it."""
    return artwork_record(services.catalogue.get(id), policy_of(services))
