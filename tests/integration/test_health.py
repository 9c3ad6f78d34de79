"""Readiness looks at both spaces, and says what of them is not as it was set."""

import gc
import weakref
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.collector import YOUNGEST, leave_out_what_is_loaded
from core.errors import ConfigurationError, ModelUnavailableError
from core.ports import Encoder
from core.progress import SilentProgress
from core.settings import load_settings
from core.types import EncoderCard, Matrix, Pixels, Purpose
from index.snapshots.snapshot_store import DiskSnapshotStore
from search.build import Services, build_services
from search.encoders import Encoders
from search.health import Check, check_spaces
from tests.api_service import COLLECTION, wait_until

Loader = Callable[[], Encoder]


class Recarded:
    """An encoder under another card: what it makes is of another space."""

    def __init__(self, encoder: Encoder, card: EncoderCard) -> None:
        self._encoder = encoder
        self.card = card

    def encode_texts(self, texts: Sequence[str], *, purpose: Purpose = Purpose.DOCUMENT) -> Matrix:
        return self._encoder.encode_texts(texts, purpose=purpose)

    def encode_images(self, images: Sequence[Pixels]) -> Matrix:
        return self._encoder.encode_images(images)

    def memory_bytes(self) -> int:
        return self._encoder.memory_bytes()


@pytest.fixture(scope="module")
def services(sample_home: Path) -> Services:
    return build_services(load_settings({"VASARI_HOME": str(sample_home)}))


def checks(services: Services, text: Loader, picture: Loader) -> dict[str, Check]:
    found = check_spaces(services.snapshots, Encoders(text, picture))
    return {check.name: check for check in found}


def raising(error: Exception) -> Loader:
    def load() -> Encoder:
        raise error

    return load


def test_both_encoders_of_a_sound_installation_are_well(services: Services) -> None:
    texts, pictures = services.encoders.text, services.encoders.picture

    found = checks(services, lambda: texts, lambda: pictures)

    assert [(name, check.ok, check.required) for name, check in found.items()] == [
        ("text-encoder", True, True),
        ("picture-encoder", True, True),
    ]


def test_pictures_of_another_encoder_are_told_with_what_differs(services: Services) -> None:
    texts, pictures = services.encoders.text, services.encoders.picture
    other = Recarded(pictures, replace(pictures.card, dtype="fp16"))

    found = checks(services, lambda: texts, lambda: other)

    assert found["text-encoder"].ok
    assert not found["picture-encoder"].ok
    assert found["picture-encoder"].required
    said = f"differ in dtype ({pictures.card.dtype}, not fp16); run `vasari index build`"
    assert found["picture-encoder"].detail.endswith(said)


def test_texts_of_another_encoder_are_told_alike(services: Services) -> None:
    texts, pictures = services.encoders.text, services.encoders.picture
    other = Recarded(texts, replace(texts.card, dim=3))

    found = checks(services, lambda: other, lambda: pictures)

    assert not found["text-encoder"].ok
    assert "differ in dim (384, not 3)" in found["text-encoder"].detail
    assert found["picture-encoder"].ok


def test_an_encoder_that_cannot_be_loaded_is_told_in_its_own_words(services: Services) -> None:
    texts = services.encoders.text

    found = checks(services, lambda: texts, raising(ConfigurationError("there is no folder x")))

    check = found["picture-encoder"]
    assert (check.ok, check.required, check.detail) == (False, True, "there is no folder x")


def test_words_are_searched_without_a_model_of_pictures_that_is_away(services: Services) -> None:
    away = raising(ModelUnavailableError("it is away"))

    found = checks(services, away, away)

    assert {name: check.required for name, check in found.items()} == {
        "text-encoder": True,
        "picture-encoder": False,
    }


def test_a_wrong_encoder_is_told_before_there_is_a_snapshot(tmp_path: Path) -> None:
    empty = build_services(load_settings({"VASARI_HOME": str(tmp_path)}))

    found = checks(
        empty, raising(ConfigurationError("no such encoder")), lambda: empty.encoders.picture
    )

    assert found["text-encoder"].detail == "no such encoder"
    assert "index build" in found["picture-encoder"].detail


def test_a_collection_without_pictures_needs_none(tmp_path: Path) -> None:
    bare = build_services(load_settings({"VASARI_HOME": str(tmp_path)}))
    bare.catalogue.upsert([replace(artwork, images=()) for artwork in COLLECTION])
    bare.publisher.build(SilentProgress())
    pictures = bare.encoders.picture
    other = Recarded(pictures, replace(pictures.card, dtype="fp16"))

    found = checks(bare, lambda: bare.encoders.text, lambda: other)

    assert found["picture-encoder"].ok
    assert found["picture-encoder"].detail.endswith("; the snapshot has no pictures")


@pytest.mark.usefixtures("collector")
@pytest.mark.parametrize("owns_process", [True, False])
def test_collections_leave_out_what_a_service_has_loaded_where_it_is_alone(
    services: Services, *, owns_process: bool
) -> None:
    app = create_app(services, admin_key_hash="", owns_process=owns_process)

    with TestClient(app) as client:
        wait_until(lambda: client.get("/readyz").status_code == 200)
        left_out, young = gc.get_freeze_count(), gc.get_threshold()[0]

    assert (left_out > 10_000, young == YOUNGEST) == (owns_process, owns_process)


@pytest.mark.usefixtures("collector")
def test_a_snapshot_that_is_let_go_is_freed_without_a_collection(sample_home: Path) -> None:
    services = build_services(load_settings({"VASARI_HOME": str(sample_home)}))
    assert isinstance(services.snapshots, DiskSnapshotStore)
    services.engine.warm_up()
    leave_out_what_is_loaded()
    snapshot = weakref.ref(services.snapshots.current())
    gc.disable()

    services.snapshots._live.let_go([services.snapshots.current().id])
    is_freed = snapshot() is None
    gc.enable()

    assert is_freed
