"""Keeping the service: reindex jobs, snapshots, the audit log; every route needs the admin key."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api import schemas_admin as schemas
from api import schemas_snapshots
from api.audit import AuditedRoute, audited, name_subject
from api.auth import require_admin
from api.body import parse_json
from api.deps import JobId, JsonBody, ServicesDep, SnapshotId, index_may_change
from api.openapi import ACCEPTED, REFUSED, REINDEX_BODY, ROLLBACK_BODY, problems
from api.params import LatestParams
from api.params_audit import AuditParams
from core.audit import AuditAction

router = APIRouter(
    prefix="/v1/admin",
    tags=["admin"],
    dependencies=[Depends(require_admin)],
    route_class=AuditedRoute,
)


@router.post(
    "/reindex",
    status_code=202,
    summary="Build and publish a new snapshot",
    responses={**ACCEPTED, **problems(401, 409, 415, 422)},
    openapi_extra=REINDEX_BODY,
    dependencies=[Depends(index_may_change)],
)
@audited(AuditAction.REINDEX)
def reindex(body: JsonBody, services: ServicesDep, response: Response) -> schemas.Job:
    """Embed what is missing, build a snapshot of the whole catalogue, and make it the live one.

    With `dry_run` the job says what it would do, and does nothing.
    """
    request = parse_json(body.json, schemas.ReindexRequest)
    job = services.jobs.submit(request.model_dump(mode="json"))
    response.headers["Location"] = f"/v1/admin/jobs/{job.id}"
    return schemas.Job.model_validate(job)


@router.get("/jobs", summary="List jobs", responses=problems(401, 422))
def jobs(params: Annotated[LatestParams, Query()], services: ServicesDep) -> schemas.JobList:
    """List jobs, newest first."""
    return schemas.JobList.model_validate({"jobs": services.jobs.latest(params.limit)})


@router.post(
    "/jobs/{id:path}/cancel",
    summary="Cancel a job",
    responses={**REFUSED, **problems(401, 404, 422)},
)
@audited(AuditAction.CANCEL)
def cancel(id: JobId, services: ServicesDep) -> schemas.Job:
    """End a queued or running job at its next unit; embeddings that it made stay."""
    return schemas.Job.model_validate(services.jobs.cancel(id))


@router.get("/jobs/{id:path}", summary="Read a job", responses=problems(401, 404, 422))
def job(id: JobId, services: ServicesDep) -> schemas.Job:
    """Read where a job stands."""
    return schemas.Job.model_validate(services.jobs.get(id))


@router.get("/snapshots", summary="List snapshots", responses=problems(401))
def snapshots(services: ServicesDep) -> schemas_snapshots.SnapshotList:
    """Describe the snapshots that are kept, newest first."""
    facts = services.snapshots.facts(services.settings.pin_minutes)
    return schemas_snapshots.SnapshotList(snapshots=list(map(schemas_snapshots.describe, facts)))


@router.post(
    "/snapshots/{id:path}/publish",
    summary="Make a snapshot the live one",
    responses={**REFUSED, **problems(401, 404, 422)},
    dependencies=[Depends(index_may_change)],
)
@audited(AuditAction.PUBLISH)
def publish(id: SnapshotId, services: ServicesDep) -> schemas.PublishedSnapshot:
    """Check a snapshot that is kept, and make it the live one; 409 names the check that failed."""
    checks = services.publisher.publish(id)
    return schemas.PublishedSnapshot.model_validate({"snapshot": id, "checks": checks})


@router.post(
    "/rollback",
    summary="Take the last publish back, or go to a kept snapshot",
    responses={**REFUSED, **problems(401, 404, 415, 422, 503)},
    openapi_extra=ROLLBACK_BODY,
    dependencies=[Depends(index_may_change)],
)
@audited(AuditAction.ROLLBACK)
def rollback(body: JsonBody, services: ServicesDep, request: Request) -> schemas.LiveSnapshot:
    """Make the snapshot live that was live before, or the one that is named, if it is whole."""
    wanted = parse_json(body.json, schemas.RollbackRequest).snapshot
    name_subject(request, wanted or "the one before")
    live = services.publisher.rollback(wanted)
    name_subject(request, live)
    return schemas.LiveSnapshot(snapshot=live)


@router.get("/audit", summary="Read the audit log", responses=problems(401, 422))
def audit(params: Annotated[AuditParams, Query()], services: ServicesDep) -> schemas.AuditPage:
    """List what admins asked for, newest first, also what was refused."""
    entries = services.audit.latest(params.limit, action=params.action, before=params.before)
    before = entries[-1].number if len(entries) == params.limit else None
    return schemas.AuditPage.model_validate({"entries": entries, "before": before})
