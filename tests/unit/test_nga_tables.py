"""The optional tables of the National Gallery of Art: texts, dimensions, numbers, titles."""

from pathlib import Path

import pytest

from core.records import Note
from core.types import Artwork
from ingest.sources.nga import NgaSource
from tests.nga_dump import dump


def the_artwork(source: NgaSource) -> Artwork:
    (item,) = source.read()
    assert item.artwork is not None, item.reason
    return item.artwork


def test_the_narrative_is_the_description_and_other_texts_are_kept(tmp_path: Path) -> None:
    kinds = (("brief_narrative", "A _calm_ sea.", ""), ("bibliography", "Smith,\r\np. 3", "1999"),
             ("brief_narrative", "Signed.", ""),
             ("bibliography", "Jones 2001", "2001"))  # fmt: skip
    texts = [{"objectid": "1", "texttype": k, "text": t, "year": y} for k, t, y in kinds]

    artwork = the_artwork(dump(tmp_path, objects_text_entries=texts))

    assert artwork.description == "A calm sea.\n\nSigned."
    assert dict(artwork.extra)["bibliography"] == "Smith,\np. 3 (1999)\n\nJones 2001"


def test_measures_serve_where_dimensions_are_not_written_out(tmp_path: Path) -> None:
    sizes = (("overall", "height", "61.0000000000", "centimeters"),
             ("overall", "width", "50.2500000000", "centimeters"),
             ("overall", "weight", "3.5", "kilograms"),
             ("overall", "depth", "n/a", "centimeters"))  # fmt: skip
    names = ("element", "dimensiontype", "dimension", "unitname")
    rows = [{"objectid": "1", **dict(zip(names, size, strict=True))} for size in sizes]

    measured = the_artwork(dump(tmp_path, objects_dimensions=rows))
    written = the_artwork(dump(tmp_path, objects=[{"dimensions": "2 ft"}], objects_dimensions=rows))

    assert measured.dimensions == "overall: 61 × 50.25 centimeters; overall: 3.5 kilograms"
    assert written.dimensions == "2 ft"


def test_other_numbers_are_kept_with_their_schemes(tmp_path: Path) -> None:
    source = dump(
        tmp_path,
        objects=[{"uuid": "u-1", "wikidataid": "Q12"}],
        objects_altnums=[{"objectid": "1", "altnumtype": "Estate Number", "altnum": "7"}],
        alternative_identifiers=[
            {"uuid": "u-1", "idschemelabel": "RKD", "identifier": "300"},
            {"uuid": "p-7", "idschemelabel": "ULAN", "identifier": "5"},
        ],
    )

    assert the_artwork(source).identifiers == ("Estate Number:7", "RKD:300", "wikidata:Q12")


def test_numbers_by_uuid_are_of_no_use_without_uuids(tmp_path: Path) -> None:
    rows = [{"uuid": "u-1", "idschemelabel": "RKD", "identifier": "300"}]

    (item,) = dump(tmp_path, alternative_identifiers=rows).read()

    reason = "alternative_identifiers.csv is not used: objects have no uuid"
    assert item.notes == (Note("no-uuid", reason),)


def test_titles_and_attributions_of_before_are_kept(tmp_path: Path) -> None:
    past = [("previous_title", "2", "Storm"), ("previous_title", "1", "_Sea_ Piece"),
            ("previous_attribution", "1", "Giorgione")]  # fmt: skip
    rows = [{"objectid": "1", "datatype": kind, "displayorder": order, "forwardtext": text}
            for kind, order, text in past]  # fmt: skip

    artwork = the_artwork(dump(tmp_path, objects_historical_data=rows))

    assert artwork.other_titles == ("Sea Piece", "Storm")
    assert dict(artwork.extra)["previous_attribution"] == "Giorgione"


def test_donors_and_owners_are_kept_and_are_no_artists(tmp_path: Path) -> None:
    people = [{}, {"constituentid": "8", "forwarddisplayname": "Paul Mellon"}]
    links = [{}, {"constituentid": "8", "roletype": "owner"}, {"roletype": "owner"},
             {"constituentid": "8", "roletype": "donor"}]  # fmt: skip

    artwork = the_artwork(dump(tmp_path, constituents=people, links=links))

    assert [link.artist.name for link in artwork.contributions] == ["Titian"]
    kept = dict(artwork.extra)
    assert (kept["owner"], kept["donor"]) == ("Paul Mellon; Titian", "Paul Mellon")


@pytest.mark.parametrize(("cell", "kept"), [("640", 640), ("", None), ("0", None), ("x", None)])
def test_a_picture_says_how_large_it_may_be_fetched(
    tmp_path: Path, cell: str, kept: int | None
) -> None:
    (image,) = the_artwork(dump(tmp_path, images=[{"maxpixels": cell}])).images

    assert image.max_pixels == kept


def test_of_series_portfolio_and_volume_one_is_the_group_and_the_others_are_kept(
    tmp_path: Path,
) -> None:
    artwork = the_artwork(dump(tmp_path, objects=[{"portfolio": "Rome", "volume": "IV"}]))

    assert artwork.group_title == "Rome"
    assert dict(artwork.extra)["volume"] == "IV"
