"""The row table of a snapshot: artwork ids in order, and the card of each artwork."""

import json
from pathlib import Path
from typing import Self

from core.errors import DamagedError
from core.types import Artwork, Json, Numbers
from index.files.lines import Lines, LineWriter
from index.rows.cards import card_of


class Rows:
    """The artworks of a snapshot by number and by id."""

    def __init__(self, folder: Path) -> None:
        self._ids = Lines(folder, "ids.txt")
        self._cards = Lines(folder, "cards.jsonl")

    def __len__(self) -> int:
        """Count the artworks."""
        return len(self._ids)

    def number_of(self, artwork_id: str) -> int | None:
        """Find an artwork's number."""
        return self._ids.find(artwork_id)

    def artwork_ids(self, numbers: Numbers) -> list[str]:
        """Name artworks by their numbers."""
        return [self._ids.line(number).decode() for number in numbers.tolist()]

    def cards(self, numbers: Numbers) -> list[Json]:
        """Parse the cards of some artworks."""
        return [json.loads(self._cards.line(number)) for number in numbers.tolist()]


class RowWriter:
    """Writes the row table, one artwork at a time, in the order of ids."""

    def __init__(self, folder: Path) -> None:
        self._ids = LineWriter(folder, "ids.txt")
        self._cards = LineWriter(folder, "cards.jsonl")
        self._last: str | None = None

    def __enter__(self) -> Self:
        """Open the files."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the files."""
        self._ids.close()
        self._cards.close()

    def add(self, artwork: Artwork) -> None:
        """Take the next artwork. Raises DamagedError when its id does not ascend."""
        # By code point, as ids are looked up: UTF-8 keeps that order, a locale does not.
        if self._last is not None and artwork.id <= self._last:
            raise DamagedError(f"artwork {artwork.id} comes after {self._last}: ids must ascend")
        self._last = artwork.id
        self._ids.add(artwork.id)
        self._cards.add(json.dumps(card_of(artwork), ensure_ascii=False, separators=(",", ":")))
