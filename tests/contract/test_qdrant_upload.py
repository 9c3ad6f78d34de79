"""Collections in Qdrant: uploaded, taken up again, published, checked and dropped."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest
from qdrant_client import QdrantClient

from cli.index_show import show_manifest
from core.errors import DamagedError
from core.ports import SpaceRows
from core.progress import SilentProgress
from core.queries import EXACT, RecallKind
from core.types import Artwork, Json
from index.qdrant.content import content_hash
from index.qdrant.publish import (
    alias_name,
    collection_faults,
    collection_name,
    drop_collections,
    publish_spaces,
)
from index.qdrant.space import QdrantSpace
from index.qdrant.upload import upload_space
from index.vectors.calibrate import text_like_queries
from tests.indexes import rows_of, unit
from tests.qdrant_engines import LOCAL_WARNINGS, open_engine

DIM = 8
COUNT = 1_000  # four batches, of which the last is not full
ARTWORKS = [Artwork(f"t:{i:05}", medium="Bronze") for i in range(COUNT)]
VECTORS = unit(np.random.default_rng(1).standard_normal((COUNT, DIM)))
ROWS = rows_of(VECTORS, np.arange(COUNT, dtype=np.int32), batch=512)
KEY = ROWS.space.key
OLD, NEW = collection_name(KEY, "0" * 16), collection_name(KEY, "1" * 16)


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
def served() -> Iterator[QdrantClient]:
    """The real engine, through HTTP."""
    with open_engine("edge") as client:
        yield client


@pytest.fixture
def client() -> Iterator[QdrantClient]:
    """The double, which is quicker."""
    with open_engine("local") as client:
        yield client


def upload(
    client: QdrantClient, rows: SpaceRows = ROWS, *, name: str = NEW, scan_bytes: int = 1 << 30
) -> Json:
    return upload_space(
        client,
        name,
        rows=rows,
        artworks=lambda: iter(ARTWORKS),
        progress=SilentProgress(),
        scan_bytes=scan_bytes,
    )


def aliases(client: QdrantClient) -> dict[str, str]:
    return {a.alias_name: a.collection_name for a in client.get_aliases().aliases}


def test_an_upload_is_indexed_counted_and_described(served: QdrantClient) -> None:
    progress = Counting()

    card = upload_space(
        served,
        OLD,
        rows=ROWS,
        artworks=lambda: iter(ARTWORKS),
        progress=progress,
    )

    described = (card["vectors"], card["artworks"], card["most"], card["calibration"])
    assert described == (COUNT, COUNT, 1, None)
    assert progress.stages == [
        ("upload test@1/catalogue", COUNT, "vectors"),
        ("index test@1/catalogue", None, "vectors"),
    ]
    assert progress.done == 2 * COUNT  # sent, and then indexed
    assert collection_faults(served, card) == []
    assert served.get_collection(card["collection"]).indexed_vectors_count == COUNT


def test_publishing_moves_the_alias_and_the_old_collection_can_be_dropped(
    client: QdrantClient,
) -> None:
    for name in (OLD, NEW):
        publish_spaces(client, {KEY: upload(client, name=name)})

        assert aliases(client) == {alias_name(KEY): name}

    assert drop_collections(client, [OLD, NEW], live_spaces=[KEY]) == [OLD]
    assert client.collection_exists(NEW)  # the live one stays


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
    card = upload(served, replace(ROWS, queries=queries), scan_bytes=0, name=OLD)
    space = QdrantSpace(served, card, scan_bytes=0)

    _, plan = space.search(queries[:1], None, 10, recall=0.9)
    _, exact = space.search(queries[:1], None, 10, recall=EXACT)

    assert card["calibration"]["queries"] == "given"
    measured = card["calibration"]["settings"]
    assert [one["effort"] for one in measured] == [64, 128, 256, 512, 1024][: len(measured)]
    assert plan.recall.kind is RecallKind.CALIBRATED
    assert plan.recall.measured == next(m["recall"] for m in measured if m["recall"] >= 0.9)
    assert exact.recall.kind is RecallKind.EXACT


def test_queries_are_made_up_where_none_are_given(served: QdrantClient) -> None:
    card = upload(served, scan_bytes=0, name=OLD)

    assert card["calibration"]["queries"] == "made up"
    assert card["calibration"]["settings"][0]["effort"] == 64
    assert card["calibration"]["settings"][-1]["recall"] > 0.9


def test_a_calibration_is_shown_as_that_of_an_index_on_disk(
    client: QdrantClient, capsys: pytest.CaptureFixture[str]
) -> None:
    card = upload(client, scan_bytes=0)

    show_manifest("x", {"counts": {"artworks": COUNT}, "spaces": {KEY: card}})

    shown = capsys.readouterr().out
    assert "calibrated with queries that were made up" in shown
    assert "every search is exact" not in shown


def test_a_recall_that_no_beam_reached_is_answered_exactly(client: QdrantClient) -> None:
    measured = {"settings": [{"effort": 64, "recall": 0.9}]}
    card = upload(client) | {"calibration": measured}

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
        (replace(ROWS, batches=lambda: iter([VECTORS[:512]])), "512 vectors came, 1000 announced"),
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


def test_an_upload_that_stopped_is_gone_on_with(client: QdrantClient) -> None:
    upload(client)
    client.delete(NEW, points_selector=list(range(300, 600)))  # of the second and third batch

    card = upload(client)

    assert collection_faults(client, card) == []
    assert QdrantSpace(client, card).vectors_of(400).tolist() == VECTORS[400:401].tolist()


def named(rows: SpaceRows = ROWS, artworks: Sequence[Artwork] = ARTWORKS) -> str:
    return content_hash(rows, lambda: iter(artworks), SilentProgress())


def test_equal_content_has_one_name_however_it_is_batched() -> None:
    again = rows_of(VECTORS.copy(), ROWS.numbers.astype(np.int64), batch=37)

    assert named() == named(again, [replace(a, title="New") for a in ARTWORKS])  # no filter sees it
    assert re.fullmatch("[0-9a-f]{16}", named())


def test_content_that_differs_has_another_name() -> None:
    turned = np.concatenate([VECTORS[1:], VECTORS[:1]])
    others = [
        named(rows_of(turned, ROWS.numbers)),
        named(rows_of(VECTORS[:-1], ROWS.numbers[:-1])),
        named(rows_of(VECTORS, np.maximum(ROWS.numbers, 1))),
        named(artworks=[replace(ARTWORKS[0], medium="Oil"), *ARTWORKS[1:]]),
    ]

    assert len({named(), *others}) == 5
