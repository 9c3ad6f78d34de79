"""What a load during swaps shows: reckoned by hand."""

import json

import pytest

from bench.swap.asking import Answer, read_answer, requests
from bench.swap.load import Seen
from bench.swap.reckoning import Window, figures, is_during, is_during_call, is_mixed, windows
from bench.swap.swapping import Swap

PORTS = (1, 2)


def _seen(
    due: float, snapshot: str, *, port: int = 1, took: float = 0.1, hits: int = 7, status: int = 200
) -> Seen:
    return Seen(0, 0, port, due, due, due + took, Answer(status, snapshot, hits))


def _later_page(snapshot: str, *, pinned: str) -> Seen:
    return Seen(0, 1, 1, 0.0, 0.0, 0.1, Answer(200, snapshot, 7), pinned)


def test_a_swap_is_under_way_until_a_second_after_the_last_service_answers_by_it() -> None:
    swap = Swap("publish", "new", begin=10.0, end=10.5)
    seen = [
        _seen(9.8, "new"),  # of an earlier time, when it was live too
        _seen(10.2, "old"),
        _seen(10.6, "new", port=1),
        _seen(10.9, "new", port=2),
    ]

    (window,) = windows([swap], seen, PORTS)

    assert window.begin == 10.0
    assert window.end == pytest.approx(12.0)
    assert window.first_new_s == pytest.approx(0.5)


def test_a_swap_that_a_service_never_shows_is_told() -> None:
    swaps = [Swap("publish", "new", 10.0, 10.5), Swap("rollback", "old", 20.0, 20.1)]
    seen = [_seen(10.6, "new", port=1), _seen(21.0, "new", port=2)]

    first, second = windows(swaps, seen, PORTS)

    assert first.first_new_s is None
    assert second.first_new_s is None


def test_a_request_is_during_a_swap_when_any_of_its_time_is() -> None:
    window = Window(10.0, 12.0, called=10.5, first_new_s=0.1)

    assert not is_during(_seen(9.8, "old", took=0.1), [window])
    assert is_during(_seen(9.8, "old", took=0.3), [window])
    assert is_during(_seen(11.9, "new", took=1.0), [window])
    assert not is_during(_seen(12.0, "new"), [window])
    assert is_during_call(_seen(10.4, "old"), [window])
    assert not is_during_call(_seen(10.5, "new"), [window])


def test_hits_of_another_snapshot_than_the_one_named_are_mixed() -> None:
    fresh = {(0, 0, "old"): 7, (0, 0, "new"): 8, (0, 1, "old"): 7}

    assert not is_mixed(_seen(0, "old", hits=7), fresh)
    assert is_mixed(_seen(0, "new", hits=7), fresh)
    assert not is_mixed(_later_page("old", pinned="old"), fresh)
    assert is_mixed(_later_page("old", pinned="new"), fresh)


def test_figures_keep_what_was_during_a_swap_apart() -> None:
    swaps = [Swap("rollback", "new", 10.0, 10.1)]
    seen = [_seen(1.0, "old"), _seen(10.2, "new", took=0.3), _seen(13.0, "", status=503)]
    fresh = {(0, 0, "old"): 7, (0, 0, "new"): 9}

    row = figures(seen, swaps, windows(swaps, seen, [1]), fresh)

    assert (row["swaps"], row["rollbacks"], row["requests"]) == (1, 1, 3)
    assert (row["failed"], row["statuses"], row["mixed"]) == (1, "503: 1", 1)
    assert row["p95_ms"] == pytest.approx(100)
    assert row["p95_ms_during_swap"] == pytest.approx(300)
    assert row["p95_ratio"] == pytest.approx(3)
    assert row["telling"] == 1.0


def test_the_same_seed_asks_the_same_of_every_kind() -> None:
    drawn = requests(["sample:a"], seed=3, count=16)

    assert drawn == requests(["sample:a"], seed=3, count=16)
    assert len({one.kind for one in drawn}) == 8
    assert json.loads(drawn[0].json("later"))["cursor"] == "later"


def test_an_answer_is_the_same_by_its_hits_scores_total_and_facets() -> None:
    page = {
        "hits": [{"artwork": {"id": "a"}, "score": 0.5}],
        "total": 3, "facets": {}, "snapshot": "s", "cursor": None, "duration_ms": 1.0,
    }  # fmt: skip

    answer = read_answer(200, json.dumps(page).encode())
    slower = read_answer(200, json.dumps(page | {"duration_ms": 9.0}).encode())
    other = read_answer(200, json.dumps(page | {"total": 4}).encode())

    assert answer == slower
    assert answer.hits != other.hits
    assert read_answer(503, b"busy") == Answer(503)
