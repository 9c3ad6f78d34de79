"""Facets: how many artworks have a value."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.deps import ServicesDep
from api.openapi import problems
from api.params import FacetParams
from api.render import facet_answer
from api.schemas_search import FacetAnswer

router = APIRouter(prefix="/v1", tags=["search"])


@router.get("/facets", summary="Count values", responses=problems(422, 503))
def facets(params: Annotated[FacetParams, Query()], services: ServicesDep) -> FacetAnswer:
    """Count the values of fields over all artworks that the filters match."""
    return facet_answer(services.engine.facets(params.where(), params.fields, params.limit))
