"""The texts that are embedded: one line for most artworks, pieces of a long description."""

from hypothesis import given
from hypothesis import strategies as st

from core.catalogue_text import (
    MOST_PIECES,
    PIECE_CHARACTERS,
    catalogue_line,
    catalogue_texts,
)
from core.types import Artist, Artwork, Contribution

MONET = (Contribution(Artist("t:1", "Claude Monet")),)


def test_most_artworks_are_one_line() -> None:
    artwork = Artwork("t:1", title="Poplars", contributions=MONET, subjects=("tree", "river"))

    assert catalogue_texts(artwork) == (
        "Subjects: tree, river. Title: Poplars. Artist: Claude Monet",
    )


def test_an_artwork_of_which_nothing_is_known_has_no_text() -> None:
    assert catalogue_texts(Artwork("t:1")) == ()


def test_a_long_description_goes_on_in_pieces_that_say_whose_it_is() -> None:
    sentence = "A row of poplars stands along the bank of the river Epte. "
    artwork = Artwork("t:1", title="Poplars", contributions=MONET, description=sentence * 40)

    first, second, *_ = catalogue_texts(artwork)

    assert first.startswith("Title: Poplars. Artist: Claude Monet. Description: A row")
    assert first.endswith("the river Epte.")
    assert second.startswith("Poplars. Claude Monet. A row of poplars")


_words = st.lists(st.text("abé;.", min_size=1, max_size=12), max_size=400).map(" ".join)


@given(_words, st.text("xyz", max_size=600))
def test_pieces_keep_every_word_within_what_is_read(description: str, title: str) -> None:
    line = catalogue_line(Artwork("t:1", title=title, description=description))

    first, *others = catalogue_texts(Artwork("t:1", title=title, description=description)) or ("",)

    head = f"{title[:200]}. " if title else ""
    assert len(others) < MOST_PIECES
    assert all(len(piece) <= PIECE_CHARACTERS for piece in (first, *others))
    if len(line) <= 2 * PIECE_CHARACTERS:
        assert " ".join([first, *(p.removeprefix(head) for p in others)]).split() == line.split()
