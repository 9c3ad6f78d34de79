"""A reindex with its checks: what goes live, what does not, and what is left of one that ends."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import NotFoundError, UnfitError
from core.progress import SilentProgress, WorkStopped
from core.settings import load_settings
from core.types import Artwork
from search.build import Services, build_services
from search.dry_run import snapshot_bytes
from search.publish import BuildOptions


@pytest.fixture
def services(tmp_path: Path) -> Services:
    services = build_services(load_settings({"VASARI_HOME": str(tmp_path)}))
    services.catalogue.upsert([Artwork("t:1", "Sea"), Artwork("t:2", "Sky"), Artwork("t:3", "Sea")])
    return services


class Stopping:
    """A progress that ends the work when a stage begins."""

    def __init__(self, stage: str) -> None:
        self._stage = stage

    def begin(self, stage: str, total: int | None, unit: str) -> None:  # noqa: ARG002 - the port's
        if stage == self._stage:
            raise WorkStopped

    def advance(self, count: int = 1) -> None:
        """Count nothing."""


def kept(services: Services) -> list[str]:
    return [entry.id for entry in services.snapshots.entries()]


def damage(services: Services, snapshot: str) -> None:
    path = services.settings.snapshots_path / snapshot / "rows" / "cards.jsonl"
    path.write_bytes(path.read_bytes().replace(b"Sea", b"Tea"))


def test_a_build_tells_the_checks_that_it_passed_and_they_are_remembered(
    services: Services,
) -> None:
    report = services.publisher.build(SilentProgress())

    names = [check.name for check in report.checks]
    space = report.spaces[0].space
    assert names == [
        "checksums",
        "rows: artworks",
        f"rows: vectors of {space}",
        f"recall of {space}",
        f"selectors of {space}",
    ]
    assert all(check.passed for check in report.checks)
    (facts,) = services.snapshots.facts()
    assert facts.checked is not None
    assert facts.checked.checks == report.checks


@pytest.mark.parametrize("stage", ["rows", "check", "checks"])
def test_a_build_that_is_stopped_leaves_its_embeddings_and_no_snapshot(
    services: Services, stage: str
) -> None:
    with pytest.raises(WorkStopped):
        services.publisher.build(Stopping(stage))

    assert kept(services) == []
    assert not list(services.settings.snapshots_path.glob(".building-*"))
    assert services.publisher.build(SilentProgress()).spaces[0].encoded == 0


def test_a_kept_snapshot_that_is_damaged_does_not_go_live(services: Services) -> None:
    live = services.publisher.build(SilentProgress()).snapshot
    built = services.publisher.build(SilentProgress(), BuildOptions(publish=False)).snapshot
    damage(services, built)

    for go_live in (services.publisher.publish, services.publisher.rollback):
        with pytest.raises(UnfitError, match=r"checksums: rows/cards\.jsonl has changed") as caught:
            go_live(built)
        assert caught.value.checks == ("checksums",)

    assert services.snapshots.current().id == live
    assert built in kept(services)


def test_a_rollback_goes_to_any_kept_snapshot_by_name(services: Services) -> None:
    first, _, third = (services.publisher.build(SilentProgress()).snapshot for _ in range(3))

    assert services.publisher.rollback(first) == first
    assert services.snapshots.current().id == first
    assert services.publisher.rollback() == third
    with pytest.raises(NotFoundError):
        services.publisher.rollback("20260101T000000Z-00000000")


def test_snapshots_that_were_live_are_kept_for_their_time(
    services: Services, tmp_path: Path
) -> None:
    environ = {"VASARI_HOME": str(tmp_path), "VASARI_KEEP_SNAPSHOTS": "1"}
    publisher = build_services(load_settings(environ)).publisher

    built = [publisher.build(SilentProgress()) for _ in range(4)]

    assert [report.pruned for report in built] == [()] * 4
    assert len(kept(services)) == 4


def test_a_dry_run_says_what_would_be_done_and_does_nothing(services: Services) -> None:
    plan = services.publisher.dry_run(SilentProgress())

    texts, pictures = plan.spaces
    assert (plan.artworks, texts.present, texts.missing, texts.to_embed) == (3, 0, 2, 2)
    assert (pictures.missing, pictures.unit) == (0, "pictures")
    assert (plan.changes.snapshot, plan.changes.added) == (None, 3)
    assert plan.disk.is_enough
    assert kept(services) == []
    assert services.embeddings.counts() == {}


def test_a_dry_run_tells_what_changed_since_the_live_snapshot(services: Services) -> None:
    live = services.publisher.build(SilentProgress()).snapshot
    services.catalogue.upsert([Artwork("t:2", "Clouds"), Artwork("t:4", "Rain")])

    plan = services.publisher.dry_run(SilentProgress())
    anew = services.publisher.dry_run(SilentProgress(), BuildOptions(anew=True))

    changes = plan.changes
    assert (changes.snapshot, changes.added, changes.changed, changes.gone) == (live, 1, 1, 0)
    assert plan.spaces[0].to_embed == 2
    assert anew.spaces[0].to_embed == 3


def test_the_size_of_a_build_is_told_by_the_live_snapshot() -> None:
    card = {"vectors": 100, "memory_bytes": 200_000}
    live = {
        "spaces": {"s": card},
        "counts": {"artworks": 100},
        "files": {"rows": {"size": 50_000}, "vectors": {"size": 200_000}},
    }

    assert snapshot_bytes(live, 200, {"s": (200, 384)}) == int(1.1 * (400_000 + 100_000))
    assert snapshot_bytes(None, 10, {"s": (10, 100)}) == int(1.1 * (6_000 + 40_960))


def test_a_start_deletes_what_is_past_keeping(services: Services) -> None:
    folder = services.settings.snapshots_path
    services.publisher.build(SilentProgress())
    (folder / ".building-killed").mkdir()
    extra = [
        services.publisher.build(SilentProgress(), BuildOptions(publish=False)).snapshot
        for _ in range(3)
    ]
    assert replace(services.settings).keep_snapshots == 3

    pruned = services.publisher.tidy()

    assert not (folder / ".building-killed").exists()
    assert pruned == []
    assert set(extra) < set(kept(services))
