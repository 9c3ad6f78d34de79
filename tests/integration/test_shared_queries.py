"""Searches that meet at one model: its queries share passes before the searches have a place."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from prometheus_client import generate_latest

from api.metrics import Metrics
from core.breaker import Breakers
from core.errors import ModelUnavailableError
from core.ports import Encoder
from core.queries import Leg, Query, SearchPage
from core.settings import load_settings
from core.types import EncoderCard, Matrix, Pixels, Purpose, SpaceField
from search.build_encoders import build_encoders
from search.caching.embeddings import CachedEncoder
from search.encoders import Encoders, QueryWay
from search.engine import SearchEngine
from search.legs import MODEL_LOST
from search.shared_encoder import SharedEncoder
from storage.memory_cache import MemoryCache
from tests.api_service import RED, Service
from tests.batches import PATIENCE_S, until
from tests.caches import LIMITS
from tests.siglip_checkpoints import load

TEXTS = ("boats", "a mountain railway", "water lilies", "a dog of bronze")


class HeldUp:
    """A real encoder whose passes wait until they are let through."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.passes: list[int] = []
        self.is_lost = False
        self.entered = threading.Semaphore(0)
        self.open = threading.Event()

    @property
    def card(self) -> EncoderCard:
        return self._encoder.card

    def encode_texts(self, texts: Sequence[str], *, purpose: Purpose = Purpose.DOCUMENT) -> Matrix:
        self._pass(len(texts))
        return self._encoder.encode_texts(texts, purpose=purpose)

    def encode_images(self, images: Sequence[Pixels]) -> Matrix:
        self._pass(len(images))
        return self._encoder.encode_images(images)

    def memory_bytes(self) -> int:
        return self._encoder.memory_bytes()

    def _pass(self, count: int) -> None:
        self.passes.append(count)
        self.entered.release()
        assert self.open.wait(PATIENCE_S)
        if self.is_lost:
            raise ModelUnavailableError("it is gone")


@dataclass(frozen=True)
class Shared:
    """An engine with one place, over encoders that queries share."""

    engine: SearchEngine
    encoders: Encoders
    text: HeldUp
    picture: HeldUp

    @property
    def waiting(self) -> int:
        encoder = self.encoders.for_queries(SpaceField.CATALOGUE)
        assert isinstance(encoder, CachedEncoder)
        assert isinstance(encoder.inner, SharedEncoder)
        return encoder.inner.waiting


@pytest.fixture
def shared(service: Service) -> Shared:
    own = service.services.encoders
    text, picture = HeldUp(own.text), HeldUp(own.picture)
    ways = dict.fromkeys(SpaceField, QueryWay.SHARED)
    cache = MemoryCache(LIMITS)
    encoders = Encoders(lambda: text, lambda: picture, ways=ways, cache=cache)
    return Shared(SearchEngine(service.services.snapshots, encoders), encoders, text, picture)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(16) as threads:
        yield threads


def ranked(page: SearchPage) -> list[tuple[str, float | None]]:
    return [(hit.artwork["id"], hit.score) for hit in page.hits]


def test_searches_share_a_pass_and_find_what_each_finds_alone(
    pool: ThreadPoolExecutor, shared: Shared, service: Service
) -> None:
    futures = [pool.submit(shared.engine.search, Query(text=TEXTS[0]))]
    assert shared.text.entered.acquire(timeout=PATIENCE_S)
    futures += [pool.submit(shared.engine.search, Query(text=text)) for text in TEXTS[1:]]
    until(lambda: shared.waiting == 3)  # though there is one place: they wait without one
    shared.text.open.set()

    pages = [future.result(PATIENCE_S) for future in futures]

    assert shared.text.passes == [1, 3]
    alone = [service.services.engine.search(Query(text=text)) for text in TEXTS]
    assert [ranked(page) for page in pages] == [ranked(page) for page in alone]


def test_a_search_goes_on_while_others_wait_for_their_model(
    pool: ThreadPoolExecutor, shared: Shared
) -> None:
    future = pool.submit(shared.engine.search, Query(text="boats"))
    assert shared.text.entered.acquire(timeout=PATIENCE_S)

    browsed = shared.engine.search(Query(limit=1))  # by the only place there is

    assert browsed.hits
    assert not future.done()
    shared.text.open.set()
    assert future.result(PATIENCE_S).hits


def test_what_is_shared_is_encoded_before_the_place_is_taken(
    shared: Shared, service: Service
) -> None:
    shared.text.open.set()
    shared.picture.open.set()
    picture = service.services.decode_picture(RED)

    page = shared.engine.search(Query(text="boats", picture=picture))

    assert [stage.name for stage in page.stages if not stage.skipped][:7] == [
        "understand", "encode_text", "encode_picture", "queue", "filter", "catalogue", "lexical",
    ]  # fmt: skip


def test_a_leg_that_does_not_run_encodes_nothing(shared: Shared) -> None:
    weights: dict[str, float] = {Leg.CATALOGUE: 0.0}

    page = shared.engine.search(Query(text="boats", weights=weights))

    assert page.hits
    assert shared.text.passes == []


def test_a_lost_model_is_asked_once_and_its_leg_says_so(shared: Shared) -> None:
    shared.text.open.set()
    shared.text.is_lost = True

    page = shared.engine.search(Query(text="boats"))

    assert {s.name: s.degraded for s in page.stages if s.degraded} == {"catalogue": MODEL_LOST}
    assert shared.text.passes == [1]


def test_the_next_page_goes_towards_the_very_same_vector(shared: Shared) -> None:
    shared.text.open.set()
    first = shared.engine.search(Query(text="study of a tree", limit=5))

    shared.engine.search(Query(text="study of a tree", limit=5, cursor=first.cursor))

    assert shared.text.passes == [1]


def test_metrics_tell_how_many_queries_were_encoded_together(
    shared: Shared, service: Service
) -> None:
    shared.text.open.set()
    shared.engine.search(Query(text="boats"))
    name = shared.text.card.name

    metrics = Metrics(service.services.snapshots, Breakers(), shared.encoders)
    text = generate_latest(metrics.registry).decode()

    assert f'vasari_queries_encoded_together_bucket{{le="1.0",model="{name}"}} 1.0' in text
    assert f'vasari_queries_encoded_together_sum{{model="{name}"}} 1.0' in text


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("minilm-int8", QueryWay.INSIDE),
        ("siglip", QueryWay.SHARED),
        ("vllm+http://127.0.0.1:9/v1#qwen", QueryWay.APART),
    ],
)
def test_each_kind_of_encoder_takes_queries_in_its_own_way(name: str, way: QueryWay) -> None:
    encoders = build_encoders(load_settings({"VASARI_TEXT_ENCODER": name}))

    assert encoders.way(SpaceField.CATALOGUE) is way
    assert encoders.way(SpaceField.PICTURE) is QueryWay.INSIDE


def test_a_pass_takes_as_many_queries_as_a_batch_holds(siglip: Path) -> None:
    for environ, most in (({}, 8), ({"VASARI_BATCH": "3"}, 3)):
        chosen = {"VASARI_TEXT_ENCODER": str(siglip), "VASARI_DEVICE": "cpu", **environ}
        encoder = build_encoders(load_settings(chosen)).for_queries(SpaceField.CATALOGUE)

        assert isinstance(encoder, SharedEncoder)
        assert encoder.most == most


def test_company_changes_a_query_by_no_more_than_a_batch_does(siglip: Path) -> None:
    encoder = load(siglip)
    alone = np.concatenate([encoder.encode_texts([text], purpose=Purpose.QUERY) for text in TEXTS])
    shared, together = SharedEncoder(encoder), threading.Barrier(len(TEXTS))

    def ask(text: str) -> Matrix:
        together.wait(PATIENCE_S)
        return shared.encode_texts([text], purpose=Purpose.QUERY)

    with ThreadPoolExecutor(len(TEXTS)) as pool:
        found = np.concatenate(list(pool.map(ask, TEXTS)))

    np.testing.assert_allclose(found, alone, atol=1e-6)
