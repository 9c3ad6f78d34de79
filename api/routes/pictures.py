"""Pictures that are fetched from servers of others; every route needs the admin key."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from api import schemas_pictures as schemas
from api.auth import require_admin
from api.deps import ServicesDep
from api.openapi import problems
from core.fetching import FetchState

router = APIRouter(prefix="/v1/admin", tags=["admin"], dependencies=[Depends(require_admin)])


class FetchParams(BaseModel):
    """Which pictures are listed."""

    state: FetchState = Field(FetchState.DEAD, description="Only pictures in this state")
    after: int = Field(0, ge=0, le=2**31 - 1, description="`after` of the page before")
    limit: int = Field(100, ge=1, le=1000, description="How many")


@router.get("/pictures", summary="List fetched pictures", responses=problems(401, 422))
def pictures(
    params: Annotated[FetchParams, Query()], services: ServicesDep
) -> schemas.PictureFetches:
    """Count the pictures in each state, and list those in one, the dead ones by itself."""
    ledger, limit = services.pictures, params.limit
    found = ledger.listed(params.state, after=params.after, limit=limit)
    after = found[-1].key if len(found) == limit else None
    told = {"counts": ledger.counts(), "pictures": found, "after": after}
    return schemas.PictureFetches.model_validate(told)
