"""A snapshot opened from its folder by memory map."""

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path
from uuid import uuid4

import numpy as np

from core.errors import ConfigurationError, DamagedError
from core.ports import VectorIndex
from core.types import Json, Numbers
from index.columns.column_files import open_columns
from index.columns.columns import Columns
from index.lexical.lexical import Lexical, open_lexical
from index.qdrant.collections import QdrantCollections
from index.qdrant.space import QdrantSpace
from index.rows.identity import Identities
from index.rows.rows import Rows
from index.snapshots.manifest import load_manifest, size_faults
from index.snapshots.uploads import qdrant_cards
from index.vectors.space_files import open_space
from index.vocabulary.vocabulary import DiskVocabulary

ROWS = "rows"
IDENTITY = "identity"
LEXICAL = "lexical"
SPACES = "spaces"
VOCABULARY = "vocabulary"


class DiskSnapshot:
    """An immutable index on disk; safe to use from many threads, also after it is deleted.

    What is withdrawn from it is not on its disk: the store tells it. Vectors may lie in Qdrant
    instead; those do not outlive its deletion.
    """

    def __init__(
        self, folder: Path, *, use_gpu: bool = False, qdrant: QdrantCollections | None = None
    ) -> None:
        """Open it; the sizes of all files are checked, their contents are not.

        Raises:
            DamagedError: names the file.
            ConfigurationError: its vectors lie in a Qdrant that is not set.
        """
        self._id = folder.name
        self._manifest = load_manifest(folder)
        # A file cut short would end the process when its missing pages are touched.
        faults = size_faults(folder, self._manifest)
        if faults:
            raise DamagedError(
                f"snapshot {folder}: {'; '.join(faults)}; run `vasari index rollback`, or build it "
                "anew with `vasari index build`"
            )
        size = self._manifest["counts"]["artworks"]
        self._rows = Rows(folder / ROWS)
        if len(self._rows) != size:
            raise DamagedError(f"snapshot {folder}: {len(self._rows)} artworks, not {size}")
        self._columns = open_columns(folder / ROWS, size)
        self._lexical = open_lexical(folder / LEXICAL, size, self._columns)
        self._identities = Identities(folder / IDENTITY)
        self._vocabulary = DiskVocabulary(folder / VOCABULARY)
        self._served = _open_served(self._id, qdrant_cards(self._manifest), qdrant)
        here = {
            key: open_space(folder / SPACES / key, card, self._columns, size, use_gpu=use_gpu)
            for key, card in self._manifest["spaces"].items()
            if key not in self._served
        }
        self._spaces: dict[str, VectorIndex] = {**here, **self._served}
        self._hidden = _digest(np.empty(0, np.int32))

    @property
    def id(self) -> str:
        """UTC time of its build and 8 hex digits of its manifest's hash."""
        return self._id

    @property
    def manifest(self) -> Json:
        """Counts, spaces, index parameters and checksums."""
        return self._manifest

    @property
    def columns(self) -> Columns:
        """Its filter columns."""
        return self._columns

    @property
    def lexical(self) -> Lexical:
        """Its lexical index."""
        return self._lexical

    @property
    def identities(self) -> Identities:
        """Its titles, accession numbers, artists and near-duplicates."""
        return self._identities

    @property
    def spaces(self) -> Mapping[str, VectorIndex]:
        """Its vector indexes, by space key."""
        return self._spaces

    @property
    def vocabulary(self) -> DiskVocabulary:
        """What its words stand for."""
        return self._vocabulary

    @property
    def hidden(self) -> str:
        """Digest of which of its artworks no search shows: another set, another digest."""
        return self._hidden

    def withdraw(self, artwork_ids: Collection[str]) -> None:
        """Show these artworks in no search from now on, and all others; unknown ids are fine."""
        found = map(self._rows.number_of, artwork_ids)
        numbers = np.array([number for number in found if number is not None], np.int32)
        # While it changes, what a search finds is neither of before nor of after.
        self._hidden = f"changing {uuid4().hex}"
        self._columns.withdraw(numbers)
        for space in self._served.values():
            space.withdraw(numbers)
        self._hidden = _digest(numbers)

    def __len__(self) -> int:
        """Count its artworks."""
        return len(self._rows)

    def number_of(self, artwork_id: str) -> int | None:
        """Find the number of an artwork that is not withdrawn."""
        number = self._rows.number_of(artwork_id)
        return None if number is None or self._columns.is_withdrawn(number) else number

    def artwork_ids(self, numbers: Numbers) -> list[str]:
        """Name artworks by their numbers."""
        return self._rows.artwork_ids(numbers)

    def cards(self, numbers: Numbers) -> list[Json]:
        """Read the cards that hits show."""
        return self._rows.cards(numbers)


def _digest(numbers: Numbers) -> str:
    return hashlib.sha256(np.unique(numbers).astype("<i4").tobytes()).hexdigest()[:16]


def _open_served(
    id: str, cards: Mapping[str, Json], qdrant: QdrantCollections | None
) -> dict[str, QdrantSpace]:
    """Open the spaces that lie in Qdrant."""
    if not cards:
        return {}
    if qdrant is None:
        raise ConfigurationError(
            f"snapshot {id} has its vectors in Qdrant: set VASARI_QDRANT_URL to its "
            "address, or run `vasari index build`"
        )
    return {key: qdrant.open_space(card) for key, card in cards.items()}
