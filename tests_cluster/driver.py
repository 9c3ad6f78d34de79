"""A driver to be killed: `python -m tests_cluster.driver HOME` says each file that is finished."""

import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from cluster.embed import ray_runner
from cluster.options import WorkerOptions
from cluster.session import connected
from core.progress import Progress, SilentProgress
from core.types import SpaceField
from search.build import build_services
from search.embed import ShardRunner
from search.embedding.shards import Shard
from search.publish import BuildOptions
from tests_cluster.conftest import settings_of

SIZE = 16  # contents of a shard, for the sample's few; even, as pictures are encoded by two


def in_pieces(run: ShardRunner) -> ShardRunner:
    """Cut shards into smaller ones, so that there is a middle to be killed in."""

    def run_pieces(shards: Iterable[Shard], progress: Progress) -> Iterator[Path]:
        return run((piece for shard in shards for piece in pieces(shard)), progress)

    return run_pieces


def pieces(shard: Shard) -> Iterator[Shard]:
    """Cut one shard."""
    for at in range(0, len(shard), SIZE):
        yield Shard(shard.space, shard.contents[at : at + SIZE])


def main(home: Path) -> None:
    """Embed the texts of an installation; some files are told but left to be taken up later."""
    settings = settings_of(home)
    with connected("local") as ray:
        run = in_pieces(ray_runner(ray, settings, SpaceField.CATALOGUE, WorkerOptions(cpus=0.5)))

        def told(shards: Iterable[Shard], progress: Progress) -> Iterator[Path]:
            for number, path in enumerate(run(shards, progress)):
                sys.stdout.write(f"{path}\n")
                sys.stdout.flush()
                if number < 3:
                    yield path
                else:
                    time.sleep(0.2)  # killed here: its file is whole, and not in the catalogue

        options = BuildOptions((SpaceField.CATALOGUE,))
        build_services(settings).publisher.embed(SilentProgress(), options, runner=lambda _: told)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
