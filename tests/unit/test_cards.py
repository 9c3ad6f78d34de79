import json
from typing import Any

from hypothesis import given

from core.types import Artist, Artwork, Contribution, Image, Rights, RightsStatus
from index.rows.cards import card_of
from tests.strategies import artworks

CARD_KEYS = [
    "id", "title", "artists", "date", "begin", "end", "medium", "classification", "collection",
    "place", "credit_line", "accession_number", "other_titles", "identifiers", "part_of",
    "description", "dimensions", "subjects", "movements", "url", "image", "rights",
]  # fmt: skip


def test_a_card_shows_artist_picture_and_rights() -> None:
    open_access = Rights(RightsStatus.OPEN, "https://creativecommons.org/publicdomain/zero/1.0/")
    artwork = Artwork(
        "t:1",
        title="The Fighting Temeraire",
        contributions=(Contribution(Artist("t:7", "Turner", begin=1775, end=1851), "after"),),
        date_text="1839",
        begin=1839,
        end=1839,
        images=(Image(url="https://example.org/1.jpg", width=3, rights=open_access), Image()),
    )

    card = card_of(artwork)

    assert list(card) == CARD_KEYS
    assert card["artists"] == [
        {"id": "t:7", "name": "Turner", "role": "after", "begin": 1775, "end": 1851}
    ]
    assert card["image"]["url"] == "https://example.org/1.jpg"
    assert card["rights"]["image"]["status"] == "open"
    assert card["rights"]["data"] == {
        "status": "unknown", "statement": None, "source_field": None, "value": None
    }  # fmt: skip


def test_without_a_picture_there_are_neither_picture_nor_its_rights() -> None:
    card = card_of(Artwork("t:1"))

    assert (card["image"], card["rights"]["image"], card["artists"]) == (None, None, [])


@given(artworks())
def test_a_card_is_json_and_holds_no_empty_text(artwork: Artwork) -> None:
    card = card_of(artwork)

    assert json.loads(json.dumps(card)) == card
    assert "" not in list(_texts(card))


def _texts(value: Any) -> list[str]:  # noqa: ANN401 - JSON holds anything
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [value] if isinstance(value, str) else []
