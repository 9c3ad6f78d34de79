"""Taking a bundle: again, after a stop, and where other encoders are set."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.blob_keys import picture_key
from core.progress import SilentProgress
from exchange.bundle_export import BundleOptions, export_bundle
from exchange.bundle_import import import_bundle
from search.build import Services
from tests.api_service import BLUE, LILIES, ODD_ID, RED, content_hash
from tests.exchanging import Installations, answers, take_bundle
from tests.vectors import SPACE, take, unit_vectors, write_file

QUIET = SilentProgress()


@pytest.fixture
def services(installations: Installations, tmp_path: Path) -> Services:
    return installations.copy(tmp_path / "home")


@pytest.fixture
def fresh(installations: Installations, tmp_path: Path) -> Services:
    return installations.open(tmp_path / "fresh")


def test_the_same_bundle_again_writes_nothing(
    services: Services, fresh: Services, tmp_path: Path
) -> None:
    export_bundle(tmp_path / "b.zip", services, QUIET)
    take_bundle(fresh, tmp_path / "b.zip")

    again = take_bundle(fresh, tmp_path / "b.zip")

    assert (again.created, again.changed, again.unchanged) == (0, 0, 50)
    assert [space.written for space in again.spaces] == [0, 0]
    assert (again.pictures_new, again.pictures_known) == (0, 3)


def test_a_strict_installation_keeps_no_picture_without_evidence(
    services: Services, installations: Installations, tmp_path: Path
) -> None:
    export_bundle(tmp_path / "b.zip", services, QUIET, BundleOptions(pictures=True))
    strict = installations.open(tmp_path / "strict", VASARI_RIGHTS="strict")

    report = take_bundle(strict, tmp_path / "b.zip")

    held = {i.content_hash for a in strict.catalogue.scan() for i in a.images if i.content_hash}
    assert held == {content_hash(RED)}
    assert (report.pictures_new, report.pictures_withheld) == (2, 4)
    assert not strict.blobs.exists(picture_key(content_hash(BLUE)))
    assert [space.stale for space in report.spaces if "picture" in space.space] == [2]


class Stopping(SilentProgress):
    """Stops the work when so many units of a stage are done."""

    def __init__(self, stage: str, after: int) -> None:
        self.stage, self.left, self.now = stage, after, ""

    def begin(self, stage: str, total: int | None, unit: str) -> None:  # noqa: ARG002 - the port's
        self.now = stage

    def advance(self, count: int = 1) -> None:
        if self.now == self.stage:
            self.left -= count
            if self.left < 0:
                raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("stage", "after"),
    [("check the bundle", 100), ("write pictures", 1), ("write artworks", 0), ("write vectors", 0)],
)
def test_an_import_that_was_stopped_goes_on_where_it_was(
    services: Services, fresh: Services, tmp_path: Path, stage: str, after: int
) -> None:
    export_bundle(tmp_path / "b.zip", services, QUIET)
    with pytest.raises(KeyboardInterrupt):
        import_bundle(tmp_path / "b.zip", fresh, Stopping(stage, after))

    take_bundle(fresh, tmp_path / "b.zip")
    fresh.publisher.build(QUIET)

    assert answers(fresh) == answers(services)
    assert list((fresh.settings.home / "work").glob("tmp*")) == []


def test_withdrawn_works_judgements_and_imported_spaces_travel_too(
    services: Services, fresh: Services, tmp_path: Path
) -> None:
    judged = tmp_path / "judged.jsonl"
    judged.write_text('{"query": "boats", "relevant_ids": ["t:after"]}\n')
    services = replace(services, settings=replace(services.settings, gate_queries=judged))
    services.snapshots.withdraw(["t:closed"])
    path = write_file(tmp_path / "dino.parquet", [LILIES, ODD_ID], unit_vectors(2))
    take(services, path)
    export_bundle(tmp_path / "b.zip", services, QUIET)

    report = take_bundle(fresh, tmp_path / "b.zip")

    assert fresh.snapshots.withdrawn() == ["t:closed"]
    assert Path(str(report.judgements)).read_bytes() == judged.read_bytes()
    (kept,) = fresh.imported.all()
    assert (kept.name, kept.space, kept.vectors) == ("dino", SPACE, 2)


def test_a_bundle_of_another_encoder_becomes_a_space_of_its_own(
    services: Services, installations: Installations, tmp_path: Path
) -> None:
    export_bundle(tmp_path / "b.zip", services, QUIET)
    other = installations.open(tmp_path / "other")
    card = replace(other.encoders.text.card, revision="another")
    text = _Renamed(other.encoders.text, card)
    other.encoders.__dict__["_text"] = text
    try:
        report = take_bundle(other, tmp_path / "b.zip")
    finally:
        other.encoders.__dict__["_text"] = text.encoder

    assert [space.is_own for space in report.spaces] == [False, True]
    assert [one.name for one in other.imported.all()] == ["b"]


class _Renamed:
    """An encoder that says that it is another one."""

    def __init__(self, encoder: Any, card: Any) -> None:  # noqa: ANN401 - stands for any encoder
        self.encoder = encoder
        self.card = card

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - stands for any encoder
        return getattr(self.encoder, name)
