"""What identifies an artwork by content."""

from core.types import Artwork, Image
from db.content import artwork_hash

SEA = Artwork("t:1", "Sea", subjects=("sea",), images=(Image(url="https://example.org/1.jpg"),))
# Of this very artwork, by the version before `part_of` and its like.
KNOWN = "0ffa4798e8ab7d8b9d174de20a7db5675f559cfe3f7680e611b6759d88b7264c"


def test_fields_that_came_later_leave_hashes_as_they_were() -> None:
    assert artwork_hash(SEA) == KNOWN


def test_every_field_that_came_later_counts() -> None:
    images = (Image(), Image(view="x"), Image(max_pixels=1))
    works = [
        Artwork("t:1", part_of="t:2"),
        Artwork("t:1", other_titles=("x",)),
        Artwork("t:1", identifiers=("x",)),
        Artwork("t:1", extra=(("x", "y"),)),
        *(Artwork("t:1", images=(image,)) for image in images),
    ]

    assert len(set(map(artwork_hash, works))) == 7
