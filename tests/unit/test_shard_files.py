from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DamagedError
from core.spaces import Space
from core.types import SpaceField
from search.embedding.shard_files import ShardFolder
from search.embedding.shards import Encoded, Shard
from tests.embedding import CARD

SPACE = Space(SpaceField.PICTURE, CARD)
SHARD = Shard(SPACE, (("aa", "t:1"), ("bb", "t:2"), ("cc", "t:3")))
VECTORS = np.array([[1, 0, 0, 0], [0, 0.6, 0.8, 0]], np.float32)


def written(folder: Path) -> Path:
    return ShardFolder(folder).write(SHARD, Encoded(["aa", "bb"], VECTORS, ["t:3: no picture é"]))


def test_what_is_written_is_read(tmp_path: Path) -> None:
    finished = ShardFolder(tmp_path).read(written(tmp_path))

    assert finished.space == SPACE
    assert finished.encoded.hashes == ["aa", "bb"]
    assert np.array_equal(finished.encoded.vectors, VECTORS)
    assert finished.encoded.faults == ["t:3: no picture é"]


def test_a_shard_without_a_vector_is_finished_too(tmp_path: Path) -> None:
    folder = ShardFolder(tmp_path)

    path = folder.write(SHARD, Encoded([], VECTORS[:0], ["all gone"]))

    assert folder.read(path).encoded.vectors.shape == (0, 4)


@given(st.data())
def test_a_file_that_is_cut_or_changed_is_recognised(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = written(tmp_path_factory.mktemp("shards"))
    whole = path.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    changed = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]

    path.write_bytes(data.draw(st.sampled_from([whole[:place], changed, whole + b"\0"])))

    with pytest.raises(DamagedError):
        ShardFolder(path.parent).read(path)


def test_only_whole_files_of_the_space_are_listed(tmp_path: Path) -> None:
    path = written(tmp_path)
    (path.parent / f".{path.name}.0.tmp").write_bytes(b"half")
    other = Shard(Space(SpaceField.CATALOGUE, CARD), SHARD.contents)
    ShardFolder(tmp_path).write(other, Encoded([], VECTORS[:0], []))

    assert ShardFolder(tmp_path).finished(SPACE) == [path]
