from hypothesis import given
from hypothesis import strategies as st

from core.types import Json
from ingest.iiif.changes import Changes, read_changes
from tests.manifests import activity

STREAM = "https://m.example/stream"
A, B, C = (f"https://m.example/{name}" for name in "abc")


def read(activities: list[Json], since: str | None = None, page_size: int = 2) -> Changes:
    """Put activities into pages, and read them as a stream."""
    pages: dict[str, Json] = {}
    cut = [activities[i : i + page_size] for i in range(0, len(activities), page_size)] or [[]]
    for number, items in enumerate(cut):
        page: Json = {"type": "OrderedCollectionPage", "orderedItems": items}
        pages[str(number)] = page | ({"prev": {"id": str(number - 1)}} if number else {})
    stream = {"id": STREAM, "type": "OrderedCollection", "last": {"id": str(len(cut) - 1)}}
    return read_changes(stream, pages.__getitem__, since)


def test_a_stream_is_read_from_its_end() -> None:
    told = [activity("Create", A, 1), activity("Create", B, 2), activity("Update", A, 3)]

    assert read(told) == Changes((A, B), frozenset(), "2026-01-03T00:00:00Z")


def test_reading_stops_at_the_last_change_that_was_taken() -> None:
    told = [activity("Create", A, 1), activity("Create", B, 2), activity("Create", C, 3)]

    assert read(told, "2026-01-02T00:00:00Z").changed == (C, B)
    assert read(told, "2026-01-04T00:00:00Z") == Changes((), frozenset(), "2026-01-03T00:00:00Z")


def test_the_newest_activity_of_a_manifest_counts() -> None:
    gone = read([activity("Create", A, 1), activity("Delete", A, 2)])
    back = read([activity("Delete", A, 1), activity("Create", A, 2)])

    assert (gone.changed, gone.removed) == ((), frozenset({A}))
    assert (back.changed, back.removed) == ((A,), frozenset())


def test_a_refresh_ends_the_first_reading() -> None:
    told = [
        activity("Create", A, 1),
        {"type": "Refresh", "startTime": "2026-01-02T00:00:00Z"},
        activity("Update", B, 3),
    ]

    assert read(told).changed == (B,)


def test_beyond_a_refresh_only_deletions_count() -> None:
    told = [
        activity("Delete", A, 2),
        activity("Update", C, 3),
        {"type": "Refresh", "startTime": "2026-01-03T12:00:00Z"},
        activity("Update", B, 4),
    ]

    changes = read(told, "2026-01-01T00:00:00Z")

    assert (changes.changed, changes.removed) == ((B,), frozenset({A}))


def test_a_move_takes_one_away_and_brings_the_other() -> None:
    told = [activity("Move", A, 1, target={"id": B, "type": "Manifest"})]

    assert read(told) == Changes((B,), frozenset({A}), "2026-01-01T00:00:00Z")


def test_adding_and_removing_count_in_their_own_stream_alone() -> None:
    here, elsewhere = {"id": STREAM}, {"id": "https://other.example"}
    told = [
        activity("Add", A, 1, target=here),
        activity("Add", B, 2, target=elsewhere),
        activity("Remove", C, 3, origin=here),
    ]

    changes = read(told)

    assert (changes.changed, changes.removed) == ((A,), frozenset({C}))


def test_what_is_no_manifest_is_passed_over() -> None:
    other = {"type": "Update", "object": {"id": A, "type": "Collection"}}

    assert read([other, {"type": "Update"}, {"type": "Like", "object": {"id": B}}]).changed == ()


def test_a_list_without_times_is_read_whole() -> None:
    told = [{"type": "Update", "object": {"id": a, "type": "Manifest"}} for a in (A, B, C)]

    assert read(told) == Changes((C, B, A), frozenset(), None)


def test_pages_that_lead_in_a_circle_end() -> None:
    page = {"orderedItems": [activity("Create", A, 1)], "prev": {"id": "0"}}

    assert read_changes({"last": {"id": "0"}}, {"0": page}.__getitem__, None).changed == (A,)


@given(
    st.lists(
        st.tuples(st.sampled_from(["Create", "Update", "Delete"]), st.sampled_from([A, B, C]))
    ),
    st.integers(1, 5),
    st.integers(0, 20),
)
def test_reading_in_parts_comes_to_what_reading_at_once_does(
    told: list[tuple[str, str]], page_size: int, first: int
) -> None:
    activities = [activity(kind, a, n) for n, (kind, a) in enumerate(told[:28], start=1)]

    state: set[str] = set()
    since: str | None = None
    for end in sorted({min(first, len(activities)), len(activities)}):
        changes = read(activities[:end], since, page_size)
        state = (state | set(changes.changed)) - changes.removed
        since = changes.newest

    last = {a: kind for kind, a in told[:28]}
    assert state == {a for a, kind in last.items() if kind != "Delete"}
