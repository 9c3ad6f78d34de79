"""Shards fanned out over a Ray cluster; the driver alone reads and writes the catalogue."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any

from cluster.crew import Crew
from cluster.options import WorkerOptions, worker_settings
from cluster.session import check_room, connected
from cluster.worker import ShardWorker, Sight, check_sight
from core.errors import ConfigurationError
from core.progress import Progress
from core.settings import Settings
from core.types import SpaceField
from search.build import build_services
from search.embed import EmbedReport, ShardRunner
from search.embedding.shards import Shard
from search.publish import BuildOptions


def ray_runner(
    ray: ModuleType,
    settings: Settings,
    field: SpaceField,
    workers: WorkerOptions,
) -> ShardRunner:
    """Give what embeds shards on a cluster: files of finished ones come in any order.

    A shard whose worker dies is done again by another one. What was finished when the driver dies
    lies in the shared folder, and the next run takes it up.
    """

    def start() -> Any:  # noqa: ANN401 - an actor
        options = {"num_gpus": workers.gpus, "num_cpus": workers.cpus, "max_restarts": 0}
        given = worker_settings(settings, workers.cpus)
        return ray.remote(ShardWorker).options(**options).remote(given, field)

    def run(shards: Iterable[Shard], progress: Progress) -> Iterator[Path]:
        stream = iter(shards)
        first = next(stream, None)
        if first is None:
            return
        check_room(ray.cluster_resources(), workers)
        with shared_sight(settings, field, first) as sight:
            crew = Crew(ray, start, sight, count=workers.count)
            try:
                yield from crew.work(chain([first], stream), progress)
            finally:
                crew.dismiss()

    return run


@contextmanager
def shared_sight(settings: Settings, field: SpaceField, shard: Shard) -> Iterator[Sight]:
    """Put a file into the shared folder that workers must see, and choose a picture."""
    token = settings.home / "work" / f"cluster-{uuid.uuid4().hex[:12]}"
    token.parent.mkdir(parents=True, exist_ok=True)
    token.touch()
    try:
        yield _with_picture(settings, token, shard) if field is SpaceField.PICTURE else Sight(token)
    finally:
        token.unlink(missing_ok=True)


def _with_picture(settings: Settings, token: Path, shard: Shard) -> Sight:
    """Name a picture that is there; where none of the first is, nobody can be asked for it."""
    for content_hash, _ in shard.contents[:16]:
        sight = Sight(token, content_hash)
        try:
            check_sight(settings, sight)
        except ConfigurationError:
            continue
        return sight
    return Sight(token)


def embed_on_cluster(
    settings: Settings,
    spaces: Sequence[SpaceField],
    workers: WorkerOptions,
    *,
    address: str,
    progress: Progress,
) -> tuple[EmbedReport, ...]:
    """Make what embeddings are missing, by workers of a cluster.

    Raises:
        BuildRunningError: another process embeds or builds.
        ConfigurationError: the cluster is not there, or has no room.
        WorkerFaultError, ShardFailedError: what was finished before is kept.
    """
    with connected(address) as ray:
        return build_services(settings).publisher.embed(
            progress,
            BuildOptions(tuple(spaces)),
            runner=lambda field: ray_runner(ray, settings, field, workers),
        )
