"""An id is one artwork: later rows with the same id are set aside."""

from collections.abc import Iterator

from core.ports import SourceItem
from core.records import Note

DUPLICATE_ID = "duplicate-id"  # the rule whose lines count as duplicates


def set_aside_duplicates(
    items: Iterator[SourceItem], first: dict[str, int] | None = None
) -> Iterator[SourceItem]:
    """Let each artwork id through once; the rows after the first become reasons.

    Args:
        items: what a source reads.
        first: is filled with the row of each id; None where nobody wants to know.
    """
    first = {} if first is None else first
    for item in items:
        if item.artwork is None:
            yield item
            continue
        id = item.artwork.id
        if id not in first:
            first[id] = item.row
            yield item
        else:
            own = id.partition(":")[2]
            note = Note(DUPLICATE_ID, f"the id {own!r} stands in row {first[id]} already")
            yield SourceItem(None, item.row, note, raw=item.raw)
