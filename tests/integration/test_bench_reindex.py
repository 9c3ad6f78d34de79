"""What a soak of reindexing finds wrong with a home."""

import os
import shutil
import time
from collections import Counter
from pathlib import Path

import pytest

from bench.soak.reindex import run
from bench.soak.reindexed import Home, Sizes
from bench.soak.whole import age_leftovers, faults, files, leftovers
from core.locks import try_lock
from core.types import Json


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("soak"), "key", Sizes(rows=12, changed=4, leaving=1))
    home.fill()
    return home


def _listed(home: Home, **changed: object) -> list[Json]:
    with home.opened() as services:
        (entry,) = services.snapshots.entries()
    return [
        {
            "id": entry.id,
            "is_live": entry.is_live,
            "is_previous": False,
            "built_at": entry.built_at.isoformat(),
            **changed,
        }
    ]


def _faults(home: Home, usual: Counter[str], **changed: object) -> list[str]:
    with home.opened() as services:
        return list(faults(services, _listed(home, **changed), usual))


def _folder(home: Home, id: str) -> Path:
    return home.path / "snapshots" / id


def _of_before(home: Home, live: Json, minute: int) -> Json:
    id = f"20200101T000{minute}00Z-{live['id'][-8:]}"
    shutil.copytree(_folder(home, live["id"]), _folder(home, id))
    return {**live, "id": id, "is_live": False, "built_at": f"2020-01-01T00:0{minute}:00+00:00"}


def test_a_home_at_rest_is_whole(home: Home) -> None:
    assert _faults(home, files(home.path)) == []


def test_a_home_must_have_one_live_snapshot(home: Home) -> None:
    assert _faults(home, files(home.path), is_live=False) == ["0 live snapshots"]


def test_what_a_kill_left_over_is_found_and_made_old(home: Home) -> None:
    left = [home.path / "snapshots" / ".building-0123456789ab", home.path / "work" / ".a.12.tmp"]
    usual = files(home.path)
    left[0].mkdir()
    left[1].touch()

    found = _faults(home, usual)
    age_leftovers(home.path)
    ages = [time.time() - path.stat().st_mtime for path in left]
    listed = leftovers(home.path)
    left[0].rmdir()
    left[1].unlink()

    assert found == ["left over: .building-#", "left over: .a.#.tmp", "more files: work/.a.#.tmp"]
    assert listed == sorted(left)
    assert min(ages) > 3600


def test_a_lock_that_is_held_is_found(home: Home) -> None:
    usual = files(home.path)
    lock = try_lock(home.path / "work" / "build.lock")
    assert lock is not None

    found = _faults(home, usual)
    os.close(lock)

    assert found == ["held: build.lock"]


def test_a_catalogue_that_the_live_snapshot_does_not_show_is_found(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path, "key", Sizes(rows=12, changed=12, leaving=0))
    home.fill()
    home.change()

    found = _faults(home, files(home.path))

    assert found == ["a live title is not the catalogue's"]


def test_a_snapshot_beyond_the_policy_is_found_once_its_time_is_over(home: Home) -> None:
    (live,) = _listed(home)
    kept = [live, *(_of_before(home, live, minute) for minute in (9, 8, 7, 6))]

    with home.opened() as services:
        found = list(faults(services, kept, files(home.path)))
        services.snapshots.get(kept[3]["id"])
        held = list(faults(services, kept, files(home.path)))

    assert found == ["a snapshot is kept beyond the policy"] * 2
    assert held == ["a snapshot is kept beyond the policy"]


def test_killed_while_it_reindexes_a_home_ends_whole(tmp_path: Path) -> None:
    figures = run(tmp_path, kills=1, seed=5, sizes=Sizes(rows=40, changed=30, leaving=2))

    assert figures["kills"] in (1, 2)  # a round may kill two processes
    assert figures["checks"]
    assert figures["different"] is None
    assert figures["processes_left"] == 0
