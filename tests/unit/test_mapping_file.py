from pathlib import Path

import pytest

from core.errors import SourceError
from core.types import Rights, RightsStatus
from ingest.mapping import JoinRule, ListRule, TextRule
from ingest.mapping_file import load_mapping, parse_mapping, shipped_mappings

LEAST = 'source = "m"\n[columns]\nid = "id"\n'


def test_the_least_mapping_names_a_source_and_its_ids() -> None:
    mapping = parse_mapping(LEAST.encode(), "m.toml")

    assert (mapping.source, mapping.id) == ("m", TextRule(("id",)))
    assert mapping.columns() == {"id": "columns.id"}


def test_a_text_may_be_made_of_columns_values_and_a_default() -> None:
    toml = LEAST + 'place = { columns = ["city", "land"], join = " / ", values = { "?" = "" } }\n'
    toml += 'description = ["note", { column = "also", prefix = "Also " }]\n'

    texts = parse_mapping(toml.encode(), "m.toml").texts

    assert texts["place"] == (TextRule(("city", "land"), join=" / ", values=(("?", ""),)),)
    assert texts["description"] == (TextRule(("note",)), TextRule(("also",), prefix="Also "))


def test_a_fixed_collection_stands_where_no_column_says_one() -> None:
    toml = 'source = "m"\ncollection = "Museum"\n[columns]\nid = "id"\n'

    fixed = parse_mapping(toml.encode(), "m.toml")
    beside = parse_mapping((toml + 'collection = "house"').encode(), "m.toml")

    assert fixed.texts["collection"] == (TextRule(default="Museum"),)
    assert beside.texts["collection"] == (TextRule(("house",), default="Museum"),)


def test_tate_is_mapped_with_its_second_table() -> None:
    mapping = load_mapping("tate")

    assert mapping.artists is not None
    assert isinstance(mapping.artists.join, JoinRule)
    assert mapping.artists.join.file == "artists.parquet"
    assert mapping.lists["subjects"] == ListRule(("subjects",), leaf_of=" > ")
    assert mapping.columns()["contributor_roles"] == "artists.role"
    assert mapping.data_rights.fixed.status is RightsStatus.OPEN


def test_every_shipped_mapping_loads() -> None:
    sources = {name: load_mapping(name).source for name in shipped_mappings()}

    assert sources == {
        "art_images": "art_images",
        "carnegie": "carnegie",
        "carnegie_json": "carnegie",
        "iiif": "iiif",
        "mplus": "mplus",
        "sample": "sample",
        "tate": "tate",
    }


def test_another_mapping_has_another_digest() -> None:
    first = parse_mapping(LEAST.encode(), "m.toml")
    second = parse_mapping((LEAST + 'title = "t"').encode(), "m.toml")

    assert first.digest != second.digest


def test_rights_are_read_by_value() -> None:
    toml = LEAST + '[image]\nurl = "u"\n[image.rights]\ncolumn = "licence"\n'
    toml += '[image.rights.values."CC0*"]\nstatus = "open"\n'
    toml += '[image.rights.otherwise]\nstatus = "restricted"\n'

    image = parse_mapping(toml.encode(), "m.toml").image

    assert image is not None
    assert image.rights.values == (("cc0*", Rights(RightsStatus.OPEN)),)
    assert image.rights.otherwise == Rights(RightsStatus.RESTRICTED)
    assert image.rights.fixed == Rights(RightsStatus.UNKNOWN)


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("source = ", "m.toml is not TOML"),
        ('[columns]\nid = "id"', "m.toml: source: must be a short name"),
        ('source = "A B"\n[columns]\nid = "id"', "m.toml: source: must be a short name"),
        ('source = "m"', "m.toml: columns.id: is missing: name the column"),
        ('source = "m"\n[columns]\nid = 3', "columns.id: must be the name of a column"),
        (LEAST + 'titel = "t"', "columns.titel: unknown key; known are accession_number"),
        (LEAST + "title = 3", "columns.title: must be the name of a column, or a table, not 3"),
        (LEAST + "begin = 3", "columns.begin: must be a text, not 3"),
        (LEAST + 'title = { colum = "t" }', "columns.title.colum: unknown key"),
        (LEAST + 'title = { prefix = "The " }', "columns.title: names no column and no default"),
        (LEAST + "subjects = [1]", "columns.subjects: must be the name of a column, or a list"),
        (LEAST + 'subjects = { split = ";" }', "columns.subjects.split: unknown key"),
        ("speed = 1\n" + LEAST, "m.toml: speed: unknown key"),
        ('delimiter = ";;"\n' + LEAST, "delimiter: must be one character"),
        ('source = "m"\ncolumns = 3', "columns: must be a table"),
        (LEAST + '[artists]\nid = "a"', "artists.name: is missing"),
        (LEAST + '[artists]\nnme = "a"', "artists.nme: unknown key"),
        (LEAST + '[artists]\nname = "a"\nhonorifics = "yes"', "honorifics: must be true or false"),
        (
            LEAST + '[artists]\nid = "a"\n[artists.join]\nfile = "b.csv"\nname = "n"',
            "artists.join.key: is missing",
        ),
        (
            LEAST + '[artists]\nname = "a"\n[artists.join]\nfile = "b.csv"\nkey = "id"',
            "artists.id: is missing: a joined table is looked up by the artist's id",
        ),
        (LEAST + '[image]\nuri = "u"', "image.uri: unknown key"),
        (LEAST + '[data_rights]\nstatus = "free"', "data_rights.status: must be one of open"),
        (
            LEAST + '[data_rights]\ncolumn = "c"\n[data_rights.values.x]\nstaus = "open"',
            "data_rights.values.x.staus: unknown key",
        ),
    ],
)
def test_what_is_wrong_in_a_mapping_is_named_with_its_place(toml: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse_mapping(toml.encode(), "m.toml")

    assert message in str(caught.value)


def test_a_mapping_of_ones_own_is_loaded_by_path(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(LEAST)

    assert load_mapping(str(tmp_path / "mine.toml")).origin == "mine.toml"


def test_a_mapping_that_is_not_there_names_those_that_are() -> None:
    names = "art_images, carnegie, carnegie_json, iiif, mplus, sample, tate"
    with pytest.raises(SourceError, match=f"no mapping 'louvre'.*{names}"):
        load_mapping("louvre")
