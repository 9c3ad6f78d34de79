"""An installation with a cross-modal encoder: built, searched, and changed to another."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from cli.doctor_models import check_models
from cli.findings import Status
from cli.main import app
from core.blob_keys import picture_key
from core.errors import ConfigurationError
from core.progress import SilentProgress
from core.queries import Leg, Query, SearchPage
from core.settings import load_settings
from core.types import Artwork, Image, SpaceField
from core.understanding import Understand
from search.build import Services, build_services
from search.publish import BuildOptions
from tests.api_service import BLUE, GREEN, RED, content_hash

PICTURES = {"t:red": RED, "t:blue": BLUE, "t:green": GREEN}


def opened(home: Path, encoder: Path | str, **environ: str) -> Services:
    """Open an installation with an encoder of pictures."""
    chosen = {"VASARI_HOME": str(home), "VASARI_PICTURE_ENCODER": str(encoder)}
    return build_services(
        load_settings(chosen | {"VASARI_THREADS": "1", "VASARI_DEVICE": "cpu"} | environ)
    )


def filled(home: Path, encoder: Path) -> Services:
    services = opened(home, encoder)
    for data in PICTURES.values():
        services.blobs.put(picture_key(content_hash(data)), data, "image/png")
    services.catalogue.upsert(
        [
            Artwork(id, id, images=(Image(content_hash=content_hash(d)),))
            for id, d in PICTURES.items()
        ]
    )
    services.publisher.build(SilentProgress())
    return services


@pytest.fixture
def services(siglip: Path, tmp_path: Path) -> Services:
    return filled(tmp_path / "home", siglip)


def by_picture(services: Services, text: str = "a red boat") -> SearchPage:
    legs: dict[str, float] = {leg: 0.0 for leg in Leg if leg is not Leg.TEXT_PICTURE}
    return services.engine.search(Query(text=text, weights=legs, understand=Understand.OFF))


def why_skipped(page: SearchPage) -> str | None:
    return next(s.skipped for s in page.stages if s.name == Leg.TEXT_PICTURE)


def test_words_search_the_pictures(services: Services) -> None:
    page = by_picture(services)

    encoder = services.encoders.picture
    red, blue, green = encoder.encode_images(
        [services.decode_picture(data) for data in PICTURES.values()]
    )
    query = encoder.encode_texts(["a red boat"])[0]
    scores = {"t:red": query @ red, "t:blue": query @ blue, "t:green": query @ green}
    assert [plan.leg for plan in page.plan] == [Leg.TEXT_PICTURE]
    assert [hit.artwork["id"] for hit in page.hits] == sorted(scores, key=lambda id: -scores[id])


def test_one_checkpoint_for_texts_and_pictures_is_loaded_once(
    services: Services, siglip: Path, tmp_path: Path
) -> None:
    both = opened(tmp_path / "home", siglip, VASARI_TEXT_ENCODER=str(siglip))

    assert both.encoders.text is both.encoders.picture


def test_another_precision_is_not_mixed_in_and_the_answer_says_what_differs(
    services: Services, siglip: Path, tmp_path: Path
) -> None:
    other = opened(tmp_path / "home", siglip, VASARI_DTYPE="bf16")

    page = by_picture(other)

    said = why_skipped(page)
    assert said is not None
    assert "those of the picture differ in dtype (fp32, not bf16); run `vasari index build`" in said
    assert page.hits == ()


def test_a_new_model_is_built_beside_the_live_one_and_switched_by_publishing(
    services: Services, siglip2: Path, tmp_path: Path
) -> None:
    old, before = services.encoders.space(SpaceField.PICTURE), by_picture(services)
    new = opened(tmp_path / "home", siglip2)
    space = new.encoders.space(SpaceField.PICTURE)

    built = new.publisher.build(SilentProgress(), BuildOptions(publish=False)).snapshot

    counts = services.embeddings.counts()
    assert (counts[old.key], counts[space.key]) == (3, 3)
    meanwhile = by_picture(services)
    assert (meanwhile.snapshot, meanwhile.hits) == (before.snapshot, before.hits)
    assert why_skipped(by_picture(new)) is not None

    new.publisher.publish(built)

    assert by_picture(new).snapshot == built
    assert why_skipped(by_picture(new)) is None
    assert "encoder (tiny-siglip2, not tiny-siglip)" in str(why_skipped(by_picture(services)))
    new.publisher.rollback()
    assert by_picture(services).hits == before.hits


def test_a_checkpoint_that_is_not_there_is_never_replaced_by_another_encoder(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    other = opened(tmp_path / "home", "siglip2")

    with pytest.raises(ConfigurationError, match="hf download google/siglip2-base-patch16-224"):
        by_picture(other)


def test_the_doctor_says_what_a_checkpoint_needs(
    siglip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environ = {"VASARI_HOME": str(tmp_path), "VASARI_PICTURE_ENCODER": str(siglip)}
    [finding] = check_models(load_settings(environ | {"VASARI_DTYPE": "bf16"}))
    assert finding.status is Status.OK
    assert "in bf16 on c" in finding.detail
    assert finding.detail.endswith(" free")

    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    absent = CliRunner(env=environ | {"VASARI_PICTURE_ENCODER": "siglip"})
    asked = absent.invoke(app, ["doctor", "--json"])
    [fault] = [f for f in json.loads(asked.stdout)["findings"] if f["check"] == "model"]
    assert (asked.exit_code, fault["status"]) == (1, "fault")
    assert "run `hf download google/siglip-base-patch16-224`" in fault["detail"]


def test_vectors_in_the_snapshot_are_of_unit_length(services: Services) -> None:
    space = services.encoders.space(SpaceField.PICTURE)
    index = services.snapshots.current().spaces[space.key]

    lengths = [np.linalg.norm(index.vectors_of(number)) for number in range(3)]

    assert np.allclose(lengths, 1, atol=1e-5)
