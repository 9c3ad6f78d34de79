"""Health, for supervisors and for Prometheus."""

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import Response

from api.deps import MetricsDep, ReadinessDep
from api.openapi import METRICS_ANSWER, NOT_READY
from api.schemas import Health, Readiness

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Is the process alive")
def healthz(request: Request) -> Health:
    """Answer, which is all that is asked."""
    return Health(status="ok", version=request.app.version)


@router.get("/readyz", summary="Can searches be answered", responses=NOT_READY)
def readyz(readiness: ReadinessDep, response: Response) -> Readiness:
    """Look at everything that a search needs; 503 until it is there."""
    state = readiness.state()
    response.status_code = 200 if state.status == "ready" else 503
    return state


@router.get(
    "/metrics", summary="Metrics for Prometheus", response_class=Response, responses=METRICS_ANSWER
)
def metrics(metrics: MetricsDep) -> Response:
    """Write all metrics in the text format of Prometheus."""
    return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)
