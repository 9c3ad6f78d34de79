"""The example collections, through the sources that ship: facts worked out by hand."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from sqlalchemy import Engine

from core.filters import And, Field, Leaf, Op, matches
from core.ports import Source
from core.types import Artist, Artwork, Contribution, RightsStatus
from ingest.options import IngestOptions
from ingest.registry import SourceOptions, open_source
from tests.ingesting import Home
from tests.requirements import DATA, require

require("data")

GHOST, REVERSED, NO_YEARS = 1143, 42241, 121190


@pytest.fixture
def home(tmp_path: Path, database: Engine) -> Home:
    return Home(database, tmp_path / "blobs")


def tate_rows(folder: Path, column: str, values: Sequence[object]) -> Source:
    """Open some rows of the Tate table, beside its artists."""
    table = pq.read_table(DATA / "tate/artworks.parquet")
    wanted = pc.is_in(table[column], value_set=pc.cast(values, table[column].type))
    pq.write_table(table.filter(wanted), folder / "artworks.parquet")
    shutil.copy(DATA / "tate/artists.parquet", folder)
    return open_source("table", SourceOptions(folder, "tate"))


def artworks(source: Source) -> list[Artwork]:
    return [item.artwork for item in source.read() if item.artwork is not None]


def test_tate_is_counted_without_being_read() -> None:
    source = open_source("table", SourceOptions(DATA / "tate", "tate"))

    assert (source.name, source.count()) == ("tate", 69_202)


def test_the_ghost_of_a_flea_is_as_tate_describes_it(tmp_path: Path) -> None:
    (ghost,) = artworks(tate_rows(tmp_path, "id", [GHOST]))

    assert (ghost.id, ghost.title) == ("tate:1143", "The Ghost of a Flea")
    assert (ghost.begin, ghost.end, ghost.date_text) == (1819, 1820, "c.1819–20")
    assert ghost.medium == "Tempera and gold on mahogany"
    assert ghost.credit_line == "Bequeathed by W. Graham Robertson 1949"
    assert ghost.dimensions == "support: 214 x 162 mm\nframe: 382 x 324 x 50 mm"
    blake = Artist("tate:39", "William Blake", "Blake, William", (), "Male", 1757, 1827)
    assert ghost.contributions == (Contribution(blake),)
    assert "flea" in ghost.subjects
    assert ghost.data_rights.status is RightsStatus.OPEN


def test_tate_pictures_are_never_open() -> None:
    source = open_source("table", SourceOptions(DATA / "tate", "tate"))
    some = [item.artwork for item, _ in zip(source.read(), range(3000), strict=False)]
    images = [image for artwork in some if artwork for image in artwork.images]

    assert {image.rights.status for image in images} == {
        RightsStatus.UNKNOWN,
        RightsStatus.RESTRICTED,
    }
    for image in images:
        has_notice = image.rights.value is not None
        assert has_notice == (image.rights.status is RightsStatus.RESTRICTED)


def test_the_reversed_years_of_tate_are_mended_with_a_note(tmp_path: Path) -> None:
    (item,) = tate_rows(tmp_path, "id", [REVERSED]).read()

    assert item.artwork is not None
    assert (item.artwork.begin, item.artwork.end) == (1828, 1829)
    assert [getattr(note, "rule", note) for note in item.notes] == ["year-reversed"]


def test_years_that_tate_left_out_are_read_from_its_text(tmp_path: Path) -> None:
    (artwork,) = artworks(tate_rows(tmp_path, "id", [NO_YEARS]))

    assert (artwork.date_text, artwork.begin, artwork.end) == ("c.1997–9", 1997, 1999)


def test_after_turner_is_not_turner(tmp_path: Path) -> None:
    after = tate_rows(tmp_path, "artist_display", ["after Joseph Mallord William Turner"])
    turner = Leaf(Field.ARTIST, Op.WORDS, ("Turner",))
    after_turner = Leaf(Field.ARTIST, Op.WORDS, ("Turner",), role="after")

    found = artworks(after)

    assert len(found) > 100
    assert not any(matches(turner, artwork) for artwork in found)
    assert all(matches(after_turner, artwork) for artwork in found)


def test_moore_is_found_without_his_honours(tmp_path: Path) -> None:
    (work, *_) = artworks(tate_rows(tmp_path, "artist", ["Henry Moore OM, CH"]))

    assert work.contributions[0].artist.other_names == ("Henry Moore",)
    assert matches(Leaf(Field.ARTIST, Op.IN, ("henry moore",)), work)


def test_a_slice_of_tate_is_ingested_and_found(tmp_path: Path, home: Home) -> None:
    source = tate_rows(tmp_path, "artist", ["Claude Monet", "John Constable"])
    monet = Leaf(Field.ARTIST, Op.WORDS, ("Monet",))

    run = home.ingest(source)

    assert run.created == run.position == source.count()
    assert home.catalogue.count(monet) == 3
    again = home.ingest(source, options=IngestOptions(force=True))
    assert again.unchanged == run.created


def test_nga_is_read_whole() -> None:
    source = open_source("nga", SourceOptions(DATA / "nga"))

    items = list(source.read())

    assert (source.count(), len(items)) == (4020, 4020)
    assert not any(item.reason or item.notes for item in items)
    found = {item.artwork.id: item.artwork for item in items if item.artwork}
    house = found["nga:900000000"]
    assert (house.title, house.begin, house.end) == ("Country House in a Park", 1675, 1675)
    assert house.contributions[0].artist.name == "Jacob van Ruisdael"
    assert all(len(artwork.images) == 1 for artwork in found.values())
    assert {a.images[0].rights.status for a in found.values()} == {RightsStatus.UNKNOWN}
    after_reynolds = found["nga:900000206"].contributions
    assert [(c.role, c.artist.id) for c in after_reynolds] == [("after", "nga:1825")]


def test_pictures_of_a_folder_are_ingested_with_their_table(tmp_path: Path, home: Home) -> None:
    table = pq.read_table(DATA / "art_images/metadata.parquet").slice(0, 20)
    (tmp_path / "some/images").mkdir(parents=True)
    pq.write_table(table, tmp_path / "some/metadata.parquet")
    for file in table["file"].to_pylist():
        shutil.copy(DATA / "art_images" / file, tmp_path / "some" / file)
    options = SourceOptions(tmp_path / "some", "art_images", Path("metadata.parquet"))

    run = home.ingest(open_source("folder", options))

    assert (run.created, run.pictures_stored, run.faults) == (20, 20, ())
    first = home.catalogue.get("art_images:pa-00000")
    assert first.contributions == (
        Contribution(Artist("art_images:albert-anker", "Albert Anker", end=1910)),
    )
    assert (first.begin, first.movements) == (1866, ("Academicism",))
    (image,) = first.images
    assert (image.width, image.height) == (256, 196)
    assert image.rights.status is RightsStatus.OPEN
    assert image.rights.statement == "https://creativecommons.org/publicdomain/mark/1.0/"
    assert (image.rights.source_field, image.rights.value) == (
        "licence_basis",
        "public domain: artist died 1910",
    )
    dated = And((Leaf(Field.HAS_IMAGE, Op.IN, ("true",)), Leaf(Field.YEAR, Op.EXISTS)))
    assert home.catalogue.count(dated) == sum(y is not None for y in table["year"].to_pylist())


def test_the_folder_without_its_table_still_has_all_its_pictures() -> None:
    source = open_source("folder", SourceOptions(DATA / "art_images"))

    assert (source.name, source.count()) == ("art-images", 2635)
    assert artworks(source)[0].id == "art-images:images/pa-00000.jpg"
