"""An id is one artwork: later rows with the same id are set aside."""

from collections.abc import Iterator

from core.ports import SourceItem


def set_aside_duplicates(items: Iterator[SourceItem]) -> Iterator[SourceItem]:
    """Let each artwork id through once; the rows after the first become reasons."""
    first: dict[str, int] = {}
    for item in items:
        if item.artwork is None:
            yield item
            continue
        row = first.setdefault(item.artwork.id, item.row)
        if row == item.row:
            yield item
        else:
            own = item.artwork.id.partition(":")[2]
            yield SourceItem(None, item.row, f"the id {own!r} stands in row {row} already")
