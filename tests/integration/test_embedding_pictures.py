"""Pictures through the pipeline: the same vectors as without it, and no picture stops a run."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.errors import ConfigurationError
from core.ports import PictureDecoder
from core.progress import SilentProgress
from core.settings import load_settings
from core.spaces import Space
from core.types import Artwork, SpaceField
from models.registry import load_encoder
from search.embedding.contents import PictureContents
from search.embedding.run import ShardWork, embed_shard, embed_shards
from search.embedding.shard_files import ShardFolder
from search.embedding.shards import Encoded, Shard, joined, plan_shards
from storage.folder import FolderBlobStore
from tests.embedding import (
    CARD,
    DECODE,
    KILLER,
    SeeingEncoder,
    decode_or_die,
    die,
    gallery,
    keep,
    picture,
)

PICTURES = 30


def contents_of(blobs: FolderBlobStore, decode: PictureDecoder = DECODE) -> PictureContents:
    return PictureContents(SeeingEncoder(), blobs, decode, shard_size=12)


def shards_of(contents: PictureContents, artworks: list[Artwork]) -> list[Shard]:
    listed = [item for artwork in artworks for item in contents.of(artwork).items()]
    return list(plan_shards(contents.space, listed, dict(listed), contents.shard_size))


def embedded(work: ShardWork, shards: list[Shard]) -> Encoded:
    paths = list(embed_shards(work, shards, SilentProgress()))
    dim = work.contents.space.encoder.dim
    return joined([work.folder.read(path).encoded for path in paths], dim)


@pytest.fixture(params=[0, 2], ids=["threads", "processes"])
def processes(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobStore:
    return FolderBlobStore(tmp_path / "blobs")


def one_by_one(contents: PictureContents, hashes: list[str]) -> Iterator[np.ndarray]:
    for content_hash in hashes:
        data = contents.blobs.get(f"pictures/{content_hash[:2]}/{content_hash}")
        yield contents.encoder.encode_images([contents.decode(data)])[0]


def test_the_pipeline_gives_what_direct_encoding_gives(tmp_path: Path, processes: int) -> None:
    blobs, artworks = gallery(tmp_path, PICTURES)
    contents = contents_of(blobs)

    with ShardWork(contents, ShardFolder(tmp_path / "shards"), processes) as work:
        done = embedded(work, shards_of(contents, artworks))

    assert done.hashes == sorted(h for artwork in artworks for h in contents.of(artwork))
    assert np.array_equal(done.vectors, np.stack(list(one_by_one(contents, done.hashes))))
    assert done.faults == []


def test_the_built_in_encoder_gives_the_same_bits(tmp_path: Path) -> None:
    blobs, artworks = gallery(tmp_path, 10)
    encoder = load_encoder(load_settings({}).picture_encoder)
    contents = PictureContents(encoder, blobs, DECODE)

    with ShardWork(contents, ShardFolder(tmp_path / "shards"), 1) as work:
        done = embedded(work, shards_of(contents, artworks))

    assert np.allclose(done.vectors, np.stack(list(one_by_one(contents, done.hashes))), atol=1e-6)


def test_a_picture_that_cannot_be_read_is_a_fault_with_its_reason(
    tmp_path: Path, processes: int
) -> None:
    blobs, artworks = gallery(tmp_path, 14)
    contents = contents_of(blobs)
    broken = keep(blobs, picture(99)[:60])
    gone = Artwork("t:gone", images=keep(blobs, picture(98)).images)
    (tmp_path / "blobs" / "pictures" / str(gone.images[0].content_hash)[:2]).joinpath(
        str(gone.images[0].content_hash)
    ).unlink()

    with ShardWork(contents, ShardFolder(tmp_path / "shards"), processes) as work:
        done = embedded(work, shards_of(contents, [*artworks, broken, gone]))

    assert len(done.hashes) == 14
    faults = sorted(done.faults)
    assert len(faults) == 2
    assert any(f.startswith(broken.id) and "truncated" in f for f in faults)
    assert any(f.startswith("t:gone: picture") and "no blob" in f for f in faults)


def test_a_picture_that_kills_its_process_is_a_fault_and_the_others_are_done(
    tmp_path: Path,
) -> None:
    blobs, artworks = gallery(tmp_path, PICTURES)
    killer = keep(blobs, picture(7, KILLER))
    contents = contents_of(blobs, decode_or_die)

    with ShardWork(contents, ShardFolder(tmp_path / "shards"), 2) as work:
        done = embedded(work, shards_of(contents, [*artworks, killer]))

    assert len(done.hashes) == PICTURES
    [fault] = done.faults
    assert fault.startswith(f"{killer.id}: picture")
    assert fault.endswith("the process that prepared it was ended by signal 9")


def test_processes_that_all_die_are_an_error_and_no_endless_run(tmp_path: Path) -> None:
    blobs, artworks = gallery(tmp_path, PICTURES)
    contents = contents_of(blobs, die)
    work = ShardWork(contents, ShardFolder(tmp_path / "shards"), 1)

    with pytest.raises(
        ConfigurationError, match="end one after the other; the last one ended with"
    ):
        embedded(work, shards_of(contents, artworks))


def test_a_store_that_does_not_answer_ends_the_run_in_words(tmp_path: Path, processes: int) -> None:
    blobs, artworks = gallery(tmp_path, 3)
    contents = contents_of(blobs)
    content_hash = str(artworks[1].images[0].content_hash)
    path = tmp_path / "blobs" / "pictures" / content_hash[:2] / content_hash
    path.unlink()
    path.symlink_to(path.name)  # a loop: it is there, and cannot be read

    with (
        ShardWork(contents, ShardFolder(tmp_path / "shards"), processes) as work,
        pytest.raises(ConfigurationError, match="cannot read"),
    ):
        embedded(work, shards_of(contents, artworks))


def test_a_run_that_is_left_ends_its_processes(tmp_path: Path) -> None:
    blobs, artworks = gallery(tmp_path, PICTURES)
    contents = contents_of(blobs)
    work = ShardWork(contents, ShardFolder(tmp_path / "shards"), 2)
    paths = embed_shards(work, shards_of(contents, artworks), SilentProgress())

    next(paths)
    paths.close()  # as Ctrl-C does

    assert "preparer" not in vars(work)


def test_a_finished_shard_is_not_embedded_again_and_a_damaged_one_is(tmp_path: Path) -> None:
    blobs, artworks = gallery(tmp_path, 5)
    contents = contents_of(blobs)
    [shard] = shards_of(contents, artworks)
    work = ShardWork(contents, ShardFolder(tmp_path / "shards"))
    path = embed_shard(work, shard)
    whole, written = path.read_bytes(), path.stat().st_mtime_ns

    assert embed_shard(work, shard).stat().st_mtime_ns == written
    path.write_bytes(whole[:-7])
    assert embed_shard(work, shard).read_bytes() == whole
    work.close()


def test_a_shard_of_another_space_is_refused_by_what_differs(tmp_path: Path) -> None:
    blobs, artworks = gallery(tmp_path, 1)
    contents = contents_of(blobs)
    [shard] = shards_of(contents, artworks)
    elsewhere = Shard(Space(SpaceField.CATALOGUE, CARD), shard.contents)

    with (
        ShardWork(contents, ShardFolder(tmp_path / "shards")) as work,
        pytest.raises(ConfigurationError, match=r"differs in field \(picture, not catalogue\)"),
    ):
        embed_shard(work, elsewhere)
