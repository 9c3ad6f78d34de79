"""The bundled sample embedded by workers of a cluster, some of which are killed."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import psutil
import pytest

from cluster.crew import MOST_TRIES, Crew, ShardFailedError, WorkerFaultError
from cluster.embed import ray_runner
from cluster.options import WorkerOptions
from cluster.worker import Outcome, Sight
from core.errors import ConfigurationError
from core.progress import Progress, SilentProgress
from core.settings import Settings
from core.spaces import Space
from core.types import EncoderCard, Matrix, Modality, SpaceField
from ingest.pipeline import ingest
from ingest.sources.sample import open_sample
from search.build import Services, build_services
from search.embed import ShardRunner
from search.embedding.contents import PictureContents, TextContents
from search.embedding.shards import Shard
from search.publish import BuildOptions
from tests_cluster.conftest import settings_of
from tests_cluster.driver import in_pieces

TWO = WorkerOptions(count=2, cpus=0.5)
OTHER = Space(
    SpaceField.CATALOGUE, EncoderCard("other", "r", "fp32", "0" * 16, 8, (Modality.TEXT,))
)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("sample")
    services = build_services(settings_of(home))
    ingest(
        open_sample(),
        catalogue=services.catalogue,
        blobs=services.blobs,
        runs=services.runs,
        progress=SilentProgress(),
    )
    return home


@pytest.fixture(scope="session")
def plain(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[SpaceField, Matrix]:
    """Embeddings as they are made without a cluster."""
    settings = copied(sample, tmp_path_factory.mktemp("plain"))
    build_services(settings).publisher.embed(SilentProgress())
    return {field: stored(settings, field) for field in SpaceField}


def copied(sample: Path, home: Path) -> Settings:
    shutil.copytree(sample, home, dirs_exist_ok=True)
    return settings_of(home)


def stored(settings: Settings, field: SpaceField) -> Matrix:
    """Read all embeddings of a field, in the order of their contents' hashes."""
    services = build_services(settings)
    contents = contents_of(services, field)
    hashes = {h for artwork in services.catalogue.scan() for h in contents.of(artwork)}
    return services.embeddings.read(contents.space, sorted(hashes))


def contents_of(services: Services, field: SpaceField) -> TextContents | PictureContents:
    encoder = services.encoders.of(field)
    if field is SpaceField.CATALOGUE:
        return TextContents(encoder)
    return PictureContents(encoder, services.blobs, services.decode_picture)


def embed(settings: Settings, run: ShardRunner, field: SpaceField) -> int:
    options = BuildOptions((field,))
    [report] = build_services(settings).publisher.embed(
        SilentProgress(), options, runner=lambda _: run
    )
    assert not report.faults
    return report.encoded


def killing(run: ShardRunner) -> ShardRunner:
    """Kill one worker as soon as the first shard is finished."""

    def run_killing(shards: Iterable[Shard], progress: Progress) -> Iterator[Path]:
        for number, path in enumerate(run(shards, progress)):
            if number == 0:
                workers_of_this_process()[0].kill()
            yield path

    return run_killing


def workers_of_this_process() -> list[psutil.Process]:
    children = psutil.Process().children(recursive=True)
    return [child for child in children if "ShardWorker" in " ".join(child.cmdline())]


@pytest.mark.parametrize("field", list(SpaceField))
def test_two_workers_make_the_embeddings_of_one_process(
    ray: ModuleType,
    sample: Path,
    plain: dict[SpaceField, Matrix],
    tmp_path: Path,
    field: SpaceField,
) -> None:
    settings = copied(sample, tmp_path)

    embed(settings, in_pieces(ray_runner(ray, settings, field, TWO)), field)

    assert np.array_equal(stored(settings, field), plain[field])
    assert not list((tmp_path / "work").glob("cluster-*"))


def test_a_worker_that_is_killed_is_replaced_and_its_shards_are_done(
    ray: ModuleType, sample: Path, plain: dict[SpaceField, Matrix], tmp_path: Path
) -> None:
    settings, field = copied(sample, tmp_path), SpaceField.CATALOGUE
    run = ray_runner(ray, settings, field, WorkerOptions(count=1, cpus=0.5))

    encoded = embed(settings, killing(in_pieces(run)), field)

    assert encoded == len(plain[field])
    assert np.array_equal(stored(settings, field), plain[field])


def test_a_driver_that_is_killed_is_taken_up_by_the_command(
    sample: Path, plain: dict[SpaceField, Matrix], tmp_path: Path
) -> None:
    settings = copied(sample, tmp_path)
    finished = kill_driver(tmp_path, after=6)

    command = [sys.executable, "-m", "cli", "cluster", "embed", "--space", "catalogue", "--json"]
    done = subprocess.run(
        [*command, "--cpus-per-worker", "0.5"],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
        timeout=180,
    )

    [report] = json.loads(done.stdout)
    assert report["present"] >= 16 * finished
    assert report["present"] + report["encoded"] == len(plain[SpaceField.CATALOGUE])
    assert np.array_equal(stored(settings, SpaceField.CATALOGUE), plain[SpaceField.CATALOGUE])


def kill_driver(home: Path, *, after: int) -> int:
    """Start a driver and kill it once so many shards are finished; say how many it told."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests_cluster.driver", str(home)],
        env=environment(home),
        stdout=subprocess.PIPE,
        text=True,
    ) as driver:
        assert driver.stdout is not None
        for _ in range(after):
            assert driver.stdout.readline()
        started = psutil.Process(driver.pid).children(recursive=True)
        driver.kill()
    _, alive = psutil.wait_procs(started, timeout=10)
    for agent in alive:  # Ray's agents take about a minute to notice
        assert agent.name().endswith("Agent")
        agent.kill()
    return after


def environment(home: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    return {**kept, "VASARI_HOME": str(home), "VASARI_THREADS": "1", "HOME": str(home)}


def test_a_shard_of_another_space_is_refused_with_what_differs(
    ray: ModuleType, tmp_path: Path
) -> None:
    run = ray_runner(ray, settings_of(tmp_path), SpaceField.CATALOGUE, TWO)

    with pytest.raises(WorkerFaultError, match=r"differs in encoder \(minilm-int8, not other"):
        list(run([Shard(OTHER, (("0" * 64, "a"),))], SilentProgress()))


def test_more_workers_than_fit_are_refused(ray: ModuleType, tmp_path: Path) -> None:
    run = ray_runner(ray, settings_of(tmp_path), SpaceField.CATALOGUE, WorkerOptions(1, gpus=0.5))

    with pytest.raises(
        ConfigurationError, match=r"1 workers of 0\.5 GPU need 0\.5; the cluster has 0"
    ):
        list(run([Shard(OTHER, (("0" * 64, "a"),))], SilentProgress()))


class Mortal:
    """A worker that dies of some shards."""

    def open(self, _: Sight) -> Outcome:
        return Outcome()

    def embed(self, shard: Shard) -> Outcome:
        if shard.contents[0][1] == "deadly":
            os._exit(1)
        return Outcome(path=shard.contents[0][1])


def shards_of(*names: str) -> list[Shard]:
    return [Shard(OTHER, ((str(number), name),)) for number, name in enumerate(names)]


def test_a_shard_that_kills_every_worker_is_named_in_the_end(
    ray: ModuleType, tmp_path: Path
) -> None:
    start = ray.remote(Mortal).options(num_cpus=0.1).remote
    crew = Crew(ray, start, Sight(tmp_path), count=2)
    shards = shards_of("a", "deadly", "b")

    with pytest.raises(ShardFailedError, match=f"'deadly'.* failed {MOST_TRIES} times"):
        list(crew.work(shards, SilentProgress()))
    crew.dismiss()


def test_shards_are_read_no_further_than_workers_can_hold(ray: ModuleType, tmp_path: Path) -> None:
    start = ray.remote(Mortal).options(num_cpus=0.1).remote
    crew = Crew(ray, start, Sight(tmp_path), count=1)
    read: list[str] = []

    def stream() -> Iterator[Shard]:
        for shard in shards_of(*map(str, range(20))):
            read.append(shard.contents[0][1])
            yield shard

    work = crew.work(stream(), SilentProgress())
    first = next(work)

    assert first == Path("0")
    assert len(read) <= 3
    assert {str(path) for path in work} == {str(number) for number in range(1, 20)}
    crew.dismiss()
