"""What searches get while another process publishes: never a wait, never what was withdrawn."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.snapshots.live import LiveSnapshots
from index.snapshots.opened import OpenedSnapshots
from index.snapshots.snapshot import DiskSnapshot
from index.snapshots.snapshot_store import DiskSnapshotStore
from tests.indexes import published, random_source


class SlowOpening(OpenedSnapshots):
    """Opens a snapshot when it is let."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.begun, self.may_end = threading.Event(), threading.Event()
        self.may_end.set()

    def open(self, id: str) -> DiskSnapshot:
        self.begun.set()
        assert self.may_end.wait(30)
        return super().open(id)


@pytest.fixture
def elsewhere(folder: Path) -> DiskSnapshotStore:
    """Give the store of another process."""
    return DiskSnapshotStore(folder)


@pytest.fixture
def opening(folder: Path) -> SlowOpening:
    return SlowOpening(folder)


@pytest.fixture
def live(
    folder: Path, opening: SlowOpening, elsewhere: DiskSnapshotStore
) -> Iterator[LiveSnapshots]:
    published(elsewhere)
    live = LiveSnapshots(folder, opening)
    live.current()
    yield live
    opening.may_end.set()


def opened_by_another(live: LiveSnapshots, opening: SlowOpening) -> threading.Thread:
    opening.begun.clear()
    opening.may_end.clear()
    thread = threading.Thread(target=live.current)
    thread.start()
    assert opening.begun.wait(30)
    return thread


def test_while_one_thread_opens_what_is_new_others_search_what_was(
    live: LiveSnapshots, opening: SlowOpening, elsewhere: DiskSnapshotStore
) -> None:
    before = live.current()
    new = published(elsewhere, random_source(20, seed=1))
    thread = opened_by_another(live, opening)

    meanwhile = live.current()
    opening.may_end.set()
    thread.join()

    assert meanwhile is before
    assert live.current().id == new


def test_what_was_withdrawn_is_waited_for(
    live: LiveSnapshots, opening: SlowOpening, elsewhere: DiskSnapshotStore
) -> None:
    [first] = elsewhere.current().artwork_ids(np.zeros(1, np.int32))
    elsewhere.withdraw([first])
    thread = opened_by_another(live, opening)
    seen: list[DiskSnapshot] = []
    waiting = threading.Thread(target=lambda: seen.append(live.current()))
    waiting.start()
    waiting.join(0.2)

    assert waiting.is_alive()
    opening.may_end.set()
    waiting.join()
    thread.join()
    assert seen[0].columns.select(None).count == len(seen[0]) - 1


def test_who_publishes_sees_it_at_once(elsewhere: DiskSnapshotStore) -> None:
    published(elsewhere)
    elsewhere.current()

    new = published(elsewhere, random_source(20, seed=1))

    assert elsewhere.current().id == new
