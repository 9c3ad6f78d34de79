import pytest

from core.types import Artist
from index.vocabulary.artist_names import full_names, surnames
from tests.vocabularies import COLLECTION, Reader, applied, reader_of

JMW = "Joseph Mallord William Turner"
BURNE_JONES = "Sir Edward Coley Burne-Jones, Bt"


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return reader_of(COLLECTION, tmp_path_factory.mktemp("vocabulary"))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("JMW Turner storm", JMW),
        ("J. M. W. Turner storm", JMW),
        ("Turner, Joseph Mallord William", JMW),
        ("storm by William Turner", JMW),
        ("charles turner", "Charles Turner"),
        ("Burne-Jones angels", BURNE_JONES),
        ("burne jones angels", BURNE_JONES),
        ("Sir Edward Burne-Jones", BURNE_JONES),
        ("Rembrant", "Rembrandt van Rijn"),
        ("old men by Rembrandt", "Rembrandt van Rijn"),
        ("Constable's clouds", "John Constable"),
    ],
)
def test_a_name_is_read_as_people_write_it(read: Reader, text: str, name: str) -> None:
    assert applied(read(text)) == [name]


def test_after_turner_is_not_turner(read: Reader) -> None:
    found = read("castles after Turner")

    assert (applied(found), found.text) == ([f"after {JMW}"], "castles")


def test_after_someone_whom_nothing_is_after_is_no_filter(read: Reader) -> None:
    assert read("castles after Rembrandt").where is None


@pytest.mark.parametrize(
    "text",
    [
        "Church",
        "a church by the sea",
        "the constable arrests a thief",
        "constable",
        "portrait of Rembrandt van Rijn",
        "Lady Turner",
        "Ann Turner",
        "Turner Prize",
        "inspired by Turner",
        "visited by Turner",
        "a poem about Turner",
        "turnips",
    ],
)
def test_what_is_not_said_to_be_the_maker_is_no_filter(read: Reader, text: str) -> None:
    found = read(text)

    assert applied(found) == []
    assert found.text == text


def test_an_ordinary_word_is_a_name_after_by_with_a_capital(read: Reader) -> None:
    assert applied(read("mountains by Church")) == ["Frederic Edwin Church"]
    assert applied(read("mountains by church")) == []


def test_a_surname_of_two_is_kept_open_until_by_says_that_one_is_meant(read: Reader) -> None:
    bare, marked = read("Smithson nudes"), read("nudes by Smithson")

    assert applied(bare) == []
    assert [r.label for r in bare.spans[0].readings] == [
        "2 artists: Ann Smithson, Bob Smithson", "Ann Smithson", "Bob Smithson",
    ]  # fmt: skip
    assert applied(marked) == ["2 artists: Ann Smithson, Bob Smithson"]


def test_honours_initials_and_particles_make_names() -> None:
    moore = Artist("t:1", "Henry Moore OM, CH", sort_name="Moore, Henry, OM, CH")
    gogh = Artist("t:2", "Vincent van Gogh", sort_name="Gogh, Vincent van")

    assert full_names(moore) == {"henry moore", "h moore", "moore henry"}
    assert surnames(moore) == {"moore"}
    assert surnames(gogh) == {"gogh", "van gogh"}
    assert "vincent van gogh" in full_names(gogh)


def test_a_pair_and_a_school_have_no_surname() -> None:
    assert surnames(Artist("t:1", "Gilbert & George")) == set()
    assert full_names(Artist("t:2", "British School 18th century")) == set()


def test_a_place_in_brackets_is_no_part_of_a_name() -> None:
    pottery = Artist("t:1", "The Leach Pottery (St. Ives, UK)")

    assert "the leach pottery" in full_names(pottery)
    assert not any("ives" in name for name in full_names(pottery) | surnames(pottery))


def test_an_initial_that_is_an_article_makes_no_name() -> None:
    assert "a hunt" not in full_names(Artist("t:1", "Alfred Hunt", sort_name="Hunt, Alfred"))


@pytest.mark.parametrize("name", ["Paul KLEE", "KLEE, Paul", "Paul Klee OBE", "Klee, Paul, Bt"])
def test_capitals_are_a_surname_unless_they_are_an_honour(name: str) -> None:
    artist = Artist("t:1", name)

    assert surnames(artist) == {"klee"}
    assert "paul klee" in full_names(artist)


@pytest.mark.parametrize(
    "name", ["Pieter Bruegel the Elder", "Pieter Bruegel d. Ä.", "Pieter Bruegel Jr."]
)
def test_which_of_a_family_someone_is_is_no_surname(name: str) -> None:
    assert surnames(Artist("t:1", name)) == {"bruegel"}
