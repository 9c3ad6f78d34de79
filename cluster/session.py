"""A Ray cluster for as long as it is needed: one of this machine alone, or one that is there."""

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType

from cluster.options import LOCAL, WorkerOptions
from core.errors import ConfigurationError, InputError, MissingExtraError

_CONNECT_S = 5.0
_OBJECTS_BYTES = 256 * 2**20  # shared memory of a local cluster; shards are lists of names
# Ray reads these as it is imported. Nothing of an installation is sent to its authors; a cluster
# of this machine alone listens on 127.0.0.1, which Ray otherwise does on Windows and macOS only.
_QUIET = {"RAY_USAGE_STATS_ENABLED": "0"}
_LOOPBACK = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}


@contextmanager
def connected(address: str) -> Iterator[ModuleType]:
    """Join a cluster, or start one on this machine; give the module `ray`.

    What was started here is stopped at the end, and nothing else.

    Raises:
        MissingExtraError: Ray is not installed.
        ConfigurationError: the cluster does not answer.
    """
    if address.startswith("ray://"):
        raise InputError("ray", "Ray Client is not supported: run it on a machine of the cluster")
    _check_answers(address)
    os.environ.update(_QUIET | (_LOOPBACK if address == LOCAL else {}))
    ray = import_ray()
    own = {"include_dashboard": False, "object_store_memory": _OBJECTS_BYTES}
    try:
        ray.init(
            address=address,
            namespace="vasari",
            log_to_driver=False,
            logging_level=logging.WARNING,
            **(own if address == LOCAL else {}),
        )
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise ConfigurationError(
            f"no Ray cluster at {address!r} ({' '.join(str(error).split())}); "
            "one that asks for a token needs RAY_AUTH_MODE=token and its RAY_AUTH_TOKEN"
        ) from error
    try:
        yield ray
    finally:
        ray.shutdown()


def _check_answers(address: str) -> None:
    """Look whether anything listens there: Ray itself would try for minutes."""
    host, colon, port = address.rpartition(":")
    if not colon:
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), _CONNECT_S).close()
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"no Ray cluster at {address!r}: {error}") from error


def import_ray() -> ModuleType:
    """Import Ray. Raises MissingExtraError."""
    try:
        return import_module("ray")
    except ImportError as error:
        raise MissingExtraError("ray", "ray") from error


def check_room(has: dict[str, float], workers: WorkerOptions, models: int = 1) -> None:
    """Refuse workers that a cluster never has room for, which Ray would wait for in silence.

    Raises:
        ConfigurationError: says what is needed and what is there.
    """
    count = workers.count * models
    for resource, share in (("GPU", workers.gpus), ("CPU", workers.cpus)):
        needed, there = count * share, has.get(resource, 0.0)
        if needed > there:
            raise ConfigurationError(
                f"{count} workers of {share:g} {resource} need {needed:g}; the cluster has "
                f"{there:g}: ask for fewer, or for a smaller share of each"
            )
