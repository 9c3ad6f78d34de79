"""What a reranker is shown of a candidate: the text of its card, and its picture."""

from collections.abc import Sequence

import numpy as np

from core.blob_keys import thumbnail_key
from core.errors import StorageError, VasariError
from core.ports import BlobStore, PictureDecoder, Snapshot
from core.types import DEFAULT_ROLE, Json, Numbers, PicturedText, Pixels

LONGEST_CARD = 1000  # characters; a long description would take the time of several pairs


def card_text(card: Json) -> str:
    """Write title, artists, date, medium and description as one text."""
    makers = ", ".join(_maker(artist) for artist in card["artists"])
    parts = (card["title"], makers, card["date"], card["medium"], card["description"])
    return ". ".join(part for part in parts if part)[:LONGEST_CARD]


class CandidatePairs:
    """Reads candidates of one search; a picture that is not there leaves the card alone."""

    def __init__(self, snapshot: Snapshot, blobs: BlobStore, decode: PictureDecoder) -> None:
        self._snapshot = snapshot
        self._blobs = blobs
        self._decode = decode
        self._is_away = False  # the store: asked no more, since each question may take seconds

    def read(self, numbers: Numbers) -> Sequence[PicturedText]:
        """Read some candidates, in the order asked."""
        return [
            PicturedText(self._picture(card), card_text(card))
            for card in self._snapshot.cards(np.asarray(numbers, np.int32))
        ]

    def _picture(self, card: Json) -> Pixels | None:
        content_hash = card["image"]["content_hash"] if card["image"] else None
        if content_hash is None or self._is_away:
            return None
        try:
            return self._decode(self._blobs.get(thumbnail_key(content_hash)))
        except StorageError:
            self._is_away = True
        except VasariError:
            pass
        return None


def _maker(artist: Json) -> str:
    name, role = str(artist["name"]), str(artist["role"])
    return name if role == DEFAULT_ROLE else f"{role} {name}"
