"""A small collection whose answers can be foretold: 42 works, some with pictures."""

import hashlib
from collections.abc import Iterator, Sequence

from PIL import Image as Pillow
from PIL import ImageDraw

from core.ports import SourceItem
from core.types import Artist, Artwork, Contribution, Image, Rights, RightsStatus
from tests.pictures import encoded

ADA = Artist("gallery:ada", "Ada Holm", begin=1840, end=1901)
BRUNO = Artist("gallery:bruno", "Bruno Field", begin=1790, end=1855)
CLARA = Artist("gallery:clara", "Clara Stein", begin=1860)
CC0 = Rights(RightsStatus.OPEN, "https://creativecommons.org/publicdomain/zero/1.0/", "licence")
MARKUP = "<img src=x onerror=alert(1)>"
STUDIES = 34


def stripes() -> bytes:
    """Draw a picture of red and white stripes."""
    picture = Pillow.new("RGB", (240, 180), "white")
    for x in range(0, 240, 40):
        ImageDraw.Draw(picture).rectangle((x, 0, x + 19, 179), fill="firebrick")
    return encoded(picture)


def disc() -> bytes:
    """Draw a picture of a yellow disc on blue."""
    picture = Pillow.new("RGB", (180, 240), "midnightblue")
    ImageDraw.Draw(picture).ellipse((30, 60, 150, 180), fill="gold")
    return encoded(picture)


PICTURES = {"stripes.png": stripes, "disc.png": disc}


def _with_picture(path: str, alt: str) -> tuple[Image, ...]:
    address = f"https://museum.example/{path}"
    iiif = f"https://museum.example/iiif/{path}"
    return (Image(url=address, iiif_url=iiif, path=path, alt_text=alt, rights=CC0),)


def _by(artist: Artist, role: str = "artist") -> tuple[Contribution, ...]:
    return (Contribution(artist, role),)


PAINTINGS = (
    Artwork(
        "gallery:storm",
        "Boats in a Storm",
        _by(ADA),
        date_text="1871",
        begin=1871,
        end=1871,
        medium="Oil on canvas",
        classification="painting",
        collection="North Gallery",
        description="Three fishing boats fight the waves under a dark sky.",
        credit_line="Gift of the harbour, 1902",
        accession_number="1902.7",
        url="https://museum.example/storm",
        subjects=("boat, sailing", "sea"),
        movements=("Realism",),
        images=_with_picture("stripes.png", "Red and white stripes"),
        data_rights=CC0,
    ),
    Artwork(
        "gallery:moon",
        "The Moon over the Lake",
        _by(BRUNO),
        date_text="c. 1830",
        begin=1830,
        end=1830,
        medium="Oil on panel",
        classification="painting",
        collection="North Gallery",
        subjects=("moon", "lake"),
        images=_with_picture("disc.png", "A yellow disc on blue"),
    ),
    Artwork(
        "gallery:reader",
        "Woman Reading by a Window",
        _by(BRUNO, "after"),
        date_text="1848",
        begin=1848,
        end=1848,
        medium="Oil on canvas",
        classification="painting",
        collection="South Gallery",
        subjects=("woman", "book"),
    ),
    Artwork(
        "gallery:bowl",
        "Bowl with Handles",
        date_text="563 BC",
        begin=-563,
        end=-563,
        medium="Bronze",
        classification="vessel",
        collection="South Gallery",
    ),
    Artwork(
        "gallery:markup",
        MARKUP,
        _by(CLARA),
        medium="Ink on paper",
        classification="print",
        url="javascript:alert(2)",
        data_rights=Rights(RightsStatus.UNKNOWN, "javascript:alert(3)"),
    ),
    Artwork("gallery:untitled", classification="print", medium="Ink on paper"),
)


def _study(number: int) -> Artwork:
    year = 1880 + number
    return Artwork(
        f"gallery:study-{number:02}",
        f"Study of Hills {number}",
        _by(CLARA),
        date_text=str(year),
        begin=year,
        end=year,
        medium="Graphite on paper",
        classification="drawing",
        collection="North Gallery",
        subjects=("hill",),
    )


def _print_of_wall(number: int) -> Artwork:
    return Artwork(
        f"gallery:wall-{number}",
        "Harbour Wall",
        _by(BRUNO),
        medium="Albumen print",
        classification="photograph",
    )


WALLS = tuple(_print_of_wall(n) for n in (1, 2))  # one for a viewer
ARTWORKS: Sequence[Artwork] = (*PAINTINGS, *(_study(n) for n in range(STUDIES)), *WALLS)


class GallerySource:
    """The collection as a source that can be ingested."""

    name = "gallery"

    def fingerprint(self) -> str:
        """Identify the data by content."""
        return hashlib.sha256(repr(ARTWORKS).encode()).hexdigest()

    def count(self) -> int:
        """Count its rows."""
        return len(ARTWORKS)

    def read(self) -> Iterator[SourceItem]:
        """Read its rows."""
        return (SourceItem(artwork, row) for row, artwork in enumerate(ARTWORKS, 1))

    def read_picture(self, path: str) -> bytes:
        """Draw a picture."""
        return PICTURES[path]()
