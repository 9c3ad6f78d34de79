"""What of a referenced artwork says what it shows, who made it, and when."""

import pytest

from core.types import Artist, Artwork, Contribution
from index.rows.cards import card_of
from search.like_legs import artist_ids, period_of, subject_words


@pytest.mark.parametrize(
    ("begin", "end", "period"),
    [
        (1888, 1888, (1878, 1898)),
        (1800, 1850, (1800, 1850)),
        (1800, 1815, (1798, 1818)),
        (None, 1700, (1680, 1700)),
        (1900, None, (1900, 1920)),
        (-5, 5, (-10, 10)),
        (None, None, None),
    ],
)
def test_a_period_has_at_least_twenty_years(
    begin: int | None, end: int | None, period: tuple[int, int] | None
) -> None:
    assert period_of(card_of(Artwork("t:1", begin=begin, end=end))) == period


def test_artists_are_those_who_made_it_and_have_a_name() -> None:
    links = (
        Contribution(Artist("t:a", "Anna Ancher")),
        Contribution(Artist("t:b", "Unknown artist")),
        Contribution(Artist("t:c", "Raphael"), "after"),
        Contribution(Artist("t:d", "Anonymous.")),
    )

    assert list(artist_ids(card_of(Artwork("t:1", contributions=links)))) == ["t:a"]


def test_a_title_that_says_nothing_is_no_subject() -> None:
    untitled = Artwork("t:1", "Untitled", subjects=("boat, sailing", "storm"))
    titled = Artwork("t:2", "Boats")

    assert subject_words(card_of(untitled)) == "boat, sailing\nstorm"
    assert subject_words(card_of(titled)) == "Boats"
    assert subject_words(card_of(Artwork("t:3", "Untitled"))) == ""
