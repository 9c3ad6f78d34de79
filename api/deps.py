"""What handlers are given."""

from typing import Annotated, Any, cast

from fastapi import Depends, Path, Request
from pydantic import AfterValidator

from api.body import RawBody, read_json, read_json_or_form
from api.examples import ARTWORK_ID, JOB_ID, SNAPSHOT_ID
from api.metrics import Metrics
from api.params import check_names
from api.readiness import ReadinessProbe
from api.wire import decoded_part
from search.build import Services

# These look at nothing but memory: as coroutines they cost no trip to the thread pool.


async def _services(request: Request) -> Services:
    return cast(Services, request.app.state.services)


async def _metrics(request: Request) -> Metrics:
    return cast(Metrics, request.app.state.metrics)


async def _readiness(request: Request) -> ReadinessProbe:
    return cast(ReadinessProbe, request.app.state.readiness)


async def known_parameters(request: Request) -> None:
    """Refuse query parameters that the OpenAPI document does not name."""
    given = [name for name, _ in request.query_params.multi_items()]
    if given:
        check_names(given, _documented(request))


def _documented(request: Request) -> dict[str, bool]:
    """List the query parameters of a route, and whether each may be repeated."""
    path = request.scope["route"].path_format
    operation = request.app.openapi()["paths"][path][request.method.lower()]
    parameters: list[dict[str, Any]] = operation.get("parameters", [])
    return {p["name"]: p["schema"].get("type") == "array" for p in parameters if p["in"] == "query"}


ServicesDep = Annotated[Services, Depends(_services)]
MetricsDep = Annotated[Metrics, Depends(_metrics)]
ReadinessDep = Annotated[ReadinessProbe, Depends(_readiness)]
JsonBody = Annotated[RawBody, Depends(read_json)]
JsonOrFormBody = Annotated[RawBody, Depends(read_json_or_form)]
ArtworkId = Annotated[
    str,
    AfterValidator(decoded_part),
    Path(description="Artwork id, `source:source_id`, percent-encoded", examples=[ARTWORK_ID]),
]
JobId = Annotated[
    str, AfterValidator(decoded_part), Path(description="Id of a job", examples=[JOB_ID])
]
SnapshotId = Annotated[
    str, AfterValidator(decoded_part), Path(description="Id of a snapshot", examples=[SNAPSHOT_ID])
]
