"""Keeping retrievers: reading them is open to all, changing them needs the admin key."""

from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from api import schemas_retrievers as schemas
from api.audit import AuditedRoute, audited, name_subject
from api.auth import require_admin
from api.body import parse_json
from api.deps import JsonBody, RetrieverName, ServicesDep
from api.openapi import CLONE_BODY, CREATE_BODY, KEPT, REFUSED, problems
from core.audit import AuditAction
from core.retrievers import KeptVersion, RetrieverVersion
from search.retrievers.input_schema import json_schema
from search.retrievers.stages import stage_schemas

router = APIRouter(prefix="/v1", tags=["retrievers"], route_class=AuditedRoute)
_ADMIN = [Depends(require_admin)]


@router.get("/retrievers", summary="List retrievers", responses=problems(503))
def retrievers(services: ServicesDep) -> schemas.RetrieverList:
    """List the published version of each retriever."""
    listed = map(_summary, services.retrievers.all())
    return schemas.RetrieverList.model_validate({"retrievers": listed})


@router.post(
    "/retrievers",
    status_code=201,
    summary="Keep a retriever",
    responses={**KEPT, **REFUSED, **problems(401, 413, 415, 422, 503)},
    openapi_extra=CREATE_BODY,
    dependencies=_ADMIN,
)
@audited(AuditAction.RETRIEVER_CREATE)
def create_retriever(
    body: JsonBody, services: ServicesDep, request: Request, response: Response
) -> schemas.RetrieverDetail:
    """Check a definition whole, and keep it as the first or the next version of its name."""
    wanted = parse_json(body.json, schemas.Kept)
    name_subject(request, wanted.name)
    kept = services.retrievers.create(wanted.name, wanted.definition, publish=wanted.publish)
    name_subject(request, kept.version.label)
    return _answer(kept, response)


@router.get("/retrievers/{name}", summary="Read a retriever", responses=problems(404, 422, 503))
def retriever(name: RetrieverName, services: ServicesDep) -> schemas.RetrieverDetail:
    """Read the published version of a retriever, or the one that `name@3` names."""
    return schemas.RetrieverDetail.model_validate(services.retrievers.get(name))


@router.delete(
    "/retrievers/{name}",
    summary="Delete a retriever",
    responses={**REFUSED, **problems(401, 404, 422, 503)},
    dependencies=_ADMIN,
)
@audited(AuditAction.RETRIEVER_DELETE)
def delete_retriever(name: RetrieverName, services: ServicesDep) -> schemas.DeletedRetriever:
    """Delete a retriever with all its versions, or the one version that `name@3` names."""
    gone = services.retrievers.delete(name)
    return schemas.DeletedRetriever(name=name.partition("@")[0], versions=gone)


@router.get(
    "/retrievers/{name}/versions",
    summary="List the versions of a retriever",
    responses=problems(404, 422, 503),
)
def retriever_versions(name: RetrieverName, services: ServicesDep) -> schemas.RetrieverVersions:
    """List the versions of a retriever, newest first."""
    listed = map(_summary, services.retrievers.versions(name))
    return schemas.RetrieverVersions.model_validate({"versions": listed})


@router.get(
    "/retrievers/{name}/schema",
    summary="Read what a retriever may be asked by",
    response_model_exclude_unset=True,
    responses=problems(404, 422, 503),
)
def retriever_schema(name: RetrieverName, services: ServicesDep) -> schemas.InputSchema:
    """Write the inputs of a retriever as JSON Schema 2020-12."""
    definition = services.retrievers.resolve(name).pipeline.definition
    return schemas.InputSchema.model_validate(json_schema(definition))


@router.post(
    "/retrievers/{name}/clone",
    status_code=201,
    summary="Keep a copy of a retriever",
    responses={**KEPT, **REFUSED, **problems(401, 404, 413, 415, 422, 503)},
    openapi_extra=CLONE_BODY,
    dependencies=_ADMIN,
)
@audited(AuditAction.RETRIEVER_CLONE)
def clone_retriever(
    name: RetrieverName,
    body: JsonBody,
    services: ServicesDep,
    request: Request,
    response: Response,
) -> schemas.RetrieverDetail:
    """Keep a version under another name, or as the next version, with changes laid over it."""
    wanted = parse_json(body.json, schemas.Kept)
    name_subject(request, wanted.name)
    kept = services.retrievers.clone(name, wanted.name, wanted.definition, publish=wanted.publish)
    name_subject(request, kept.version.label)
    return _answer(kept, response)


@router.post(
    "/retrievers/{name}/publish",
    summary="Let a name mean a version",
    responses={**REFUSED, **problems(401, 404, 422, 503)},
    dependencies=_ADMIN,
)
@audited(AuditAction.RETRIEVER_PUBLISH)
def publish_retriever(name: RetrieverName, services: ServicesDep) -> schemas.RetrieverDetail:
    """Let the bare name mean the version that `name@3` names, or the newest one."""
    return schemas.RetrieverDetail.model_validate(services.retrievers.publish(name))


@router.get("/stages", summary="List the kinds of stages")
def stages() -> schemas.StageList:
    """List what stages there are, each with the JSON Schema of its parameters and an example."""
    return schemas.StageList.model_validate({"stages": stage_schemas()})


def _answer(kept: KeptVersion, response: Response) -> schemas.RetrieverDetail:
    """Tell what was kept, and whether it is new: 201, or 200 for content that was there."""
    response.headers["Location"] = f"/v1/retrievers/{kept.version.label}"
    if not kept.is_new:
        response.status_code = 200
    return schemas.RetrieverDetail.model_validate(kept.version)


def _summary(version: RetrieverVersion) -> dict[str, Any]:
    named = ("name", "version", "hash", "is_published", "is_builtin", "created_at")
    told = {name: getattr(version, name) for name in named}
    return {**told, "description": version.definition.get("description", "")}
