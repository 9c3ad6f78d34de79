"""Readiness: encoders are loaded before traffic comes, and supervisors are told when."""

import logging
import threading

from api import schemas
from api.collector import leave_out_what_is_loaded
from api.replica import need_catalogue
from core.errors import NoSnapshotError, VasariError
from search.build import Services
from search.health import (
    ENCODER_CHECKS,
    Check,
    check_database,
    check_models,
    check_snapshot,
    check_spaces,
    memory_bytes,
)

LOADING = "is being loaded"

_log = logging.getLogger(__name__)


class ReadinessProbe:
    """Warms the service up in a thread of its own, and looks at what it needs."""

    def __init__(self, services: Services, *, owns_process: bool = False) -> None:
        """Look at a service, which may be all that its process does."""
        self._services = services
        self._owns_process = owns_process
        self._is_warm = threading.Event()
        self._thread = threading.Thread(target=self._warm_up, name="warm-up", daemon=True)

    def start(self) -> None:
        """Begin to load the encoders and to touch the live snapshot."""
        self._thread.start()

    def stop(self) -> None:
        """Wait for the warm-up: a process that ends inside a native library is aborted."""
        self._thread.join()

    def checks(self) -> list[Check]:
        """Look at everything that a search needs, quickly."""
        checks = [check_snapshot(self._services.snapshots)]
        if self._is_warm.is_set():
            checks += check_spaces(self._services.snapshots, self._services.encoders)
        else:
            checks += [Check(name, ok=False, detail=LOADING) for name in ENCODER_CHECKS.values()]
        if self._services.follower is not None:
            checks.append(self._services.follower.check())
        models = check_models(self._services.breakers)
        return [*checks, check_database(self._ping_catalogue), *models]

    def state(self) -> schemas.Readiness:
        """Tell whether searches can be answered, and what is missing."""
        checks, is_warm = self.checks(), self._is_warm.is_set()
        is_ready = all(check.ok for check in checks if check.required)
        status = "ready" if is_ready else "failing" if is_warm else "starting"
        memory = self._memory_bytes() if is_warm else None
        return schemas.Readiness.model_validate(
            {"status": status, "checks": checks, "memory_bytes": memory}
        )

    def _memory_bytes(self) -> int | None:
        try:
            models = memory_bytes(self._services.snapshots.current(), self._services.encoders)
            rerank = self._services.rerank
            return models + (rerank.reranker.memory_bytes() if rerank else 0)
        except VasariError:
            return None

    def _warm_up(self) -> None:
        if self._services.follower is not None:
            self._services.follower.wait()  # for something to warm up with
        try:
            self._services.engine.warm_up()
        except NoSnapshotError:
            self._load_encoders()
        except VasariError as error:  # in words, with its remedy; the checks find it again
            _log.error("searches cannot be answered: %s", error)
        except Exception:  # noqa: BLE001 - whatever it is, the checks find it again and tell it
            _log.exception("the warm-up failed")
        finally:
            if self._owns_process:
                leave_out_what_is_loaded()
            self._is_warm.set()

    def _load_encoders(self) -> None:
        try:
            _ = self._services.encoders.text, self._services.encoders.picture
        except VasariError as error:
            _log.error("the encoders cannot be loaded: %s", error)

    def _ping_catalogue(self) -> None:
        need_catalogue(self._services)
        self._services.catalogue.page(None, after=None, limit=1)
