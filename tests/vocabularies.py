"""A small collection whose words are names, kinds and ordinary words, and how it is read."""

from collections.abc import Callable, Sequence
from pathlib import Path

from core.filters import Filter
from core.types import Artist, Artwork, Contribution
from core.understanding import Reading, Understand, Understanding
from index.vocabulary.vocabulary import DiskVocabulary
from index.vocabulary.vocabulary_builder import VocabularyBuilder
from search.understand.understand import understand
from tests.indexes import columns_of

Reader = Callable[..., Understanding]

TURNER = Artist(
    "t:turner", "Joseph Mallord William Turner", sort_name="Turner, Joseph Mallord William",
    gender="Male",
)  # fmt: skip
CHARLES = Artist("t:charles", "Charles Turner", sort_name="Turner, Charles", gender="Male")
BURNE_JONES = Artist(
    "t:bj", "Sir Edward Coley Burne-Jones, Bt", sort_name="Burne-Jones, Sir Edward Coley, Bt",
    gender="Male",
)  # fmt: skip
REMBRANDT = Artist("t:rembrandt", "Rembrandt van Rijn", sort_name="Rijn, Rembrandt van",
                   other_names=("Rembrandt",), gender="Male")  # fmt: skip
CHURCH = Artist("t:church", "Frederic Edwin Church", sort_name="Church, Frederic Edwin")
CONSTABLE = Artist("t:constable", "John Constable", sort_name="Constable, John", gender="Male")
ANN = Artist("t:ann", "Ann Smithson", sort_name="Smithson, Ann", gender="Female")
BOB = Artist("t:bob", "Bob Smithson", sort_name="Smithson, Bob", gender="Male")


def _works(
    prefix: str,
    artist: Artist,
    count: int,
    *,
    title: str,
    medium: str,
    classification: str,
    year: int,
    role: str = "artist",
) -> list[Artwork]:
    return [
        Artwork(
            f"t:{prefix}{i}",
            title=f"{title} {i}",
            contributions=(Contribution(artist, role),),
            begin=year,
            end=year,
            medium=medium,
            classification=classification,
            subjects=("church - non-specific", "man", "boat, sailing"),
            movements=("Pre-Raphaelite Brotherhood",) if artist is BURNE_JONES else (),
        )
        for i in range(count)
    ]


WATERCOLOUR = {"medium": "Watercolour on paper", "classification": "on paper, unique"}
OIL = {"medium": "Oil paint on canvas", "classification": "painting"}
PRINT = {"medium": "Etching on paper", "classification": "on paper, print"}
BRONZE = {"medium": "Bronze", "classification": "sculpture"}
COLLECTION: tuple[Artwork, ...] = (
    *_works("t", TURNER, 12, title="Venice", year=1840, **WATERCOLOUR),
    *_works("to", TURNER, 8, title="Storm", year=1842, **OIL),
    *_works("ta", TURNER, 4, title="Castle", year=1860, role="after", **PRINT),
    *_works("tc", CHARLES, 1, title="Bridge", year=1810, **PRINT),
    *_works("b", BURNE_JONES, 25, title="Angel", year=1880, **OIL),
    *_works("r", REMBRANDT, 12, title="Old Man", year=1650, **PRINT),
    *_works("c", CHURCH, 3, title="Mountain", year=1860, **OIL),
    *_works("k", CONSTABLE, 9, title="Cloud", year=1820, **OIL),
    *_works("s", ANN, 5, title="Nude", year=1960, **BRONZE),
    *_works("u", BOB, 5, title="Nude", year=1970, **BRONZE),
)


def vocabulary_of(artworks: Sequence[Artwork], folder: Path) -> DiskVocabulary:
    """Write and open the vocabulary of some artworks."""
    folder.mkdir(parents=True, exist_ok=True)
    builder = VocabularyBuilder()
    for artwork in artworks:
        builder.add(artwork)
    builder.write(folder)
    return DiskVocabulary(folder)


def reader_of(artworks: Sequence[Artwork], folder: Path) -> Reader:
    """Make a function that reads queries against some artworks."""
    vocabulary, columns = vocabulary_of(artworks, folder), columns_of(artworks)

    def read(
        text: str, mode: Understand = Understand.APPLY, where: Filter | None = None
    ) -> Understanding:
        return understand(
            text,
            mode,
            where=where,
            vocabulary=vocabulary,
            count=lambda wanted: columns.select(wanted).count,
        )

    return read


def applied(found: Understanding) -> list[str]:
    """List the labels of what became a filter, in the order of the words."""
    return [reading.label for reading in readings(found) if reading.is_applied]


def readings(found: Understanding) -> list[Reading]:
    """List all readings."""
    return [reading for span in found.spans for reading in span.readings]
