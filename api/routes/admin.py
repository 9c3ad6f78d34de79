"""Keeping the service: reindex jobs and snapshots; every route needs the admin key."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from api import schemas_admin as schemas
from api.auth import require_admin
from api.body import parse_json
from api.deps import JobId, JsonBody, ServicesDep, SnapshotId
from api.openapi import ACCEPTED, REINDEX_BODY, problems
from api.params import LatestParams

router = APIRouter(prefix="/v1/admin", tags=["admin"], dependencies=[Depends(require_admin)])


@router.post(
    "/reindex",
    status_code=202,
    summary="Build and publish a new snapshot",
    responses={**ACCEPTED, **problems(401, 409, 415, 422)},
    openapi_extra=REINDEX_BODY,
)
def reindex(body: JsonBody, services: ServicesDep, response: Response) -> schemas.Job:
    """Embed what is missing, build a snapshot of the whole catalogue, and make it the live one."""
    request = parse_json(body.json, schemas.ReindexRequest)
    job = services.jobs.submit(request.model_dump(mode="json"))
    response.headers["Location"] = f"/v1/admin/jobs/{job.id}"
    return schemas.Job.model_validate(job)


@router.get("/jobs", summary="List jobs", responses=problems(401, 422))
def jobs(params: Annotated[LatestParams, Query()], services: ServicesDep) -> schemas.JobList:
    """List jobs, newest first."""
    return schemas.JobList.model_validate({"jobs": services.jobs.latest(params.limit)})


@router.get("/jobs/{id:path}", summary="Read a job", responses=problems(401, 404, 422))
def job(id: JobId, services: ServicesDep) -> schemas.Job:
    """Read where a job stands."""
    return schemas.Job.model_validate(services.jobs.get(id))


@router.get("/snapshots", summary="List snapshots", responses=problems(401))
def snapshots(services: ServicesDep) -> schemas.SnapshotList:
    """List the snapshots that are kept, newest first."""
    return schemas.SnapshotList.model_validate({"snapshots": services.snapshots.entries()})


@router.post(
    "/snapshots/{id:path}/publish",
    summary="Make a snapshot the live one",
    responses=problems(401, 404, 422),
)
def publish(id: SnapshotId, services: ServicesDep) -> schemas.LiveSnapshot:
    """Check a snapshot that is kept whole, and make it the live one."""
    services.publisher.publish(id)
    return schemas.LiveSnapshot(snapshot=id)


@router.post("/rollback", summary="Take the last publish back", responses=problems(401, 404, 503))
def rollback(services: ServicesDep) -> schemas.LiveSnapshot:
    """Make the snapshot live that was live before."""
    return schemas.LiveSnapshot(snapshot=services.publisher.rollback())
