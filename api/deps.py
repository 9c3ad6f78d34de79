"""What handlers are given."""

from typing import Annotated, cast, get_origin

from fastapi import Depends, Path, Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute
from pydantic import AfterValidator

from api.answers import EVENTS
from api.body import RawBody, read_json, read_json_or_form
from api.examples import ARTWORK_ID, EXECUTION_ID, JOB_ID, RETRIEVER, RUN_ID, SNAPSHOT_ID
from api.metrics import Metrics
from api.params import check_names
from api.readiness import ReadinessProbe
from api.replica import may_change_index, need_catalogue
from api.wire import decoded_part
from search.build import Services
from search.retrievers.executor import Executor

# These look at nothing but memory: as coroutines they cost no trip to the thread pool.


async def _services(request: Request) -> Services:
    return cast(Services, request.app.state.services)


async def _executor(request: Request) -> Executor:
    return cast(Executor, request.app.state.executor)


async def _metrics(request: Request) -> Metrics:
    return cast(Metrics, request.app.state.metrics)


async def _readiness(request: Request) -> ReadinessProbe:
    return cast(ReadinessProbe, request.app.state.readiness)


async def index_may_change(request: Request) -> None:
    """Refuse to change the index of a replica. Raises ReplicaError."""
    may_change_index(request.app.state.services)


async def catalogue_is_here(request: Request) -> None:
    """Refuse to answer for a catalogue that is elsewhere. Raises StorageError."""
    need_catalogue(request.app.state.services)


async def _wants_events(request: Request) -> bool:
    return EVENTS in request.headers.get("accept", "")


async def known_parameters(request: Request) -> None:
    """Refuse query parameters that the OpenAPI document does not name."""
    given = [name for name, _ in request.query_params.multi_items()]
    if given:
        check_names(given, query_parameters(request.scope["route"]))


def query_parameters(route: APIRoute) -> dict[str, bool]:
    """List the query parameters of a route, and whether each may be repeated.

    They are read from the handler: the whole OpenAPI document would cost the first request after a
    start a tenth of a second.
    """
    return {
        field.alias: get_origin(field.field_info.annotation) is list
        for field in get_flat_params(route.dependant)
        if field.alias not in route.param_convertors
    }


ServicesDep = Annotated[Services, Depends(_services)]
ExecutorDep = Annotated[Executor, Depends(_executor)]
MetricsDep = Annotated[Metrics, Depends(_metrics)]
ReadinessDep = Annotated[ReadinessProbe, Depends(_readiness)]
WantsEvents = Annotated[bool, Depends(_wants_events)]
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
ExecutionId = Annotated[str, Path(description="Id of an execution", examples=[EXECUTION_ID])]
RetrieverName = Annotated[
    str,
    AfterValidator(decoded_part),
    Path(description="Name of a retriever, or a version as `name@3`", examples=[RETRIEVER]),
]
RunId = Annotated[str, Path(description="Id of an ingest run", examples=[RUN_ID])]
SnapshotId = Annotated[
    str, AfterValidator(decoded_part), Path(description="Id of a snapshot", examples=[SNAPSHOT_ID])
]
