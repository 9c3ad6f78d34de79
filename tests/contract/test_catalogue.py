"""The catalogue keeps what it is given, on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Engine, select

from core.errors import InputError, NotFoundError
from core.filters import Field, Leaf, Op
from core.records import UpsertCounts
from core.types import Artist, Artwork, Contribution, Image, Rights, RightsStatus
from db import tables
from db.catalogue import SqlArtworkStore
from db.record import Record
from db.session import reading
from tests.strategies import collections

TURNER = Artist(
    "tate:558",
    "Joseph Mallord William Turner",
    sort_name="Turner, Joseph Mallord William",
    other_names=("J.M.W. Turner", "Turner of Oxford"),
    gender="Male",
    begin=1775,
    end=1851,
    nationality="British",
)
UNKNOWN = Artist("tate:0", "—")
STORM = Artwork(
    "tate:4321",
    title="Snow Storm",
    contributions=(Contribution(TURNER), Contribution(UNKNOWN, "After")),
    date_text="exhibited 1842",
    begin=-5,
    end=1842,
    medium="Oil paint on canvas",
    classification="painting",
    collection="Tate",
    description="A “steam boat” off a harbour’s mouth.\nÉté",
    dimensions="914 x 1219 mm\r\nframe: 1233 x 1535 mm",
    credit_line="Accepted by the nation as part of the Turner Bequest 1856",
    accession_number="N00530",
    group_title="Seas",
    place="London",
    url="https://example.org/n00530",
    subjects=("storm", "boat, sailing", "storm", ""),
    movements=("Romanticism", "storm"),
    part_of="tate:9",
    other_titles=("Tempête de neige", ""),
    identifiers=("B&J:398", "N00530"),
    extra=(("inscription", "“W T”\non the hull"), ("a", "")),
    images=(
        Image(
            url="https://example.org/a.jpg",
            thumbnail_url="https://example.org/a_8.jpg",
            iiif_url="https://example.org/iiif/a",
            content_hash="ab" * 32,
            width=1219,
            height=914,
            alt_text="A swirl",
            view="primary",
            max_pixels=900,
            rights=Rights(RightsStatus.RESTRICTED, "© Tate", "thumbnail_copyright", "© Tate"),
        ),
        Image(url="https://example.org/b.jpg"),
    ),
    data_rights=Rights(RightsStatus.OPEN, "https://creativecommons.org/publicdomain/zero/1.0/"),
)
BARE = Artwork("tate:1")


@pytest.fixture
def catalogue(database: Engine) -> SqlArtworkStore:
    return SqlArtworkStore(database)


def test_what_comes_out_is_what_went_in(catalogue: SqlArtworkStore) -> None:
    catalogue.upsert([STORM, BARE])

    assert catalogue.get("tate:4321") == STORM
    assert catalogue.get("tate:1") == BARE
    assert list(catalogue.scan()) == [BARE, STORM]


# The catalogue is emptied by the example itself.
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=collections(max_size=12), after=collections(max_size=12))
def test_the_last_upsert_counts(
    catalogue: SqlArtworkStore, before: tuple[Artwork, ...], after: tuple[Artwork, ...]
) -> None:
    catalogue.upsert(before)
    catalogue.upsert(after)

    assert [catalogue.get(artwork.id) for artwork in after] == list(after)
    kept = {artwork.id: artwork for artwork in catalogue.scan()}
    assert kept.items() >= {artwork.id: artwork for artwork in after}.items()


def test_the_path_of_a_picture_means_nothing_to_the_catalogue(catalogue: SqlArtworkStore) -> None:
    catalogue.upsert([replace(BARE, images=(Image(path="a.jpg"),))])

    again = catalogue.upsert([replace(BARE, images=(Image(path="b.jpg"),))])

    assert again == UpsertCounts(unchanged=1)
    assert catalogue.get("tate:1").images == (Image(),)


def test_an_unchanged_artwork_is_not_written_again(
    catalogue: SqlArtworkStore, database: Engine
) -> None:
    catalogue.upsert([STORM, BARE])
    written = rows_of(database)

    counts = catalogue.upsert([STORM, BARE])

    assert counts == UpsertCounts(unchanged=2, pictures_known=1)
    assert rows_of(database) == written


def test_a_changed_artwork_loses_what_it_no_longer_has(catalogue: SqlArtworkStore) -> None:
    catalogue.upsert([STORM, BARE])
    less = replace(STORM, contributions=(), subjects=("sea",), images=STORM.images[1:], end=None)

    counts = catalogue.upsert([less, BARE, Artwork("tate:2")])

    assert counts == UpsertCounts(created=1, changed=1, unchanged=1)
    assert catalogue.get(STORM.id) == less


def test_a_change_is_dated_and_the_creation_stays(
    catalogue: SqlArtworkStore, database: Engine
) -> None:
    catalogue.upsert([BARE])
    catalogue.upsert([replace(BARE, title="Sea")])

    with reading(database) as connection:
        dates = select(tables.artworks.c.created_at, tables.artworks.c.updated_at)
        created, updated = connection.execute(dates).one()

    assert created < updated
    assert created.utcoffset().total_seconds() == 0


def test_an_artist_is_kept_once_and_changes_everywhere(catalogue: SqlArtworkStore) -> None:
    other = Artwork("tate:2", contributions=(Contribution(TURNER, "after"),))
    catalogue.upsert([STORM, other])
    renamed = replace(TURNER, name="William Turner", other_names=("Turner, W.",), gender=None)

    catalogue.upsert([replace(other, contributions=(Contribution(renamed, "after"),))])

    assert catalogue.get(STORM.id).contributions[0].artist == renamed
    assert catalogue.ids(artist("j m w turner")) == []
    assert catalogue.ids(artist("turner w")) == [STORM.id]


def test_of_equal_ids_in_one_write_the_last_counts(catalogue: SqlArtworkStore) -> None:
    counts = catalogue.upsert([BARE, replace(BARE, title="Sea")])

    assert counts == UpsertCounts(created=1)
    assert catalogue.get("tate:1").title == "Sea"


def test_nothing_is_written_for_nothing(catalogue: SqlArtworkStore) -> None:
    assert catalogue.upsert([]) == UpsertCounts()
    assert catalogue.count() == 0
    assert list(catalogue.scan()) == []


@pytest.mark.parametrize(
    "bad",
    [
        Artwork("tate:9", title="a\0b"),
        Artwork("tate:9", subjects=("half \ud83d",)),
        Artwork("tate:9", begin=2**70),
    ],
)
def test_a_batch_with_a_value_that_cannot_be_kept_is_refused_whole(
    catalogue: SqlArtworkStore, bad: Artwork
) -> None:
    with pytest.raises(InputError):
        catalogue.upsert([BARE, bad])

    assert catalogue.ids() == []


def test_letters_that_look_like_an_escaped_nul_are_kept(catalogue: SqlArtworkStore) -> None:
    odd = replace(BARE, title=r"a\u0000b", description="100%_\\'\"; DROP TABLE artworks; --")

    catalogue.upsert([odd])

    assert catalogue.get("tate:1") == odd


def test_texts_of_any_length_are_kept(catalogue: SqlArtworkStore) -> None:
    words = " ".join(str(i * 7919) for i in range(20_000))
    long = replace(BARE, medium=words, subjects=(words,), data_rights=Rights(value=words))

    catalogue.upsert([long])

    assert catalogue.get("tate:1") == long
    assert catalogue.ids(Leaf(Field.MEDIUM, Op.IN, (words,))) == ["tate:1"]
    assert catalogue.ids(Leaf(Field.SUBJECT, Op.WORDS, ("7919 79190",))) == ["tate:1"]


@pytest.mark.parametrize("id", ["tate:2", "", "tate:1\0", "\ud800", "' OR 1=1 --", "x" * 9999])
def test_an_unknown_id_is_not_found(catalogue: SqlArtworkStore, id: str) -> None:
    catalogue.upsert([BARE])

    with pytest.raises(NotFoundError):
        catalogue.get(id)


def test_writers_at_the_same_moment_all_succeed(database: Engine) -> None:
    link = Contribution(TURNER)
    batches = [
        [Artwork(f"t:{i}", contributions=(link,), subjects=("sea", f"s{i}")) for i in span]
        for span in (range(40), range(39, -1, -1), range(20, 60), range(59, 19, -1))
    ]

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(SqlArtworkStore(database).upsert, batches))

    assert sum(c.created for c in counts) == 60
    assert sum(c.unchanged for c in counts) == 100
    assert SqlArtworkStore(database).count() == 60


def artist(name: str) -> Leaf:
    return Leaf(Field.ARTIST, Op.IN, (name,))


def rows_of(database: Engine) -> list[list[object]]:
    with reading(database) as connection:
        return [
            list(map(tuple, connection.execute(select(table).order_by(*table.primary_key))))
            for table in Record.metadata.sorted_tables
        ]
