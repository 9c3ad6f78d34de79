"""What the embedding pipeline costs over the bare model, on the same batches in the same run.

    python -m bench.models.embed                            # this CPU: the built-in encoder, SigLIP
    python -m bench.models.embed --device cuda              # SigLIP, so400m and Qwen3-VL on a GPU

Bare is the encoder alone on pictures that lie decoded and resized in memory. The pipeline begins
at the catalogue's contents and ends with the embeddings in SQLite: it reads files of pictures,
decodes and resizes them, writes the file of each shard and absorbs it. Both are run in turn; the
processes are started before, and what that takes is a figure of its own. Weights are random.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from os import getloadavg
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import numpy as np

from bench.models.checkpoints import QWEN, SIGLIP, SO400M, Size, make_checkpoint
from bench.models.pictures import keep_pictures
from bench.models.timed_encoder import TimedEncoder
from bench.record import Figure, Recorder, say
from core.ports import BlobStore, PreparedEncoder
from core.progress import SilentProgress
from core.settings import load_settings
from core.types import Artwork, Image, Pixels
from db.embeddings import SqlEmbeddingStore
from db.session import migrate, open_database
from models.builtin.runtime import available_cores
from models.images import decode_picture
from models.options import Device, EncoderOptions
from models.registry import load_encoder
from search.embed import Embedder
from search.embedding.contents import PictureContents, is_prepared
from search.embedding.preparing import PictureSource
from search.embedding.run import ShardWork, embed_shards
from search.embedding.shard_files import ShardFolder
from search.embedding.shards import Part, parts_of, plan_shards
from storage.folder import FolderBlobStore

BUILTIN = "builtin"
# Pictures by device and model: some seconds of the model for each of the rounds.
PICTURES: dict[Device, dict[str, int]] = {
    Device.CPU: {BUILTIN: 256, SIGLIP.name: 32},
    Device.CUDA: {SIGLIP.name: 12_288, SO400M.name: 2048, QWEN.name: 512},
}
SIZES: dict[str, Size] = {size.name: size for size in (SIGLIP, SO400M, QWEN)}


@dataclass(frozen=True, slots=True)
class Options:
    """How the run was asked for."""

    device: Device
    rounds: int
    threads: int
    processes: int
    longest: int


@dataclass(frozen=True, slots=True)
class Case:
    """One model with what it encodes."""

    name: str
    encoder: TimedEncoder
    contents: PictureContents
    artworks: Sequence[Artwork]
    embedder: Embedder


@dataclass(frozen=True, slots=True)
class _Spent:
    """Time that one run over all pictures took."""

    wall_s: float
    cpu_s: float  # of this process
    encoder_s: float  # in which it encoded


def main() -> None:
    """Measure each model, and keep a row of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", type=Device, default=Device.CPU)
    parser.add_argument("--models", help="of those of the device, by comma; all if left out")
    parser.add_argument("--pictures", type=int, help="of each model, instead of its own number")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=0, help="of the encoder; 0: all cores")
    parser.add_argument("--processes", type=int, default=available_cores())
    parser.add_argument("--longest", type=int, default=0, help="enlarge pictures to so many pixels")
    given = parser.parse_args()
    options = Options(given.device, given.rounds, given.threads, given.processes, given.longest)
    counts = PICTURES[options.device]
    names = given.models.split(",") if given.models else list(counts)
    recorder = Recorder("embed")
    for name in names:
        with TemporaryDirectory() as folder:
            case = _case(name, Path(folder), given.pictures or counts[name], options)
            _measure(case, options, recorder)


def _case(name: str, folder: Path, count: int, options: Options) -> Case:
    say(f"{name}: {count} pictures, and the model")
    blobs = FolderBlobStore(folder / "blobs")
    artworks = [
        Artwork(f"bench:{number}", images=(Image(content_hash=content_hash),))
        for number, content_hash in enumerate(
            keep_pictures(folder / "blobs", count, longest=options.longest)
        )
    ]
    encoder = TimedEncoder(_load(name, folder, options))
    contents = PictureContents(encoder, blobs, decode_picture)
    embedder = Embedder(contents, _store(folder), ShardFolder(folder / "embed"))
    return Case(name, encoder, contents, artworks, embedder)


def _load(name: str, folder: Path, options: Options) -> PreparedEncoder:
    asked = EncoderOptions(threads=options.threads, device=options.device)
    path = (
        load_settings({}).picture_encoder
        if name == BUILTIN
        else str(make_checkpoint(SIZES[name], folder, options.device))
    )
    encoder = load_encoder(path, asked)
    assert is_prepared(encoder)
    return encoder


def _store(folder: Path) -> SqlEmbeddingStore:
    database = open_database(f"sqlite:///{folder / 'vasari.db'}")
    migrate(database)
    return SqlEmbeddingStore(database)


def _measure(case: Case, options: Options, recorder: Recorder) -> None:
    with ShardWork(case.contents, case.embedder.folder, options.processes) as work:
        parts = list(_parts(case))
        began = perf_counter()
        next(_prepared(work, parts[:1]))
        start_s = perf_counter() - began
        say(f"{case.name}: preparing {len(case.artworks)} pictures for the bare model")
        began = perf_counter()
        ready = list(_prepared(work, parts))
        prepare_s = perf_counter() - began
        case.encoder.encode_resized(ready[0])  # the first pass of a process is slower
        runs = partial(_bare, case, ready), partial(_pipeline, case, work)
        bare, whole = _in_turn(runs, case.encoder, options.rounds)
    count = len(case.artworks)
    figures = {
        "pictures_together": case.contents.part_size,
        "rounds": options.rounds,
        "bare_pictures_per_s": count / median(spent.wall_s for spent in bare),
        "pipeline_pictures_per_s": count / median(spent.wall_s for spent in whole),
        "ratio": median(w.wall_s / b.wall_s for w, b in zip(whole, bare, strict=True)),
        # Of the process that encodes: on a busy machine the steadier figure.
        "cpu_ratio": median(w.cpu_s / b.cpu_s for w, b in zip(whole, bare, strict=True)),
        # What the pipeline leaves of its time to the encoder, the wait for the first part included.
        "encoder_share": median(spent.encoder_s / spent.wall_s for spent in whole),
        "prepare_alone_pictures_per_s": count / prepare_s,
        "prepare_ms_of_a_core": _prepare_ms(case),
        "start_s": start_s,
    }
    recorder.row("pipeline_overhead", _facts(case, options) | figures)


def _facts(case: Case, options: Options) -> dict[str, Figure]:
    return {
        "model": case.name,
        "weights": "built in" if case.name == BUILTIN else "random",
        "dtype": case.encoder.card.dtype,
        "device": options.device.value,
        "threads": options.threads or available_cores(),
        "processes": options.processes,
        "pictures": len(case.artworks),
        "picture_longest": options.longest or None,  # None: as they are
        "load_1m": getloadavg()[0],
    }


def _in_turn(
    runs: tuple[Callable[[], None], Callable[[], None]], encoder: TimedEncoder, rounds: int
) -> tuple[list[_Spent], list[_Spent]]:
    """Run both once a round, the one that is first in turn."""
    spent: tuple[list[_Spent], list[_Spent]] = ([], [])
    for number in range(rounds):
        for which in (0, 1) if number % 2 == 0 else (1, 0):
            began, used, encoded = perf_counter(), process_time(), encoder.seconds
            runs[which]()
            spent[which].append(
                _Spent(perf_counter() - began, process_time() - used, encoder.seconds - encoded)
            )
        say(f"  bare {spent[0][-1].wall_s:.2f} s, pipeline {spent[1][-1].wall_s:.2f} s")
    return spent


def _bare(case: Case, ready: Sequence[list[Pixels]]) -> None:
    for pictures in ready:
        case.encoder.encode_resized(pictures)


def _pipeline(case: Case, work: ShardWork) -> None:
    report = case.embedder.fill(
        case.artworks,
        len(case.artworks),
        SilentProgress(),
        anew=True,
        run=partial(embed_shards, work),
    )
    assert report.encoded == len(case.artworks), report.faults[:3]


def _parts(case: Case) -> Iterator[Part]:
    listed = [item for artwork in case.artworks for item in case.contents.of(artwork).items()]
    missing = [content_hash for content_hash, _ in listed]
    for shard in plan_shards(case.contents.space, listed, missing, case.contents.shard_size):
        yield from parts_of(shard, case.contents.part_size)


def _prepared(work: ShardWork, parts: Sequence[Part]) -> Iterator[list[Pixels]]:
    """Prepare the batches of the pipeline, and keep them in memory."""
    preparer = work.preparer
    assert preparer is not None
    ahead = [preparer.prepare([content_hash for content_hash, _ in part]) for part in parts[:2]]
    for number in range(len(parts)):
        pending = ahead.pop(0)
        pictures = [np.array(one) for one in pending.wait() if not isinstance(one, str)]
        pending.release()
        if number + 2 < len(parts):
            ahead.append(preparer.prepare([h for h, _ in parts[number + 2]]))
        yield pictures


def _prepare_ms(case: Case) -> float:
    """Time one core at reading, decoding and resizing a picture."""
    blobs: BlobStore = case.contents.blobs
    source = PictureSource(blobs, case.contents.decode, case.encoder.pictures)
    hashes = [str(artwork.images[0].content_hash) for artwork in case.artworks[:64]]
    began = process_time()
    for content_hash in hashes:
        source.load(content_hash)
    return (process_time() - began) / len(hashes) * 1000


if __name__ == "__main__":
    main()
