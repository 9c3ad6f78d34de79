"""Ingest runs and their ledgers; every route needs the admin key."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import StreamingResponse

from api import schemas_runs as schemas
from api.auth import require_admin
from api.deps import RunId, ServicesDep
from api.openapi import CSV_ANSWER, problems
from api.params import LatestParams
from api.params_runs import ChoiceParams, LineParams
from core.ledger import difference
from search.ledger_lines import csv_lines, line_json

router = APIRouter(prefix="/v1/admin/runs", tags=["admin"], dependencies=[Depends(require_admin)])


@router.get("", summary="List ingest runs", responses=problems(401, 422))
def runs(params: Annotated[LatestParams, Query()], services: ServicesDep) -> schemas.RunList:
    """List ingest runs, newest first."""
    return schemas.RunList.model_validate({"runs": services.runs.latest(params.limit)})


@router.get("/{id}", summary="Read an ingest run", responses=problems(401, 404, 422))
def run(id: RunId, services: ServicesDep) -> schemas.IngestRunDetail:
    """Read what a run read, kept, corrected and set aside, by rule, and how it differs."""
    found = services.runs.get(id)
    own = schemas.IngestRun.model_validate(found).model_dump()
    more = difference(found, services.runs.before(found))
    return schemas.IngestRunDetail.model_validate({**own, "difference": more})


@router.get("/{id}/lines", summary="Read a run's ledger", responses=problems(401, 404, 422))
def lines(
    id: RunId, params: Annotated[LineParams, Query()], services: ServicesDep
) -> schemas.RunLines:
    """List the lines that account for rows, pictures and artworks, in their order."""
    run = services.runs.get(id)
    limit = params.limit
    found = services.runs.lines(run.id, params.choice(), after=params.after, limit=limit)
    after = found[-1].number if len(found) == limit else None
    return schemas.RunLines.model_validate({"lines": map(line_json, found), "after": after})


@router.get(
    "/{id}/lines.csv",
    summary="Read a run's ledger as CSV",
    response_class=StreamingResponse,
    responses={**CSV_ANSWER, **problems(401, 404, 422)},
)
def lines_csv(
    id: RunId, params: Annotated[ChoiceParams, Query()], services: ServicesDep
) -> StreamingResponse:
    """Send all lines, or those of a kind or rule, as a file."""
    run = services.runs.get(id)
    name = f'attachment; filename="run-{run.id}.csv"'
    body = csv_lines(services.runs, run.id, params.choice())
    headers = {"Content-Disposition": name}
    return StreamingResponse(body, media_type="text/csv", headers=headers)
