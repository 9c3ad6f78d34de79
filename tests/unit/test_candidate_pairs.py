"""What a reranker is shown of a candidate."""

import numpy as np
import pytest

from core.blob_keys import thumbnail_key
from core.errors import NotFoundError, PictureError, StorageError, VasariError
from core.types import Artist, Artwork, Contribution, Image, Json, Numbers, Pixels
from index.rows.cards import card_of
from search.candidate_pairs import LONGEST_CARD, CandidatePairs, card_text

HASHES = ["a" * 64, "b" * 64]
WORKS = [
    Artwork(f"t:{n}", f"Work {n}", images=(Image(content_hash=content_hash),))
    for n, content_hash in enumerate(HASHES)
]
PICTURE = np.zeros((2, 2, 3), np.uint8)


class Cards:
    """The part of a snapshot that is read."""

    def cards(self, numbers: Numbers) -> list[Json]:
        return [card_of(WORKS[number]) for number in numbers.tolist()]


class Store:
    """A blob store that has thumbnails, or an error in the place of the first one."""

    def __init__(self, error: VasariError | None = None) -> None:
        self.error, self.asked = error, list[str]()

    def get(self, key: str) -> bytes:
        self.asked.append(key)
        if self.error and key == thumbnail_key(HASHES[0]):
            raise self.error
        return b"picture"


def decode(data: bytes) -> Pixels:
    assert data == b"picture"
    return PICTURE


def has_picture(store: Store) -> list[bool]:
    pairs = CandidatePairs(Cards(), store, decode)  # type: ignore[arg-type]  # all that is used
    return [pair.picture is not None for pair in pairs.read(np.array([0, 1], np.int32))]


def test_a_card_is_title_artists_date_medium_and_description() -> None:
    turner, copyist = Artist("t:1", "J.M.W. Turner"), Artist("t:2", "A. Copyist")
    artwork = Artwork(
        "t:1",
        "Sea",
        (Contribution(turner, "after"), Contribution(copyist)),
        date_text="1815",
        medium="Oil",
        description="Waves.",
        subjects=("sea",),
    )

    assert card_text(card_of(artwork)) == "Sea. after J.M.W. Turner, A. Copyist. 1815. Oil. Waves."
    assert card_text(card_of(Artwork("t:2"))) == ""
    assert len(card_text(card_of(Artwork("t:3", "x" * 5000)))) == LONGEST_CARD


def test_pictures_are_the_stored_thumbnails() -> None:
    store = Store()

    assert has_picture(store) == [True, True]
    assert store.asked == [thumbnail_key(content_hash) for content_hash in HASHES]


@pytest.mark.parametrize("error", [NotFoundError("picture", "x"), PictureError("is truncated")])
def test_a_picture_that_is_missing_or_broken_leaves_the_card(error: VasariError) -> None:
    assert has_picture(Store(error)) == [False, True]


def test_a_store_that_is_away_is_asked_once_in_a_search() -> None:
    store = Store(StorageError("does not answer"))

    assert has_picture(store) == [False, False]
    assert len(store.asked) == 1
