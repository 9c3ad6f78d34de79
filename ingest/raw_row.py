"""A row that was set aside, as the ledger keeps it."""

import json
from collections.abc import Mapping, Sequence

LONGEST_RAW = 4000  # characters; a text of a catalogue may be a book


def raw_row(row: Mapping[str, object] | Sequence[object] | str | bytes) -> str:
    """Write a row in one text of bounded length: JSON, or just what stood there."""
    if isinstance(row, bytes):
        row = row.decode("utf-8", "backslashreplace")
    text = row if isinstance(row, str) else json.dumps(row, ensure_ascii=False, default=repr)
    # A lone surrogate, which stands for a byte that is no UTF-8, cannot be kept in a database.
    text = text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
    return text if len(text) <= LONGEST_RAW else f"{text[: LONGEST_RAW - 1]}…"
