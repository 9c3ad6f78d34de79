"""Embeddings of queries are kept, those of documents never."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.cache import CacheKind
from core.errors import ModelUnavailableError
from core.types import EncoderCard, Matrix, Pixels, Purpose, SpaceField
from search.caching.embeddings import CachedEncoder
from search.encoders import Encoders, QueryWay
from search.shared_encoder import SharedEncoder
from storage.memory_cache import MemoryCache
from tests.batches import PATIENCE_S
from tests.caches import LIMITS
from tests.query_encoders import CARD, NotingEncoder


class Drawing(NotingEncoder):
    """Never encodes twice alike."""

    def second(self) -> float:
        return float(len(self.passes))


@pytest.fixture
def memory() -> MemoryCache:
    return MemoryCache(LIMITS)


@pytest.fixture
def encoder() -> Drawing:
    return Drawing()


def picture(value: int, shape: tuple[int, int, int] = (2, 2, 3)) -> Pixels:
    return np.full(shape, value, np.uint8)


def ask(encoder: CachedEncoder, *texts: str) -> Matrix:
    return encoder.encode_texts(texts, purpose=Purpose.QUERY)


def test_what_was_asked_before_is_not_encoded_again(encoder: Drawing, memory: MemoryCache) -> None:
    cached = CachedEncoder(encoder, memory)

    first = ask(cached, "one", "three")
    again = ask(cached, "three", "two", "three", "one")

    assert encoder.passes == [["one", "three"], ["two"]]
    assert first.tolist() == [[3, 1], [5, 1]]
    assert again.tolist() == [[5, 1], [3, 2], [5, 1], [3, 1]]
    assert again.dtype == np.float32


def test_documents_are_never_kept(encoder: Drawing, memory: MemoryCache) -> None:
    cached = CachedEncoder(encoder, memory)

    for _ in range(2):
        cached.encode_texts(["one"])
        cached.encode_images([picture(1), picture(2)])
    nothing = ask(cached)

    assert len(encoder.passes) == 5
    assert nothing.shape == (0, 2)
    assert all(of.entries == of.misses == 0 for of in memory.facts().kinds)


def test_a_picture_is_known_by_its_shape_and_pixels(encoder: Drawing, memory: MemoryCache) -> None:
    cached = CachedEncoder(encoder, memory)

    for pixels in (picture(3), picture(3), picture(4), picture(3, (4, 1, 3))):
        cached.encode_images([pixels])

    assert len(encoder.passes) == 3
    assert cached.encode_images([picture(3)[:, ::-1]]).tolist() == [[3, 1]]


def test_an_answer_that_is_changed_changes_no_other(encoder: Drawing, memory: MemoryCache) -> None:
    cached = CachedEncoder(encoder, memory)

    for _ in range(2):
        ask(cached, "one")[:] = 0
        cached.encode_images([picture(3)])[:] = 0

    assert ask(cached, "one").tolist() == [[3, 1]]
    assert cached.encode_images([picture(3)]).tolist() == [[3, 2]]


def test_two_ways_to_write_an_accent_are_one_text(encoder: Drawing, memory: MemoryCache) -> None:
    cached = CachedEncoder(encoder, memory)

    one, other = ask(cached, "Me\u0301re\u0300"), ask(cached, "M\u00e9r\u00e8")

    assert one.tolist() == other.tolist()
    assert encoder.passes == [["M\u00e9r\u00e8"]]


@pytest.mark.parametrize(
    "card",
    [
        replace(CARD, name="other"),
        replace(CARD, revision="2"),
        replace(CARD, dtype="bf16"),
        replace(CARD, preprocessing="0"),
        replace(CARD, instruction="Find."),
    ],
)
def test_another_encoder_has_embeddings_of_its_own(memory: MemoryCache, card: EncoderCard) -> None:
    one, other = Drawing(), Drawing(card)

    ask(CachedEncoder(one, memory), "boats")
    ask(CachedEncoder(other, memory), "boats")

    assert (len(one.passes), len(other.passes)) == (1, 1)


def test_a_kept_value_that_is_no_embedding_is_encoded_anew(
    encoder: Drawing, memory: MemoryCache
) -> None:
    narrow = CachedEncoder(encoder, memory)
    ask(narrow, "boats")
    put, values = memory.put, [b"", b"\x02\0\0\0", b"\x03\0\0\0" + bytes(8), bytes(12)]

    for value in values:
        put(narrow._key("text", "boats"), value)
        ask(narrow, "boats")

    assert len(encoder.passes) == 1 + len(values)


def test_queries_for_the_same_text_at_one_moment_get_the_same_vector(memory: MemoryCache) -> None:
    encoder, together = Drawing(), threading.Barrier(8)
    cached = CachedEncoder(encoder, memory)

    def one(_: int) -> list[list[float]]:
        together.wait(PATIENCE_S)
        found: list[list[float]] = ask(cached, "boats").tolist()
        return found

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(one, range(8)))

    assert found == [[[5, 1]]] * 8
    assert encoder.passes == [["boats"]]


@given(
    queries=st.lists(st.lists(st.sampled_from(("a", "bb", "bad", "cccc")), min_size=1, max_size=3)),
    threads=st.integers(1, 8),
)
@settings(max_examples=60, deadline=None)
def test_each_query_gets_its_own_answer_or_its_own_error(
    queries: list[list[str]], threads: int
) -> None:
    cached = CachedEncoder(SharedEncoder(Drawing()), MemoryCache(LIMITS))

    def outcome(texts: list[str]) -> list[float] | None:
        try:
            found: list[float] = ask(cached, *texts)[:, 0].tolist()
        except ModelUnavailableError:
            return None
        return found

    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(outcome, queries, timeout=PATIENCE_S))

    assert found == [None if "bad" in texts else list(map(len, texts)) for texts in queries]


@pytest.mark.parametrize("way", QueryWay)
def test_queries_of_every_way_are_kept(
    encoder: Drawing, memory: MemoryCache, way: QueryWay
) -> None:
    both = Encoders(
        lambda: encoder, lambda: encoder, ways=dict.fromkeys(SpaceField, way), cache=memory
    )
    for field in (*SpaceField, *SpaceField):
        both.for_queries(field).encode_texts(["boats"], purpose=Purpose.QUERY)

    embeddings = next(of for of in memory.facts().kinds if of.kind is CacheKind.EMBEDDING)

    assert encoder.passes == [["boats"]]
    assert (embeddings.hits, embeddings.misses) == (3, 1)
    assert both.for_queries(SpaceField.CATALOGUE) is both.for_queries(SpaceField.PICTURE)
    assert both.of(SpaceField.PICTURE) is encoder
