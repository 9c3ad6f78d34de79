"""Collections in Qdrant: uploaded, taken up again, published, checked and dropped."""

import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from subprocess import Popen

import numpy as np
import pytest
from qdrant_client import QdrantClient

from core.errors import DamagedError
from core.ports import SpaceRows
from core.progress import SilentProgress
from core.queries import EXACT, RecallKind
from core.types import Artwork, Json
from index.calibrate import text_like_queries
from index.qdrant.connection import open_client
from index.qdrant.publish import (
    alias_name,
    collection_faults,
    collection_name,
    drop_collections,
    publish_spaces,
)
from index.qdrant.space import QdrantSpace
from index.qdrant.upload import upload_space
from tests.indexes import rows_of, unit
from tests.qdrant_engines import LOCAL_WARNINGS
from tests.qdrant_server import EdgeQdrant, serving

DIM = 8
COUNT = 1_000  # four batches, of which the last is not full
ARTWORKS = [Artwork(f"t:{i:05}", medium="Bronze") for i in range(COUNT)]
VECTORS = unit(np.random.default_rng(1).standard_normal((COUNT, DIM)))
ROWS = rows_of(VECTORS, np.arange(COUNT, dtype=np.int32), batch=512)
KEY = ROWS.space.key
OLD, NEW = "20260101T000000Z-00000001", "20260102T000000Z-00000002"
UPLOADER = """
import sys
from tests.contract.test_qdrant_upload import upload
from index.qdrant.connection import open_client
upload(open_client(sys.argv[1]))
"""


class Counting(SilentProgress):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.stages: list[tuple[str, int | None, str]] = []
        self.done = 0

    def begin(self, stage: str, total: int | None, unit: str) -> None:
        self.stages.append((stage, total, unit))

    def advance(self, count: int = 1) -> None:
        self.done += count


pytestmark = [pytest.mark.filterwarnings(warning) for warning in LOCAL_WARNINGS]


@pytest.fixture(scope="module")
def qdrant(tmp_path_factory: pytest.TempPathFactory) -> EdgeQdrant:
    return EdgeQdrant(tmp_path_factory.mktemp("qdrant"))


@pytest.fixture(scope="module")
def url(qdrant: EdgeQdrant) -> Iterator[str]:
    with serving(qdrant) as url:
        yield url


@pytest.fixture(scope="module")
def served(url: str) -> Iterator[QdrantClient]:
    """The real engine, through HTTP."""
    client = open_client(url)
    yield client
    client.close()


@pytest.fixture
def client() -> Iterator[QdrantClient]:
    """The double, which is quicker."""
    client = QdrantClient(":memory:")
    yield client
    client.close()


def upload(
    client: QdrantClient, rows: SpaceRows = ROWS, *, id: str = NEW, scan_bytes: int = 1 << 30
) -> Json:
    return upload_space(
        client,
        collection_name(KEY, id),
        rows=rows,
        artworks=lambda: iter(ARTWORKS),
        progress=SilentProgress(),
        scan_bytes=scan_bytes,
    )


def aliases(client: QdrantClient) -> dict[str, str]:
    return {a.alias_name: a.collection_name for a in client.get_aliases().aliases}


def sent(qdrant: EdgeQdrant, id: str = NEW) -> int:
    """Count the batches that came."""
    return qdrant.requests.count(f"PUT /collections/{collection_name(KEY, id)}/points")


def test_a_collection_is_named_by_its_space_and_its_snapshot() -> None:
    assert collection_name("0123456789abcdef", NEW) == (
        "vasari-0123456789abcdef-20260102t000000z-00000002"
    )


def test_an_upload_is_indexed_counted_and_described(served: QdrantClient) -> None:
    progress = Counting()

    card = upload_space(
        served,
        collection_name(KEY, OLD),
        rows=ROWS,
        artworks=lambda: iter(ARTWORKS),
        progress=progress,
    )

    described = (card["vectors"], card["artworks"], card["most"], card["calibration"])
    assert described == (COUNT, COUNT, 1, [])
    assert progress.stages == [
        ("upload test@1/catalogue", COUNT, "vectors"),
        (f"index {card['collection']}", None, "vectors"),
    ]
    assert progress.done == 2 * COUNT  # sent, and then indexed
    assert collection_faults(served, card) == []
    assert served.get_collection(card["collection"]).indexed_vectors_count == COUNT


def test_an_upload_that_was_killed_is_taken_up_where_it_stopped(
    served: QdrantClient, qdrant: EdgeQdrant, url: str
) -> None:
    with Popen([sys.executable, "-c", UPLOADER, url]) as process:
        while sent(qdrant) < 2 and process.poll() is None:
            time.sleep(0.005)
        process.kill()
    came = sent(qdrant)

    card = upload(served)

    assert sent(qdrant) - came <= 4 - 1  # one batch at least had been applied
    assert collection_faults(served, card) == []
    assert QdrantSpace(served, card).vectors_of(999).tolist() == VECTORS[999:].tolist()


def test_publishing_moves_the_alias_and_the_old_collection_can_be_dropped(
    client: QdrantClient,
) -> None:
    for id in (OLD, NEW):
        publish_spaces(client, {KEY: upload(client, id=id)})

        assert aliases(client) == {alias_name(KEY): collection_name(KEY, id)}

    assert drop_collections(client, [OLD, NEW]) == [collection_name(KEY, OLD)]
    assert client.collection_exists(collection_name(KEY, NEW))  # the live one stays


def test_a_collection_that_is_not_complete_is_not_published(client: QdrantClient) -> None:
    card = upload(client) | {"vectors": COUNT + 1}

    with pytest.raises(DamagedError, match="has 1000 vectors, not 1001"):
        publish_spaces(client, {KEY: card})

    assert aliases(client) == {}


def test_a_missing_collection_is_a_fault(client: QdrantClient) -> None:
    [fault] = collection_faults(client, {"collection": "vasari-x", "vectors": 1})

    assert fault == "Qdrant collection vasari-x is missing"


def test_a_graph_is_calibrated_with_the_queries_given(served: QdrantClient) -> None:
    queries = text_like_queries(VECTORS, 20, np.random.default_rng(2))
    card = upload(served, replace(ROWS, queries=queries), scan_bytes=0, id=OLD)
    space = QdrantSpace(served, card, scan_bytes=0)

    _, plan = space.search(queries[:1], None, 10, recall=0.9)
    _, exact = space.search(queries[:1], None, 10, recall=EXACT)

    measured = card["calibration"]
    assert [one["ef"] for one in measured] == [64, 128, 256, 512, 1024][: len(measured)]
    assert plan.recall.kind is RecallKind.CALIBRATED
    assert plan.recall.measured == next(m["recall"] for m in measured if m["recall"] >= 0.9)
    assert exact.recall.kind is RecallKind.EXACT


def test_queries_are_made_up_where_none_are_given(served: QdrantClient) -> None:
    card = upload(served, scan_bytes=0, id=OLD)

    assert card["calibration"][0]["ef"] == 64
    assert card["calibration"][-1]["recall"] > 0.9


def test_a_recall_that_no_beam_reached_is_answered_exactly(client: QdrantClient) -> None:
    card = upload(client) | {"calibration": [{"ef": 64, "recall": 0.9}]}

    _, plan = QdrantSpace(client, card, scan_bytes=0).search(VECTORS[:1], None, 10, recall=0.95)

    assert plan.recall.kind is RecallKind.EXACT
    assert plan.rows_scored == COUNT


def test_a_small_space_is_scanned_whatever_is_asked(client: QdrantClient) -> None:
    _, plan = QdrantSpace(client, upload(client)).search(VECTORS[:1], None, 10, recall=0.9)

    assert plan.recall.kind is RecallKind.EXACT


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (replace(ROWS, numbers=np.arange(COUNT, 0, -1, dtype=np.int32)), "must ascend"),
        (replace(ROWS, numbers=np.arange(1, COUNT + 1, dtype=np.int32)), "no artwork 1000"),
        (replace(ROWS, numbers=np.arange(600, dtype=np.int32)), "more vectors"),
        (replace(ROWS, batches=lambda: iter([VECTORS[:512]])), "has 512 vectors, not 1000"),
        (replace(ROWS, batches=lambda: iter([2 * VECTORS])), "length 1"),
        (replace(ROWS, batches=lambda: iter([np.nan * VECTORS])), "not finite"),
        (replace(ROWS, batches=lambda: iter([VECTORS[:, :4]])), "not 8"),
    ],
)
def test_what_cannot_be_a_space_is_refused(
    client: QdrantClient, rows: SpaceRows, fault: str
) -> None:
    with pytest.raises(DamagedError, match=fault):
        upload(client, rows)


def test_a_space_without_vectors_answers_with_nothing(client: QdrantClient) -> None:
    empty = rows_of(np.empty((0, DIM), np.float32), np.empty(0, np.int32))
    space = QdrantSpace(client, upload(client, empty))

    found, plan = space.search(VECTORS[:1], None, 10)

    assert (len(found.numbers), plan.rows_matching) == (0, 0)
    assert space.vectors_of(0).shape == (0, DIM)
