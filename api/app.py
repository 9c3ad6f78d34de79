"""The app: routes, limits and errors around the services of an installation."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from anyio import to_thread
from fastapi import Depends, FastAPI
from starlette.routing import Mount

from api import docs, page
from api.audit import Strangers
from api.deps import known_parameters
from api.errors import add_error_handlers
from api.limits import BodyLimit, ConcurrencyLimit, body_limit_bytes
from api.metrics import Metrics, Observed
from api.openapi import DESCRIPTION, TAGS, DocumentedApi
from api.readiness import ReadinessProbe
from api.render import build_executor
from api.replica_metrics import ReplicaCollector
from api.routes import (
    admin,
    artworks,
    cache,
    execute,
    facets,
    health,
    images,
    pictures,
    retrievers,
    runs,
    search,
)
from api.wire import ExactAddress, HeadAsGet
from core.errors import VasariError
from core.release import release
from search.build import Services
from search.withdrawals import keep_gone

SPARE_THREADS = 8  # for health and files, beyond one for each request that is taken

_log = logging.getLogger(__name__)


def create_app(services: Services, *, admin_key_hash: str, owns_process: bool = False) -> FastAPI:
    """Build the REST API and the page over the services of an installation.

    Where it is all that the process does, collections of garbage leave out what it has loaded.
    """
    app = DocumentedApi(
        title="Vasari",
        description=DESCRIPTION,
        version=release(),
        openapi_tags=TAGS,
        docs_url=None,  # FastAPI's page loads its scripts from a foreign host; ours is api/docs.py
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        lifespan=_lifespan,
    )
    app.state.services = services
    app.state.executor = build_executor(services)
    app.state.admin_key_hash = admin_key_hash
    app.state.metrics = Metrics(
        services.snapshots, services.breakers, services.encoders, services.cache
    )
    app.state.metrics.registry.register(ReplicaCollector(services.follower))
    app.state.readiness = ReadinessProbe(services, owns_process=owns_process)
    app.state.strangers = Strangers()
    add_error_handlers(app)
    _add_routes(app)
    _add_middleware(app, services)
    return app


def _add_routes(app: FastAPI) -> None:
    for routes in (
        search,
        retrievers,
        execute,
        artworks,
        facets,
        images,
        admin,
        cache,
        runs,
        pictures,
    ):
        app.include_router(routes.router, dependencies=[Depends(known_parameters)])
    app.include_router(health.router)
    app.include_router(page.router)
    app.include_router(docs.router)
    app.router.routes.append(Mount("/static", page.PageFiles(directory=page.WEB), name="static"))


def _add_middleware(app: FastAPI, services: Services) -> None:
    """Wrap the routes; what is added last stands outermost."""
    app.add_middleware(ExactAddress)
    app.add_middleware(HeadAsGet)
    app.add_middleware(BodyLimit, limit_bytes=body_limit_bytes(services.settings.max_upload_mb))
    app.add_middleware(ConcurrencyLimit, limit=services.settings.max_concurrency)
    app.add_middleware(Observed, metrics=app.state.metrics)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Start what works beside the requests, and stop it in the end."""
    services: Services = app.state.services
    limiter = to_thread.current_default_thread_limiter()
    limiter.total_tokens = services.settings.max_concurrency + SPARE_THREADS
    await to_thread.run_sync(_start, services)
    app.state.readiness.start()
    yield
    await to_thread.run_sync(_stop, services)
    await to_thread.run_sync(app.state.readiness.stop)


def _start(services: Services) -> None:
    """Start what changes the index: jobs, or on a replica what others publish."""
    if services.follower is not None:
        services.follower.start()
        return
    _mend(services)
    services.jobs.start()


def _stop(services: Services) -> None:
    if services.follower is not None:
        services.follower.stop()
    else:
        services.jobs.stop()


def _mend(services: Services) -> None:
    """Bring what a kill may have left on the disk, and between it and the database, in line."""
    publisher = services.publisher
    gone = partial(keep_gone, services.catalogue, services.snapshots)
    for mend in (publisher.mend_log, gone, publisher.tidy):
        try:
            mend()
        except (VasariError, OSError):  # searches need none of it
            _log.exception("what a kill may have left could not be mended")
