"""A bundle carries a collection to a machine without a network, and answers there as here."""

import hashlib
import json
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from typer.testing import CliRunner

from cli.main import app
from core.blob_keys import picture_key, thumbnail_key
from core.errors import InputError, NotFoundError
from core.progress import SilentProgress
from core.types import Artwork, RightsStatus
from exchange.bundle_export import BundleOptions, export_bundle, open_only
from search.build import Services
from search.health import check_spaces
from tests.api_service import BLUE, LILIES, ODD_ID, RED, content_hash, serving
from tests.exchanging import Installations, answers, take_bundle
from tests.strategies import collections

QUIET = SilentProgress()


@pytest.fixture
def services(installations: Installations, tmp_path: Path) -> Services:
    return installations.copy(tmp_path / "home")


@pytest.fixture
def fresh(installations: Installations, tmp_path: Path) -> Services:
    return installations.open(tmp_path / "fresh")


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def local_only(self: socket.socket, address: Any) -> None:  # noqa: ANN401 - any address
        assert self.family == socket.AF_UNIX or address[0] == "127.0.0.1", address
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", local_only)


def manifest(path: Path) -> dict[str, Any]:
    with ZipFile(path) as archive:
        parsed: dict[str, Any] = json.loads(archive.read("manifest.json"))
    return parsed


def test_hits_and_scores_are_the_same_before_and_after_without_a_network(
    services: Services, fresh: Services, tmp_path: Path, no_network: None
) -> None:
    before = answers(services)
    export_bundle(tmp_path / "b.zip", services, QUIET)

    take_bundle(fresh, tmp_path / "b.zip")
    built = fresh.publisher.build(QUIET)

    assert answers(fresh) == before
    assert [space.encoded for space in built.spaces] == [0, 0]
    assert list(fresh.catalogue.scan()) == list(services.catalogue.scan())
    assert all(check.ok for check in check_spaces(fresh.snapshots, fresh.encoders))


def test_what_was_imported_is_served(
    services: Services, fresh: Services, tmp_path: Path, no_network: None
) -> None:
    export_bundle(tmp_path / "b.zip", services, QUIET)
    take_bundle(fresh, tmp_path / "b.zip")
    fresh.publisher.build(QUIET)

    with serving(fresh) as service:
        found = service.client.get("/v1/search", params={"q": "boats in a storm"}).json()
        picture = service.client.get(f"/v1/images/{LILIES}", params={"format": "webp"})

    assert found["hits"][0]["artwork"]["id"] == ODD_ID
    assert picture.status_code == 200
    assert picture.headers["content-type"] == "image/webp"


def test_the_manifest_has_hashes_counts_licences_and_encoders(
    services: Services, tmp_path: Path
) -> None:
    export_bundle(tmp_path / "b.zip", services, QUIET)

    said = manifest(tmp_path / "b.zip")

    with ZipFile(tmp_path / "b.zip") as archive:
        for name, entry in said["files"].items():
            data = archive.read(name)
            assert (len(data), hashlib.sha256(data).hexdigest()) == (entry["size"], entry["sha256"])
    assert said["counts"]["artworks"] == 50
    assert said["counts"]["artists"] == 2
    assert said["counts"]["thumbnails"] == 3
    licences = {(one["status"], one["count"]) for one in said["licences"]["pictures"]}
    assert licences == {("open", 2), ("restricted", 2), ("unknown", 1)}
    assert {space["encoder"]["name"] for space in said["spaces"]} == {
        "minilm-int8", "efficientnet-lite0",
    }  # fmt: skip


def test_originals_come_only_where_they_are_asked_for(services: Services, tmp_path: Path) -> None:
    export_bundle(tmp_path / "small.zip", services, QUIET)
    export_bundle(tmp_path / "whole.zip", services, QUIET, BundleOptions(pictures=True))

    originals = [
        [name for name in manifest(tmp_path / file)["files"] if name.startswith("pictures/")]
        for file in ("small.zip", "whole.zip")
    ]

    assert [len(names) for names in originals] == [0, 3]


def test_only_open_leaves_out_all_that_was_made_of_other_pictures(
    services: Services, fresh: Services, tmp_path: Path
) -> None:
    options = BundleOptions(pictures=True, only_open=True)
    export_bundle(tmp_path / "b.zip", services, QUIET, options)
    take_bundle(fresh, tmp_path / "b.zip")

    kept, closed = content_hash(RED), content_hash(BLUE)
    assert fresh.blobs.get(picture_key(kept)) == RED
    for key in (picture_key(closed), thumbnail_key(closed)):
        with pytest.raises(NotFoundError):
            fresh.blobs.get(key)
    (picture_space,) = [
        s for s in manifest(tmp_path / "b.zip")["spaces"] if s["field"] == "picture"
    ]
    assert picture_space["rows"] == 1
    assert fresh.catalogue.get(ODD_ID).images[0].content_hash is None
    assert fresh.catalogue.get(ODD_ID).title == services.catalogue.get(ODD_ID).title


def test_an_export_that_fails_leaves_the_file_of_before(services: Services, tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    path.write_bytes(b"of before")
    services = replace(services, settings=replace(services.settings, gate_queries=tmp_path / "no"))

    with pytest.raises(InputError):
        export_bundle(path, services, QUIET)

    assert path.read_bytes() == b"of before"
    assert not list(tmp_path.glob(".*"))


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(artworks=collections(min_size=1, max_size=6))
def test_whatever_the_catalogue_holds_comes_back(
    installations: Installations,
    tmp_path_factory: pytest.TempPathFactory,
    artworks: tuple[Artwork, ...],
) -> None:
    folder = tmp_path_factory.mktemp("any")
    here, there = (installations.open(folder / name) for name in ("here", "there"))
    here.catalogue.upsert(artworks)
    export_bundle(folder / "b.zip", here, QUIET)

    take_bundle(there, folder / "b.zip")

    assert list(there.catalogue.scan()) == list(here.catalogue.scan())


@given(collections(min_size=1, max_size=3))
def test_only_copies_of_open_pictures_stay(artworks: tuple[Artwork, ...]) -> None:
    for artwork in artworks:
        held = replace(
            artwork, images=tuple(replace(i, content_hash="a" * 64) for i in artwork.images)
        )

        for image in open_only(held).images:
            assert bool(image.content_hash) == (image.rights.status is RightsStatus.OPEN)


def test_the_commands_say_what_they_did(
    installations: Installations, bundle: Path, tmp_path: Path
) -> None:
    home = {"VASARI_HOME": str(tmp_path / "home"), "VASARI_THREADS": "1"}
    run = CliRunner(env=home)

    taken = run.invoke(app, ["import", str(bundle)])
    assert taken.exit_code == 0, taken.output
    assert "artworks: 50 new, 0 changed" in taken.output
    given_away = run.invoke(app, ["export", str(tmp_path / "again.zip"), "--json"])

    assert given_away.exit_code == 0, given_away.output
    assert json.loads(given_away.stdout)["counts"]["artworks"] == 50
    files = [manifest(path)["files"] for path in (bundle, tmp_path / "again.zip")]
    assert files[0]["catalogue.jsonl"]["size"] == files[1]["catalogue.jsonl"]["size"]
