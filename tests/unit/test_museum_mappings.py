"""The shipped mappings read the layouts that the museums publish; the rows are made by hand."""

import json
from pathlib import Path

from core.ports import SourceItem
from core.types import Artwork, RightsStatus
from ingest.mapping_file import load_mapping
from ingest.sources.table import TableSource

CARNEGIE = """\
title,creation_date,creation_date_earliest,creation_date_latest,medium,accession_number,id,credit_line,\
date_acquired,department,physical_location,item_width,item_height,item_depth,item_diameter,web_url,\
provenance_text,classification,image_url,artist_id,party_type,full_name,cited_name,role,nationality,\
birth_date,death_date,birth_place,death_place
Two Chairs,c. 1905,1903-01-01,1907-12-31,"oak,\nleather",12.4.1A-B,\
cmoa:things/aa-1,Gift of a Friend,\
1912-05-01,Decorative Arts,Not on View,19.25,14,0.0,0.0,http://example.org/item?1,\
Sold; given,furniture,\
http://example.org/1.jpg|http://example.org/2.jpg,cmoa:parties/7|cmoa:parties/8,Person|Organization,\
Anna Maker|Oak & Sons,"Maker, Anna|Oak & Sons",designer|manufacturer,American|,1870-01-01|,1940|,|,|
"""
MPLUS = """\
"id","sortNumber","publicAccess","objectNumber","area","areaTC","category","categoryTC","archivalLevel",\
"archivalLevelTC","title","titleTC","displayDate","displayDateTC","beginDate","endDate","dimension",\
"dimensionTC","medium","mediumTC","creditLine","creditLineTC","constituents","constituentsRole",\
"constituentsRoleTC","images","colorPredominant"
90,"2012  18",true,"2012.18","Visual Art","視覺藝術","Photography","攝影",,,\
"Morning Harbour","清晨海港",\
"circa 1950","約1950年",1948,1952,"sheet: 36 × 45 cm","紙本: 36 × 45 厘米",\
"black and white print","黑白沖印",\
"M+, Hong Kong","M+，香港","[7,8]","[""Artist"",""Publisher""]",\
"[""藝術家"",""出版社""]","[]","null"
91,"2012  19",true,"2012.19","Visual Art","視覺藝術","Photography","攝影",,,"Nobody's","",\
"1950","",1950,1950,"","","","","M+, Hong Kong","M+，香港","[]","[]","[]","[]","null"
"""
CONSTITUENTS = """\
"id","publicAccess","name","nameTC","alphaSortName","alphaSortNameTC","type","roles","displayBio",\
"displayBioTC","gender","genderTC","beginDate","endDate","nationality","nationalityTC"
7,true,"Wong Made-up","黃虛構","Wong, Made-up","黃, 虛構","Individual",\
"[]","","","Male","男性",1921,2007,"Hong Kong","香港"
8,true,"Press (HK) Limited","虛構出版","Press (HK) Limited","","Organization",\
"[]","","","Not Applicable","不適用",1989,,"Hong Kong","香港"
"""


def table(path: Path, text: str) -> Path:
    path.write_text(text.replace("\\\n", ""))
    return path


def only(items: list[SourceItem]) -> Artwork:
    (item,) = items
    assert item.artwork is not None, item.reason
    assert not item.notes
    return item.artwork


def carnegie(folder: Path) -> Artwork:
    path = table(folder / "cmoa.csv", CARNEGIE)
    return only(list(TableSource(path, load_mapping("carnegie")).read()))


def test_carnegie_names_several_makers_in_each_cell(tmp_path: Path) -> None:
    anna, oak = carnegie(tmp_path).contributions

    assert (anna.artist.name, anna.artist.sort_name, anna.role) == (
        "Anna Maker", "Maker, Anna", "designer",
    )  # fmt: skip
    assert (anna.artist.begin, anna.artist.end, anna.artist.nationality) == (1870, 1940, "American")
    assert (oak.artist.name, oak.role, oak.artist.nationality) == (
        "Oak & Sons",
        "manufacturer",
        None,
    )


def test_carnegie_gives_days_inches_and_two_pictures(tmp_path: Path) -> None:
    chairs = carnegie(tmp_path)

    assert (chairs.id, chairs.begin, chairs.end) == ("carnegie:aa-1", 1903, 1907)
    assert (chairs.medium, chairs.dimensions) == ("oak,\nleather", "height 14 in width 19.25 in")
    assert [image.thumbnail_url for image in chairs.images] == [
        "http://example.org/1.jpg", "http://example.org/2.jpg",
    ]  # fmt: skip
    assert chairs.images[0].rights.status is RightsStatus.RESTRICTED
    assert chairs.data_rights.status is RightsStatus.OPEN
    assert ("physical_location", "Not on View") in chairs.extra


def test_carnegie_as_json_is_the_same_artwork(tmp_path: Path) -> None:
    person = {
        "artist_id": "cmoa:parties/7", "party_type": "Person", "full_name": "Anna Maker",
        "cited_name": "Maker, Anna", "role": None, "nationality": "American",
        "birth_date": "1870-01-01", "death_date": None, "birth_place": None, "death_place": None,
    }  # fmt: skip
    work = {
        "title": "Two Chairs", "creation_date": "c. 1905", "creation_date_earliest": "1903-01-01",
        "creation_date_latest": None, "medium": "oak", "accession_number": "12.4.1A-B",
        "id": "cmoa:things/aa-1", "credit_line": "Gift", "date_acquired": "1912-05-01",
        "department": "Decorative Arts", "physical_location": "Not on View", "item_width": 19.25,
        "item_height": 0.0, "item_depth": 0.0, "item_diameter": 0.0, "web_url": "http://example.org/1",
        "provenance_text": "", "classification": "furniture",
        "images": [{"image_url": "http://example.org/1.jpg"}], "creator": [person],
    }  # fmt: skip
    (tmp_path / "cmoa.json").write_text(json.dumps([work]))

    chairs = only(list(TableSource(tmp_path, load_mapping("carnegie_json")).read()))

    assert (chairs.id, chairs.begin, chairs.end) == ("carnegie:aa-1", 1903, 1905)
    assert chairs.dimensions == "width 19.25 in"
    assert chairs.contributions[0].artist.id == "carnegie:cmoa:parties/7"
    assert chairs.images[0].thumbnail_url == "http://example.org/1.jpg"


def test_mplus_is_read_in_two_languages(tmp_path: Path) -> None:
    table(tmp_path / "objects.csv", MPLUS)
    table(tmp_path / "constituents.csv", CONSTITUENTS)

    harbour, nobody = TableSource(tmp_path, load_mapping("mplus")).read()

    assert harbour.artwork is not None
    assert (harbour.artwork.title, harbour.artwork.other_titles) == (
        "Morning Harbour",
        ("清晨海港",),
    )
    assert harbour.artwork.description == "攝影 · 黑白沖印 · 約1950年"
    assert (harbour.artwork.begin, harbour.artwork.end) == (1948, 1952)
    wong, press = harbour.artwork.contributions
    assert (wong.artist.name, wong.artist.other_names, wong.role) == (
        "Wong Made-up", ("黃虛構",), "artist",
    )  # fmt: skip
    assert (wong.artist.gender, press.artist.gender, press.role) == ("Male", None, "Publisher")
    assert nobody.artwork is not None
    assert (nobody.artwork.contributions, nobody.artwork.other_titles) == ((), ())
