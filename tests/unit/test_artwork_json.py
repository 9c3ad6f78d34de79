"""Artworks as JSON come back as they were, and what is no artwork is refused by name."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.artwork_json import ArtworkJsonError, artwork_from_json, artwork_to_json
from core.types import Artist, Artwork, Contribution, Image, Rights, RightsStatus

_TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=8)
_MAYBE = st.none() | _TEXT
_TEXTS = st.lists(_TEXT, max_size=3).map(tuple)
_NUMBER = st.none() | st.integers(-(2**31), 2**31 - 1)
_RIGHTS = st.builds(
    Rights,
    status=st.sampled_from(RightsStatus),
    statement=_MAYBE,
    source_field=_MAYBE,
    value=_MAYBE,
    read_at=st.none() | st.datetimes(timezones=st.just(UTC)),
)
_ARTISTS = st.builds(Artist, id=_TEXT, name=_TEXT, other_names=_TEXTS, begin=_NUMBER)
_IMAGES = st.builds(
    Image, url=_MAYBE, content_hash=_MAYBE, view=_MAYBE, max_pixels=_NUMBER, rights=_RIGHTS
)
_ARTWORKS = st.builds(
    Artwork,
    id=_TEXT,
    title=_MAYBE,
    contributions=st.lists(st.builds(Contribution, _ARTISTS, _TEXT), max_size=2).map(tuple),
    begin=_NUMBER,
    subjects=_TEXTS,
    images=st.lists(_IMAGES, max_size=2).map(tuple),
    data_rights=_RIGHTS,
    part_of=_MAYBE,
    other_titles=_TEXTS,
    identifiers=_TEXTS,
    extra=st.lists(st.tuples(_TEXT, _TEXT), max_size=2).map(tuple),
)


@given(_ARTWORKS)
def test_every_artwork_comes_back_as_it_was(artwork: Artwork) -> None:
    read = artwork_from_json(json.loads(json.dumps(artwork_to_json(artwork))))

    assert read == artwork
    assert read.data_rights.read_at == artwork.data_rights.read_at


def test_what_has_its_default_value_is_not_written() -> None:
    assert artwork_to_json(Artwork("t:1", "Sea")) == {"id": "t:1", "title": "Sea"}


def test_the_time_of_rights_is_written_where_nothing_else_of_them_is_known() -> None:
    read = datetime(2026, 1, 2, tzinfo=UTC)

    written = artwork_to_json(Artwork("t:1", data_rights=Rights(read_at=read)))

    assert written == {"id": "t:1", "data_rights": {"read_at": "2026-01-02T00:00:00+00:00"}}


def test_the_path_of_a_picture_at_ingest_is_not_written() -> None:
    written = artwork_to_json(Artwork("t:1", images=(Image(path="a.png", width=3),)))

    assert written["images"] == [{"width": 3}]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"title": "Sea"}, r"artwork\.id: is missing"),
        ({"id": "t:1", "colour": "blue"}, r"artwork\.colour: is no field"),
        ({"id": "t:1", "begin": "1850"}, r"artwork\.begin: '1850' is no whole number"),
        ({"id": "t:1", "begin": True}, r"artwork\.begin: True is no whole number"),
        ({"id": "t:1", "begin": 2**31}, r"artwork\.begin"),
        ({"id": "t:1", "title": 3}, r"artwork\.title: 3 is no text"),
        ({"id": "t:1", "title": "a\0b"}, r"artwork\.title: holds '\\x00'"),
        ({"id": "t:1", "subjects": "sea"}, r"artwork\.subjects: is no list"),
        ({"id": "t:1", "extra": [["a"]]}, r"artwork\.extra\[0\]: has 1 values, not 2"),
        ({"id": "t:1", "images": [{"path": "/x"}]}, r"images\[0\]\.path: is no field"),
        ({"id": "t:1", "data_rights": {"status": "free"}}, r"data_rights\.status: 'free'"),
        ([], "artwork: is no object"),
    ],
)
def test_what_is_no_artwork_is_refused_by_name(data: object, said: str) -> None:
    with pytest.raises(ArtworkJsonError, match=said):
        artwork_from_json(data)
