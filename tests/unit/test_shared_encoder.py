"""Queries that meet at one model: who shares a pass, what comes of it, and whose errors are whose.

The encoder of these tests counts; the gate holds a pass up until the test lets it go.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ModelUnavailableError
from core.types import Matrix, Pixels, Purpose, SpaceField
from search.encoders import Encoders, QueryWay
from search.shared_encoder import SharedEncoder
from tests.batches import PATIENCE_S, until
from tests.query_encoders import NotingEncoder


class Counting(NotingEncoder):
    """Lets a pass end when the test does."""

    def __init__(self) -> None:
        super().__init__()
        self.entered = threading.Semaphore(0)
        self.open = threading.Event()

    def second(self) -> float:
        self.entered.release()
        assert self.open.wait(PATIENCE_S)
        return 1.0


@pytest.fixture
def encoder() -> Counting:
    return Counting()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(16) as threads:
        yield threads


def picture(value: int) -> Pixels:
    return np.full((2, 2, 3), value, np.uint8)


def ask(shared: SharedEncoder, *texts: str) -> Matrix:
    return shared.encode_texts(texts, purpose=Purpose.QUERY)


def while_one_runs(
    pool: ThreadPoolExecutor,
    encoder: Counting,
    shared: SharedEncoder,
    *asks: Callable[[], Matrix],
) -> list[Future[Matrix]]:
    """Ask for all while a first query keeps the model busy, one after the other."""
    first = pool.submit(ask, shared, "first")
    assert encoder.entered.acquire(timeout=PATIENCE_S)
    futures = [first]
    for count, one in enumerate(asks, start=1):
        futures.append(pool.submit(one))
        until(lambda count=count: shared.waiting == count)  # type: ignore[misc]  # mypy knows no lambda with a default
    encoder.open.set()
    return futures


def test_queries_that_come_during_a_pass_share_the_next_one(
    pool: ThreadPoolExecutor, encoder: Counting
) -> None:
    shared = SharedEncoder(encoder)

    futures = while_one_runs(
        pool, encoder, shared, lambda: ask(shared, "one"), lambda: ask(shared, "two", "three")
    )

    found = [future.result(PATIENCE_S)[:, 0].tolist() for future in futures]
    assert found == [[5], [3], [3, 5]]
    assert encoder.passes == [["first"], ["one", "two", "three"]]
    assert shared.report().passes == {1: 1, 2: 1}


def test_a_query_alone_waits_for_nobody(encoder: Counting) -> None:
    encoder.open.set()
    shared = SharedEncoder(encoder)

    assert ask(shared, "alone").tolist() == [[5, 1]]
    assert encoder.passes == [["alone"]]


def test_texts_and_a_picture_take_one_turn(pool: ThreadPoolExecutor, encoder: Counting) -> None:
    shared = SharedEncoder(encoder)

    _, text, image = while_one_runs(
        pool,
        encoder,
        shared,
        lambda: ask(shared, "one"),
        lambda: shared.encode_images([picture(9)]),
    )

    assert (text.result(PATIENCE_S)[0, 0], image.result(PATIENCE_S)[0, 0]) == (3, 9)
    assert shared.report().passes == {1: 1, 2: 1}


def test_the_error_of_one_is_its_own(pool: ThreadPoolExecutor, encoder: Counting) -> None:
    shared = SharedEncoder(encoder)

    _, one, bad, two = while_one_runs(
        pool,
        encoder,
        shared,
        lambda: ask(shared, "one"),
        lambda: ask(shared, "bad"),
        lambda: ask(shared, "no"),
    )

    assert one.result(PATIENCE_S).tolist() == [[3, 1]]
    assert two.result(PATIENCE_S).tolist() == [[2, 1]]
    with pytest.raises(ModelUnavailableError, match="bad among 1"):
        bad.result(PATIENCE_S)


def test_documents_pass_as_they_are(encoder: Counting) -> None:
    encoder.open.set()
    shared = SharedEncoder(encoder)

    texts = shared.encode_texts(["one", "three"])
    pictures = shared.encode_images([picture(1), picture(2)])
    nothing = ask(shared)

    assert texts.tolist() == [[3, 1], [5, 1]]
    assert pictures.tolist() == [[1, 1], [2, 1]]
    assert nothing.shape == (0, 2)
    assert shared.report().passes == {}


@given(
    queries=st.lists(st.lists(st.sampled_from(("a", "bb", "bad", "cccc")), min_size=1, max_size=3)),
    threads=st.integers(1, 8),
    most=st.integers(1, 5),
)
@settings(max_examples=60, deadline=None)
def test_each_query_gets_its_own_answer_whatever_the_crowd(
    queries: list[list[str]], threads: int, most: int
) -> None:
    encoder = Counting()
    encoder.open.set()
    shared = SharedEncoder(encoder, most=most)

    def outcome(texts: list[str]) -> list[float] | None:
        try:
            found: list[float] = ask(shared, *texts)[:, 0].tolist()
        except ModelUnavailableError:
            return None
        return found

    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(outcome, queries, timeout=PATIENCE_S))

    assert found == [None if "bad" in texts else list(map(len, texts)) for texts in queries]


def test_one_model_for_texts_and_pictures_is_shared_by_both(encoder: Counting) -> None:
    both = Encoders(lambda: encoder, lambda: encoder, ways=dict.fromkeys(SpaceField, _SHARED))

    catalogue = both.for_queries(SpaceField.CATALOGUE)
    pictures = both.for_queries(SpaceField.PICTURE)

    assert catalogue is pictures
    assert [report.name for report in both.sharing()] == ["noting"]


def test_an_encoder_is_left_as_it_is_unless_queries_are_to_share_it(encoder: Counting) -> None:
    inside = Encoders(lambda: encoder, lambda: encoder)
    apart = Encoders(lambda: encoder, lambda: encoder, ways={SpaceField.CATALOGUE: QueryWay.APART})

    assert inside.for_queries(SpaceField.CATALOGUE) is encoder
    assert apart.for_queries(SpaceField.CATALOGUE) is encoder
    assert apart.sharing() == []


_SHARED = QueryWay.SHARED
