"""A short soak: the whole way is killed at random moments, and ends as if it had not been."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.soak.collection import Sizes
from bench.soak.soak import Soak, open_soak
from bench.soak.state import differences

KILLS = 4


@pytest.fixture(scope="module")
def soak(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Soak]:
    folder: Path = tmp_path_factory.mktemp("soak")
    with open_soak(folder, Sizes(rows=35, addresses=16, files=8)) as opened:
        yield opened


def test_the_edition_has_something_of_every_kind(soak: Soak) -> None:
    run = soak.whole["runs"]["museum"]

    assert all(run[kind] for kind in ("created", "changed", "returned", "gone"))
    assert all(run[kind] for kind in ("quarantined", "duplicates"))
    assert {line[2] for line in soak.whole["picture ledger"]} == {"stored", "dead"}
    assert len({key.split("/")[1] for key in soak.whole["blobs"]}) == 2
    assert all(soak.whole["hits"].values())


def test_killed_at_random_moments_the_whole_way_ends_as_if_it_had_not_been(soak: Soak) -> None:
    found = soak.soak(KILLS, seed=2)

    assert found.kills.total() >= KILLS
    assert not found.different
    assert not found.processes_left


def test_what_is_lost_is_seen(soak: Soak) -> None:
    killed = dict(soak.whole)
    killed["blobs"] = dict(list(killed["blobs"].items())[1:])
    killed["embeddings"] = {key: -vector for key, vector in killed["embeddings"].items()}

    assert differences(soak.whole, soak.whole) == []
    assert differences(soak.whole, killed) == ["blobs", "embeddings"]
