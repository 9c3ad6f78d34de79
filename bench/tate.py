"""Filling a home with all 69,202 works of the Tate collection: ingest, encoding, snapshot."""

import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path

from bench.record import Recorder, say
from core.catalogue_text import catalogue_line
from core.progress import SilentProgress
from core.settings import load_settings
from core.types import Artwork
from ingest.pipeline import ingest
from ingest.registry import SourceOptions, open_source
from search.build import Services, build_services
from search.embed import Embedder
from search.embedding.contents import TextContents
from search.embedding.shard_files import ShardFolder
from search.publish import BuildOptions

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SWAPS = 10
OVERHEAD_CHUNKS = 3  # chunks of 2,048 works, each encoded bare and through the pipeline


class TimedProgress:
    """Adds up the seconds of each stage of long work."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._stage: str | None = None
        self._begin = 0.0

    def begin(self, stage: str, total: int | None, unit: str) -> None:
        """Open a stage; the one before is over."""
        self.finish()
        say(f"{stage} ({total} {unit})")
        self._stage, self._begin = stage, time.perf_counter()

    def advance(self, count: int = 1) -> None:
        """Nothing to add up."""

    def finish(self) -> None:
        """Close the open stage."""
        if self._stage is not None:
            spent = time.perf_counter() - self._begin
            self.seconds[self._stage] = self.seconds.get(self._stage, 0.0) + spent
        self._stage = None


@contextmanager
def clock() -> Iterator[list[float]]:
    """Measure the seconds of a block."""
    spent = [0.0]
    begin = time.perf_counter()
    yield spent
    spent[0] = time.perf_counter() - begin


def run(home: Path, recorder: Recorder) -> None:
    """Fill the home, and measure each step of it."""
    services = build_services(replace(load_settings({}), home=home))
    _measure_ingest(services, recorder)
    _measure_overhead(services, recorder)
    _measure_build(services, recorder)
    _measure_publish(services, recorder)
    _measure_disk(home, recorder)


def _measure_ingest(services: Services, recorder: Recorder) -> None:
    for attempt in ("first", "again, unchanged"):
        say(f"ingest ({attempt})")
        source = open_source("table", SourceOptions(path=DATA / "tate", mapping="tate"))
        with clock() as spent:
            ended = ingest(
                source,
                catalogue=services.catalogue,
                blobs=services.blobs,
                runs=services.runs,
                progress=SilentProgress(),
            )
        rows = ended.created + ended.changed + ended.unchanged + ended.quarantined
        figures = {"attempt": attempt, "rows": rows, "created": ended.created}
        recorder.row("ingest_tate", {**figures, "s": spent[0], "rows_per_s": rows / spent[0]})


def _measure_overhead(services: Services, recorder: Recorder) -> None:
    """Encode the same works bare and through the pipeline, chunk by chunk in turn."""
    say("encoding: bare against the pipeline")
    encoder = services.encoders.text
    contents = TextContents(encoder)
    artworks = services.catalogue.scan()
    bare_s = pipeline_s = 0.0
    texts = 0
    with tempfile.TemporaryDirectory() as folder:
        embedder = Embedder(
            contents, _fresh_services(Path(folder)).embeddings, ShardFolder(Path(folder) / "embed")
        )
        for _ in range(OVERHEAD_CHUNKS):
            chunk: list[Artwork] = list(islice(artworks, contents.shard_size))
            lines = list(dict.fromkeys(map(catalogue_line, chunk)))
            with clock() as spent:
                encoder.encode_texts(lines)
            bare_s += spent[0]
            with clock() as spent:
                embedder.fill(chunk, len(chunk), SilentProgress())
            pipeline_s += spent[0]
            texts += len(lines)
    recorder.row(
        "encoding_overhead",
        {
            "texts": texts,
            "bare_texts_per_s": texts / bare_s,
            "pipeline_texts_per_s": texts / pipeline_s,
            "pipeline_share_of_bare": bare_s / pipeline_s,
        },
    )


def _fresh_services(home: Path) -> Services:
    return build_services(replace(load_settings({}), home=home))


def _measure_build(services: Services, recorder: Recorder) -> None:
    progress = TimedProgress()
    with clock() as spent:
        report = services.publisher.build(progress)
    progress.finish()
    encoded = sum(space.encoded for space in report.spaces)
    stages = {_figure_name(stage): s for stage, s in progress.seconds.items()}
    figures = {"artworks": report.artworks, "texts_encoded": encoded, "s": spent[0]}
    recorder.row("build_snapshot", {**figures, **stages})


def _figure_name(stage: str) -> str:
    """Name a stage's seconds: "embed minilm-int8@4377f25b74ce/catalogue" → embed_catalogue_s."""
    return re.sub(r"\S+/", "", stage).replace(" ", "_") + "_s"


def _measure_publish(services: Services, recorder: Recorder) -> None:
    """Check and publish a snapshot; then swap back and forth, which is the bare pointer."""
    say("publish")
    progress = SilentProgress()
    snapshot = services.publisher.build(progress, BuildOptions(publish=False)).snapshot
    with clock() as checked:
        services.publisher.publish(snapshot)
    with clock() as swapped:
        for _ in range(SWAPS):
            services.snapshots.rollback()
    figures = {"check_and_swap_ms": checked[0] * 1000, "swap_ms": swapped[0] * 1000 / SWAPS}
    recorder.row("publish", figures)


def _measure_disk(home: Path, recorder: Recorder) -> None:
    def size_mb(path: Path) -> float:
        return sum(f.stat().st_size for f in path.rglob("*") if f.is_file()) / 2**20

    snapshots = [p for p in (home / "snapshots").iterdir() if p.is_dir()]
    recorder.row(
        "disk",
        {
            "catalogue_mb": (home / "vasari.db").stat().st_size / 2**20,
            "snapshot_mb": size_mb(max(snapshots)),
            "home_mb": size_mb(home),
        },
    )
