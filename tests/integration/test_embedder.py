"""Filling a space: once, resumable, and the same whatever killed the runs before."""

import random
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pytest

from core.progress import Progress, SilentProgress
from core.types import Artwork
from db.embeddings import SqlEmbeddingStore
from db.session import migrate, open_database
from search.embed import Embedder, EmbedReport
from search.embedding.contents import PictureContents, TextContents
from search.embedding.run import ShardWork, embed_shards
from search.embedding.shard_files import ShardFolder
from search.embedding.shards import Shard
from storage.folder import FolderBlobStore
from tests.embedding import DECODE, SeeingEncoder, gallery
from tests.processes import PROCESSES

PICTURES = 60
KILLS = 4  # each process gets two of the ten shards at most


class CountingProgress(SilentProgress):
    """Keeps what was announced and what was counted, by stage."""

    def __init__(self) -> None:
        self.stages: dict[str, list[int | str | None]] = {}

    def begin(self, stage: str, total: int | None, unit: str) -> None:
        self._open = self.stages.setdefault(stage, [total, unit, 0])

    def advance(self, count: int = 1) -> None:
        self._open[2] = int(self._open[2] or 0) + count


def picture_embedder(folder: Path, processes: int = 0) -> Embedder:
    database = open_database(f"sqlite:///{folder / 'vasari.db'}")
    migrate(database)
    contents = PictureContents(
        SeeingEncoder(), FolderBlobStore(folder / "blobs"), DECODE, shard_size=6
    )
    return Embedder(contents, SqlEmbeddingStore(database), ShardFolder(folder / "embed"), processes)


def fill(embedder: Embedder, artworks: list[Artwork], *, anew: bool = False) -> EmbedReport:
    return embedder.fill(artworks, len(artworks), SilentProgress(), anew=anew)


def stored(embedder: Embedder, artworks: list[Artwork]) -> np.ndarray:
    hashes = [h for artwork in artworks for h in embedder.contents.of(artwork)]
    return embedder.store.read(embedder.contents.space, hashes)


def left(embedder: Embedder) -> list[Path]:
    return embedder.folder.finished(embedder.contents.space)


def test_what_is_there_is_not_encoded_again_and_equal_content_once(tmp_path: Path) -> None:
    _, artworks = gallery(tmp_path, 9)
    again = [Artwork("t:copy", images=artworks[0].images), *artworks]
    embedder = picture_embedder(tmp_path)

    first, second, anew = (
        fill(embedder, again), fill(embedder, again), fill(embedder, again, anew=True)
    )  # fmt: skip

    counts = [(report.encoded, report.present) for report in (first, second, anew)]
    assert counts == [(9, 0), (0, 9), (9, 0)]
    assert left(embedder) == []


def test_progress_counts_the_contents_that_were_missing(tmp_path: Path) -> None:
    _, artworks = gallery(tmp_path, 9)
    embedder, progress = picture_embedder(tmp_path), CountingProgress()
    fill(embedder, artworks[:2])

    embedder.fill(artworks, len(artworks), progress)

    name = embedder.contents.space.name
    assert progress.stages == {
        f"compare {name}": [9, "artworks", 9], f"embed {name}": [7, "pictures", 7]
    }  # fmt: skip


def test_texts_go_through_the_same_shards(tmp_path: Path) -> None:
    artworks = [Artwork(f"t:{n}", f"Sea {n % 7}") for n in range(20)]
    pictures = picture_embedder(tmp_path)
    embedder = Embedder(
        TextContents(SeeingEncoder(), shard_size=3), pictures.store, pictures.folder
    )

    report = fill(embedder, artworks)

    assert (report.encoded, report.faults) == (7, ())
    texts = ["Title: Sea 3"]
    assert np.array_equal(stored(embedder, artworks[3:4]), SeeingEncoder().encode_texts(texts))


def test_a_run_takes_over_what_one_before_finished(tmp_path: Path) -> None:
    _, artworks = gallery(tmp_path, 20)
    embedder = picture_embedder(tmp_path)

    def stopped(shards: Iterable[Shard], progress: Progress) -> Iterator[Path]:
        with ShardWork(embedder.contents, embedder.folder) as work:
            finished = embed_shards(work, islice(shards, 2), progress)
            assert len(list(finished)) == 2
        if finished:
            raise KeyboardInterrupt
        yield from finished

    with pytest.raises(KeyboardInterrupt):
        embedder.fill(artworks, 20, SilentProgress(), run=stopped)
    assert len(left(embedder)) == 2

    assert fill(embedder, artworks).encoded == 20 - 2 * 6
    assert left(embedder) == []


def test_a_finished_shard_that_was_damaged_is_done_again(tmp_path: Path) -> None:
    _, artworks = gallery(tmp_path, 6)
    embedder = picture_embedder(tmp_path)
    listed = {h: w for artwork in artworks for h, w in embedder.contents.of(artwork).items()}
    shard = Shard(embedder.contents.space, tuple(sorted(listed.items())))
    with ShardWork(embedder.contents, embedder.folder) as work:
        [path] = embed_shards(work, [shard], SilentProgress())
    path.write_bytes(path.read_bytes()[:-3])

    report = fill(embedder, artworks)

    assert (report.encoded, left(embedder)) == (6, [])


def fill_shard_by_shard(folder: str, parent: Connection) -> None:
    embedder = picture_embedder(Path(folder), processes=1)
    _, artworks = gallery(Path(folder), PICTURES)

    def as_told(shards: Iterable[Shard], progress: Progress) -> Iterator[Path]:
        with ShardWork(embedder.contents, embedder.folder, 1) as work:
            for path in embed_shards(work, shards, progress):
                parent.send("a shard is on disk")
                parent.recv()
                yield path

    embedder.fill(artworks, PICTURES, SilentProgress(), run=as_told)
    parent.send("done")


def test_killed_at_random_moments_it_ends_as_if_it_never_was(tmp_path: Path) -> None:
    moments = random.Random(1851)  # noqa: S311 - moments, no secrets
    _, artworks = gallery(tmp_path / "whole", PICTURES)
    whole = picture_embedder(tmp_path / "whole")
    fill(whole, artworks)
    folder, told = tmp_path / "killed", []
    gallery(folder, PICTURES)

    for _ in range(KILLS):
        ours, theirs = PROCESSES.Pipe()
        process = PROCESSES.Process(target=fill_shard_by_shard, args=(str(folder), theirs))
        process.start()
        told.append(ours.recv())
        ours.send("go on")  # to the second shard, and be killed on the way
        time.sleep(moments.uniform(0, 0.05))
        process.kill()
        process.join()
        ours.close()
        theirs.close()

    resumed = picture_embedder(folder)
    report = fill(resumed, artworks)
    assert told == ["a shard is on disk"] * KILLS  # none was done before it was killed
    assert report.faults == ()
    assert np.array_equal(stored(resumed, artworks), stored(whole, artworks))
    assert left(resumed) == []
