"""The catalogue is read in the order of its ids, whole and in pages, on both databases."""

import pytest
from sqlalchemy import Engine

from core.errors import InputError
from core.filters import Field, Leaf, Op
from core.types import Artwork
from db.catalogue import SqlArtworkStore

IDS = ["a:1", "a:10", "a:2", "A:1", "a:_", "a:-", "a:é", "a:e", "a:𝄞", "a:\uffff", "B:1", "a:Z"]


@pytest.fixture
def catalogue(database: Engine) -> SqlArtworkStore:
    return SqlArtworkStore(database)


def test_ids_are_in_the_order_of_their_code_points(catalogue: SqlArtworkStore) -> None:
    catalogue.upsert([Artwork(id) for id in IDS])

    assert catalogue.ids() == sorted(IDS)
    assert [artwork.id for artwork in catalogue.scan()] == sorted(IDS)


@pytest.mark.parametrize("limit", [1, 5, 12])
def test_pages_neither_repeat_nor_skip(catalogue: SqlArtworkStore, limit: int) -> None:
    catalogue.upsert([Artwork(id) for id in IDS])
    seen: list[str] = []

    while page := catalogue.page(None, after=seen[-1] if seen else None, limit=limit):
        assert len(page) <= limit
        seen += [artwork.id for artwork in page]

    assert seen == sorted(IDS)


def test_a_page_holds_matching_artworks_alone(catalogue: SqlArtworkStore) -> None:
    catalogue.upsert([Artwork(f"t:{i}", medium="Oil" if i % 2 else "Ink") for i in range(10)])
    oil = Leaf(Field.MEDIUM, Op.WORDS, ("oil",))

    assert [a.id for a in catalogue.page(oil, after="t:1", limit=2)] == ["t:3", "t:5"]
    assert catalogue.count(oil) == 5
    with pytest.raises(InputError):
        catalogue.page(oil, after="\0", limit=2)


def test_a_scan_reads_beyond_one_batch(catalogue: SqlArtworkStore) -> None:
    many = [Artwork(f"t:{i:04}", subjects=(f"s{i}",)) for i in range(2345)]
    catalogue.upsert(many)

    assert list(catalogue.scan()) == many
