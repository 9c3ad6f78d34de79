from collections.abc import Mapping

import pytest

from core.records import Note
from core.types import Artist, Contribution
from ingest.artists import ArtistReader
from ingest.mapping import ArtistsRule
from ingest.mapping_file import parse_mapping
from ingest.tables.rows import Row
from ingest.values import RowError


def rule(toml: str) -> ArtistsRule:
    whole = 'source = "m"\n[columns]\nid = "id"\n[artists]\n' + toml
    artists = parse_mapping(whole.encode(), "m.toml").artists
    assert artists is not None
    return artists


def made_by(
    toml: str, row: Row, joined: Mapping[str, Row] | None = None
) -> tuple[Contribution, ...]:
    notes: list[Note] = []
    links = ArtistReader(rule(toml), "m", joined or {}).read(row, notes)
    assert notes == []
    return links


BLAKE, LINNELL = Artist("m:39", "William Blake"), Artist("m:40", "John Linnell")
LISTS = 'id = "ids"\nname = "names"\nrole = "roles"'


def test_lists_side_by_side_are_paired() -> None:
    row = {
        "ids": [39, 40],
        "names": ["William Blake", "John Linnell"],
        "roles": ["artist", "after"],
    }

    assert made_by(LISTS, row) == (Contribution(BLAKE), Contribution(LINNELL, "after"))


def test_texts_are_cut_into_artists_at_the_separator() -> None:
    row = {"ids": "39|40", "names": "William Blake | John Linnell", "roles": "|After"}

    assert made_by(LISTS + '\nseparator = "|"', row) == (
        Contribution(BLAKE),
        Contribution(LINNELL, "After"),
    )


def test_one_column_is_one_artist() -> None:
    assert made_by('name = "who"', {"who": "Rembrandt, van Rijn"}) == (
        Contribution(Artist("m:rembrandt-van-rijn", "Rembrandt, van Rijn")),
    )


def test_nobody_made_a_row_without_a_name() -> None:
    blank: list[object] = [None, " ", [], "—"]

    assert [made_by('name = "who"', {"who": who}) for who in blank] == [(), (), (), ()]


def test_an_artist_without_id_is_known_by_name() -> None:
    row = {"ids": ["", None], "names": ["Élisabeth Vigée", "Blake"], "roles": None}

    assert [link.artist.id for link in made_by(LISTS, row)] == ["m:elisabeth-vigee", "m:blake"]


def test_the_same_artist_in_the_same_role_counts_once() -> None:
    row = {
        "ids": [39, 39, 39],
        "names": ["William Blake"] * 3,
        "roles": ["artist", "Artist", "after"],
    }

    assert made_by(LISTS, row) == (Contribution(BLAKE), Contribution(BLAKE, "after"))


def test_a_list_of_another_length_cannot_be_paired_and_is_left_out() -> None:
    notes: list[Note] = []
    row = {"ids": [39], "names": ["William Blake", "John Linnell"], "roles": None}

    links = ArtistReader(rule(LISTS), "m", {}).read(row, notes)

    assert [link.artist.id for link in links] == ["m:william-blake", "m:john-linnell"]
    assert [note.rule for note in notes] == ["lists-of-unequal-length"]
    assert notes[0].reason == "column 'ids' has 1 values for 2 artists: left out"


def test_roles_are_translated() -> None:
    toml = 'name = "who"\nrole = "how"\n[artists.roles]\n"paint*" = "artist"\n"?" = ""'

    roles = [
        made_by(toml, {"who": "X", "how": how})[0].role for how in ("Painter", "?", "after", "")
    ]

    assert roles == ["artist", "artist", "after", "artist"]


def test_a_joined_table_says_more_of_each_artist() -> None:
    toml = 'id = "ids"\n[artists.join]\nfile = "a.csv"\nkey = "k"\nname = "n"\nother_names = "o"\n'
    toml += 'begin = "b"\nend = "e"\ngender = "g"\nsort_name = "s"\nnationality = "l"'
    joined = {
        "39": {"name": "William Blake", "other_names": ["W. B."], "begin": 1757, "end": "1827",
               "gender": "male", "sort_name": "Blake, William", "nationality": "British"},
    }  # fmt: skip

    links = made_by(toml, {"ids": [39]}, joined)

    assert links == (
        Contribution(
            Artist(
                "m:39", "William Blake", "Blake, William", ("W. B.",), "male", 1757, 1827, "British"
            )
        ),
    )


def test_an_artist_whom_the_joined_table_lacks_is_noted() -> None:
    toml = 'id = "ids"\n[artists.join]\nfile = "a.csv"\nkey = "k"\nname = "n"'
    notes: list[Note] = []

    links = ArtistReader(rule(toml), "m", {}).read({"ids": [41]}, notes)

    assert links == ()
    assert notes == [Note("artist-without-name", "the artist '41' has no name: left out")]


def test_objects_in_a_column_are_artists() -> None:
    toml = 'column = "artists"\nid = "id"\nname = "name"\nother_names = "alt"\nbegin = "birth"\n'
    toml += 'role = "role"'
    row = {
        "artists": [
            {"id": "vermeer", "name": "Johannes Vermeer", "alt": ["Jan Vermeer"], "birth": 1632},
            {"name": "Workshop", "role": "and workshop"},
            "Anonymous",
        ]
    }

    assert made_by(toml, row) == (
        Contribution(Artist("m:vermeer", "Johannes Vermeer", None, ("Jan Vermeer",), begin=1632)),
        Contribution(Artist("m:workshop", "Workshop"), "and workshop"),
        Contribution(Artist("m:anonymous", "Anonymous")),
    )


def test_names_without_honorifics_are_other_names() -> None:
    toml = 'name = "who"\nhonorifics = true'

    moore, blake = (made_by(toml, {"who": n})[0].artist for n in ("Henry Moore OM, CH", "Blake"))

    assert moore == Artist("m:henry-moore-om-ch", "Henry Moore OM, CH", None, ("Henry Moore",))
    assert blake.other_names == ()


def test_the_first_words_about_an_artist_stand() -> None:
    reader = ArtistReader(rule('id = "i"\nname = "n"\nbegin = "b"'), "m", {})

    first = reader.read({"i": "1", "n": "Blake", "b": 1757}, [])
    second = reader.read({"i": "1", "n": "Blake", "b": 1999}, [])

    assert first == second


@pytest.mark.parametrize("who", ["\udcff", ["\udcff"], [{"a": 1}]])
def test_a_name_that_is_no_text_sets_the_row_aside(who: object) -> None:
    with pytest.raises(RowError, match="column 'who'"):
        ArtistReader(rule('name = "who"'), "m", {}).read({"who": who}, [])


@pytest.mark.parametrize(
    ("person", "message"),
    [({"name": "\udcff"}, "an artist is not"), ({"name": "X", "role": "\udcff"}, "a role is not")],
)
def test_an_object_whose_words_are_no_text_sets_the_row_aside(person: Row, message: str) -> None:
    reader = ArtistReader(rule('column = "makers"\nname = "name"\nrole = "role"'), "m", {})

    with pytest.raises(RowError, match=message):
        reader.read({"makers": person}, [])


def test_all_other_names_are_those_of_the_one_artist() -> None:
    toml = 'name = "who"\nother_names = "also"'

    (link,) = made_by(toml, {"who": "Titian", "also": ["Tiziano", "Titian", "Vecellio"]})

    assert link.artist.other_names == ("Tiziano", "Vecellio")
