import csv
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from core.types import Artist, Artwork, Contribution, Image, Rights, RightsStatus
from ingest.sources.nga import NgaSource
from ingest.sources.nga_artwork import CC0, COLLECTION, DATA_RIGHTS
from tests.nga_dump import IMAGE, dump, write

TITIAN = Artist("nga:7", "Titian", "Titian", (), None, 1488, 1576, "Venetian")


def the_artwork(source: NgaSource) -> Artwork:
    (item,) = source.read()
    assert item.artwork is not None, item.reason
    return item.artwork


def test_the_tables_become_an_artwork(tmp_path: Path) -> None:
    source = dump(tmp_path)

    assert the_artwork(source) == Artwork(
        id="nga:1",
        title="Sea",
        contributions=(Contribution(TITIAN),),
        date_text="c. 1675",
        begin=1675,
        end=1675,
        medium="oil on canvas",
        classification="Painting",
        collection=COLLECTION,
        credit_line="Gift",
        accession_number="1937.1.1",
        images=(
            Image(
                thumbnail_url=IMAGE["iiifthumburl"],
                iiif_url=IMAGE["iiifurl"],
                rights=Rights(RightsStatus.UNKNOWN),
                view="primary",
            ),
        ),
        data_rights=DATA_RIGHTS,
        extra=(("accessioned", "1"),),
    )
    assert (source.name, source.count()) == ("nga", 1)


def test_columns_are_found_by_name_in_any_order_and_new_ones_are_kept(tmp_path: Path) -> None:
    before = the_artwork(dump(tmp_path))
    for path in tmp_path.glob("*.csv"):
        lines = path.read_text().splitlines()
        rows = [{"uuid": "x", "new": "y"} | row for row in csv.DictReader(lines)]
        write(tmp_path, path.stem, rows, sorted(rows[0]))

    extra = (("accessioned", "1"), ("new", "y"), ("uuid", "x"))
    assert the_artwork(NgaSource(tmp_path)) == replace(before, extra=extra)


@pytest.mark.parametrize(
    ("openaccess", "rights"),
    [
        ("1", Rights(RightsStatus.OPEN, CC0, "openaccess", "1")),
        ("0", Rights(RightsStatus.RESTRICTED, None, "openaccess", "0")),
        ("", Rights(RightsStatus.UNKNOWN)),
    ],
)
def test_a_picture_is_open_only_where_openaccess_says_it(
    tmp_path: Path, openaccess: str, rights: Rights
) -> None:
    artwork = the_artwork(dump(tmp_path, images=[{"openaccess": openaccess}]))

    assert artwork.images[0].rights == rights


def test_the_primary_view_with_the_lowest_sequence_comes_first(tmp_path: Path) -> None:
    views = [
        ("alternate", "0"),
        ("primary", "10"),
        ("primary", "2"),
        ("alternate", ""),
        ("primary", ""),
    ]
    images = [
        {"viewtype": view, "sequence": sequence, "iiifurl": f"https://i.org/{number}"}
        for number, (view, sequence) in enumerate(views)
    ]

    artwork = the_artwork(dump(tmp_path, images=images))

    assert [(i.iiif_url or "")[-1] for i in artwork.images] == ["2", "1", "4", "0", "3"]


def test_a_picture_has_its_size_and_its_words(tmp_path: Path) -> None:
    images = [{"width": "4000", "height": "3000", "assistivetext": 'A "quiet"\r\nsea'}]

    (image,) = the_artwork(dump(tmp_path, images=images)).images

    assert (image.width, image.height, image.alt_text) == (4000, 3000, 'A "quiet"\nsea')


def test_artists_stand_in_display_order_and_donors_do_not(tmp_path: Path) -> None:
    people = [{}, {"constituentid": "8", "forwarddisplayname": "Paris Bordone"}]
    links = [
        {"displayorder": "10", "constituentid": "7"},
        {"displayorder": "2", "constituentid": "8"},
        {"displayorder": "1", "roletype": "donor"},
    ]

    artwork = the_artwork(dump(tmp_path, constituents=people, links=links))

    assert [link.artist.id for link in artwork.contributions] == ["nga:8", "nga:7"]


@pytest.mark.parametrize(
    ("link", "attribution", "role"),
    [
        ({}, "Titian", "artist"),
        ({"prefix": "Workshop of"}, "Workshop of Titian", "workshop of"),
        ({}, "Follower of Titian", "follower of"),
        ({"suffix": "and Workshop"}, "Titian and Workshop", "and workshop"),
        ({"role": "publisher"}, "Titian", "publisher"),
    ],
)
def test_a_follower_of_titian_is_not_titian(
    tmp_path: Path, link: Mapping[str, str], attribution: str, role: str
) -> None:
    source = dump(tmp_path, objects=[{"attribution": attribution}], links=[link])

    assert the_artwork(source).contributions == (Contribution(TITIAN, role),)


def test_an_attribution_serves_where_no_constituent_is_linked(tmp_path: Path) -> None:
    objects = [{"attribution": "after Titian"}, {"objectid": "2", "attribution": "Yayoi Kusama"}]

    items = list(dump(tmp_path, objects=objects, links=[]).read())

    assert [item.artwork.contributions for item in items if item.artwork] == [
        (Contribution(TITIAN, "after"),),
        (Contribution(Artist("nga:yayoi-kusama", "Yayoi Kusama")),),
    ]


def test_alternative_names_are_other_names_unless_they_name_a_spouse(tmp_path: Path) -> None:
    kinds = {"Titian": "Preferred Name", "Tiziano Vecellio": "Variant", "Cecilia": "Spouse"}
    names = [
        {"constituentid": "7", "forwarddisplayname": name, "nametype": kind}
        for name, kind in kinds.items()
    ]

    (link,) = the_artwork(dump(tmp_path, constituents_altnames=names)).contributions

    assert link.artist.other_names == ("Tiziano Vecellio",)


def test_terms_become_subjects_movements_and_a_place(tmp_path: Path) -> None:
    kinds = {"sea": "Keyword", "landscape": "Theme", "Venetian": "School", "Mannerism": "Style"}
    kinds |= {"Venice": "Place Executed", "oil": "Technique"}
    terms = [{"objectid": "1", "termtype": kind, "term": term} for term, kind in kinds.items()]

    artwork = the_artwork(dump(tmp_path, objects_terms=terms))

    assert artwork.subjects == ("sea", "landscape")
    assert (artwork.movements, artwork.place) == (("Venetian", "Mannerism"), "Venice")


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("_Roses de Nice_ on a Table", "Roses de Nice on a Table"),
        ("<i>Sea</i> and <em>Sky</em>", "Sea and Sky"),
        ("Study for _Sea_, _Sky_", "Study for Sea, Sky"),
        ("file_name_1", "file_name_1"),
    ],
)
def test_marks_of_italics_are_no_part_of_a_title(tmp_path: Path, title: str, plain: str) -> None:
    assert the_artwork(dump(tmp_path, objects=[{"title": title}])).title == plain


def test_missing_years_are_read_from_the_date(tmp_path: Path) -> None:
    undated = {"beginyear": "", "endyear": "", "displaydate": "early to mid nineteenth century"}

    artwork = the_artwork(dump(tmp_path, objects=[undated]))

    assert (artwork.begin, artwork.end) == (1800, 1866)


def test_a_clone_of_the_repository_keeps_its_tables_in_data(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    dump(tmp_path / "data")

    assert the_artwork(NgaSource(tmp_path)).id == "nga:1"


def test_the_fingerprint_follows_every_table(tmp_path: Path) -> None:
    prints = {dump(tmp_path).fingerprint(), dump(tmp_path, links=[]).fingerprint()}
    terms = [{"objectid": "1", "termtype": "Style", "term": "x"}]
    prints.add(dump(tmp_path, objects_terms=terms).fingerprint())

    assert len(prints) == 3
