"""`vasari cluster`: embed on a Ray cluster, and serve models on one."""

import signal
import threading
from typing import Annotated

import typer

from cli.embed import print_reports
from cli.output import Json, console, progress_bars
from cluster.options import LOCAL, BatchOptions, ServeOptions, WorkerOptions
from core.settings import load_settings
from core.types import SpaceField

app = typer.Typer(help="Embed and serve models on a Ray cluster.", no_args_is_help=True)

Address = Annotated[
    str, typer.Option("--ray", help="A cluster as host:port, `auto`, or `local` for this machine.")
]
Workers = Annotated[int, typer.Option(min=1, help="Workers, of each model where it is served.")]
Gpus = Annotated[float, typer.Option("--gpus-per-worker", min=0, help="As 0.5; 0: none.")]
Cpus = Annotated[float, typer.Option("--cpus-per-worker", min=0, help="Cores, as 0.5.")]


@app.command()
def embed(
    *,
    ray: Address = LOCAL,
    workers: Workers = 2,
    gpus: Gpus = 0.0,
    cpus: Cpus = 1.0,
    space: Annotated[
        list[SpaceField] | None, typer.Option(help="Of this space only; repeatable.")
    ] = None,
    json: Json = False,
) -> None:
    """Make missing embeddings by workers of a cluster; `vasari index build` then finds them there.

    All machines must see the same VASARI_HOME and pictures. What was stopped goes on where it was.
    """
    from cluster.embed import embed_on_cluster

    settings = load_settings()
    wanted = WorkerOptions(count=workers, gpus=gpus, cpus=cpus)
    with progress_bars() as progress:
        reports = embed_on_cluster(
            settings, tuple(space or SpaceField), wanted, address=ray, progress=progress
        )
    print_reports(reports, json=json)


@app.command()
def serve(
    *,
    ray: Address = LOCAL,
    workers: Workers = 1,
    gpus: Gpus = 0.0,
    cpus: Cpus = 1.0,
    batch: Annotated[int, typer.Option(help="Most inputs of one pass.")] = 32,
    wait_ms: Annotated[float, typer.Option(help="Time that a batch waits for more.")] = 5.0,
    host: Annotated[str, typer.Option(help="Address that the cluster listens on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8001,
) -> None:
    """Serve the configured encoders and the reranker, until stopped; say how they are reached.

    On a cluster of its own address they stay up: `vasari cluster stop` takes them away.
    """
    from cluster.serve import deploy
    from cluster.session import connected

    options = ServeOptions(
        workers=WorkerOptions(count=workers, gpus=gpus, cpus=cpus),
        batch=BatchOptions(batch, wait_ms / 1000),
        host=host,
        port=port,
    )
    settings = load_settings()
    with connected(ray) as module:
        for served in deploy(module, settings, options):
            for setting in served.settings:
                console.print(f"{setting}='{served.address}'", markup=False, soft_wrap=True)
        if ray == LOCAL:
            _wait_for_end()


@app.command()
def stop(*, ray: Address = "auto") -> None:
    """Take served models off a cluster; whatever else runs there is left alone."""
    from cluster.serve import remove
    from cluster.session import connected

    with connected(ray):
        for name in remove():
            console.print(f"{name}: stopped")


def _wait_for_end() -> None:
    """Wait for an interrupt, or for the signal that ends services."""
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    console.print("up until stopped (Ctrl-C)")
    try:
        ended.wait()
    except KeyboardInterrupt:
        console.print("stopped")
