"""Keeping the cache: what is in it, and dropping it; every route needs the admin key."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from api import schemas_cache as schemas
from api.audit import AuditedRoute, audited, name_subject
from api.auth import require_admin
from api.deps import ServicesDep
from api.openapi import problems
from core.audit import AuditAction
from core.cache import CacheKind, check_purge
from search.audit import purged

router = APIRouter(
    prefix="/v1/admin",
    tags=["admin"],
    dependencies=[Depends(require_admin)],
    route_class=AuditedRoute,
)


class PurgeParams(BaseModel):
    """What is to be dropped; all of it, where nothing is said."""

    kind: CacheKind | None = Field(None, description="Only values of this kind")
    retriever: str | None = Field(
        None,
        min_length=1,
        max_length=schemas.LABEL,
        description="Only what this retriever gave: `name@3`, or `name` for all of its versions",
    )
    snapshot: str | None = Field(
        None,
        min_length=1,
        max_length=schemas.LABEL,
        description="Only what was found in this snapshot",
    )


@router.get("/cache", summary="Show the cache", responses=problems(401))
def cache(services: ServicesDep) -> schemas.CacheState:
    """Tell how much is kept of each kind, and how often it was of use."""
    return schemas.CacheState.model_validate(services.cache.facts())


@router.delete("/cache", summary="Drop what is kept", responses=problems(401, 422, 503))
@audited(AuditAction.CACHE_PURGE)
def purge_cache(
    params: Annotated[PurgeParams, Query()], services: ServicesDep, request: Request
) -> schemas.PurgedCache:
    """Drop values of the cache by kind, retriever and snapshot, and count them.

    Answers alone know their retriever, they and stages their snapshot.

    Nothing needs it to stay true: what changes an answer changes its key.
    """
    name_subject(request, purged(params.kind, params.retriever, params.snapshot))
    check_purge(params.kind, retriever=params.retriever, snapshot=params.snapshot)
    dropped = services.cache.purge(
        params.kind, retriever=params.retriever, snapshot=params.snapshot
    )
    return schemas.PurgedCache(dropped=dropped)
