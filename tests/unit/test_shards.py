from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.spaces import Space
from core.types import SpaceField
from search.embedding.shards import Encoded, Shard, joined, parts_of, plan_shards
from search.embedding.threads import ahead, behind
from tests.embedding import CARD

SPACE = Space(SpaceField.CATALOGUE, CARD)
HASHES = st.lists(st.sampled_from([f"{number:02d}" for number in range(60)]), max_size=150)


def plan(hashes: list[str], missing: set[str], size: int) -> list[Shard]:
    return list(plan_shards(SPACE, [(h, f"text {h}") for h in hashes], missing, size))


@given(HASHES, st.sets(st.sampled_from([f"{n:02d}" for n in range(60)])), st.integers(1, 9))
def test_every_missing_content_is_in_exactly_one_shard(
    hashes: list[str], missing: set[str], size: int
) -> None:
    shards = plan(hashes, missing, size)

    counts = Counter(h for shard in shards for h, _ in shard.contents)
    assert counts == Counter(missing & set(hashes))
    assert all(1 <= len(shard) <= size for shard in shards)
    assert all(list(shard.contents) == sorted(shard.contents) for shard in shards)


@given(HASHES, st.integers(1, 9))
def test_a_plan_is_the_same_every_time(hashes: list[str], size: int) -> None:
    first, second = (plan(hashes, set(hashes), size) for _ in range(2))

    assert first == second
    assert [shard.id for shard in first] == [shard.id for shard in second]


@given(st.integers(1, 40), st.integers(1, 9))
def test_parts_hold_all_of_a_shard_in_its_order(count: int, size: int) -> None:
    shard = Shard(SPACE, tuple((f"{n:02d}", "a text") for n in range(count)))

    parts = parts_of(shard, size)

    assert [content for part in parts for content in part] == list(shard.contents)
    assert all(len(part) <= size for part in parts)


def test_the_id_of_a_shard_tells_its_contents_and_its_space() -> None:
    mine = Shard(SPACE, (("aa", "Sea"),))
    other = Shard(SPACE, (("ab", "Sea"),))
    elsewhere = Shard(Space(SpaceField.PICTURE, CARD), (("aa", "Sea"),))

    assert len({mine.id, other.id, elsewhere.id}) == 3
    assert mine.id == Shard(SPACE, (("aa", "Sea"),)).id


def test_a_row_that_is_no_vector_becomes_a_fault() -> None:
    rows = np.array([[1, 0, 0, 0], [np.nan, 0, 0, 0]], np.float32)

    together = joined([Encoded(["aa", "bb"], rows, ["t:1: gone"]), Encoded([], rows[:0], [])], 4)

    assert together.hashes == ["aa"]
    assert together.vectors.tolist() == [[1, 0, 0, 0]]
    assert together.faults == [
        "t:1: gone", "content bb: the encoder gave numbers that are not finite"
    ]  # fmt: skip


@given(st.lists(st.integers()), st.integers(1, 5))
def test_work_beside_keeps_the_order(items: list[int], most: int) -> None:
    assert list(ahead(iter(items), most)) == items
    assert list(behind(lambda item: item + 1, items, most=most)) == [item + 1 for item in items]


def test_an_error_beside_is_raised_where_it_is_waited_for() -> None:
    def fail(item: int) -> int:
        if item == 2:
            raise ValueError(item)
        return item

    done = behind(fail, [1, 2, 3])

    assert next(done) == 1
    with pytest.raises(ValueError, match="2"):
        next(done)
