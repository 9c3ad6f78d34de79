import pytest

from core.filters import Field, Leaf, Op
from core.understanding import ReadingKind
from tests.vocabularies import COLLECTION, Reader, applied, reader_of, readings


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return reader_of(COLLECTION, tmp_path_factory.mktemp("vocabulary"))


@pytest.mark.parametrize(
    ("text", "years", "left"),
    [
        ("boats before 1700", (None, 1700), "boats"),
        ("boats after 1850", (1850, None), "boats"),
        ("boats of the 1840s", (1840, 1849), "boats"),
        ("angels 1870-1890", (1870, 1890), "angels"),
        ("clouds from 1800 to 1850", (1800, 1850), "clouds"),
        ("clouds circa 1820", (1815, 1825), "clouds"),
        ("19th-century boats", (1800, 1899), "boats"),
        ("boats of the nineteenth century", (1800, 1899), "boats"),
        ("late 19th century angels", (1866, 1899), "angels"),
        ("Victorian angels", (1837, 1901), "angels"),
        ("storms painted in 1842", (1842, 1842), "storms"),
    ],
)
def test_dates_and_periods_are_years(
    read: Reader, text: str, years: tuple[int | None, int | None], left: str
) -> None:
    found = read(text)

    assert found.where == Leaf(Field.YEAR, Op.OVERLAPS, begin=years[0], end=years[1])
    assert found.text == left


@pytest.mark.parametrize(
    "text", ["the battle of 1842", "the 1842 exhibition", "the First World War", "medieval castle"]
)
def test_years_of_events_are_suggestions_at_most(read: Reader, text: str) -> None:
    assert read(text).where is None


def test_a_bare_year_counts_beside_a_name(read: Reader) -> None:
    assert applied(read("Turner, 1840")) == ["Joseph Mallord William Turner", "1840"]


@pytest.mark.parametrize(
    ("text", "labels", "left"),
    [
        ("oil paintings of storms", ["oil"], "storms"),
        ("watercolors of Venice", ["watercolour"], "Venice"),
        ("bronze sculptures of the nude", ["bronze", "sculpture"], "nude"),
        ("a nude in bronze", ["bronze"], "nude"),
        ("prints of castles", ["prints"], "castles"),
        ("drawings of Venice", ["drawings"], "Venice"),
        ("Venice, watercolour on paper", ["Watercolour on paper"], "Venice"),
        ("nudes by women artists", ["by women"], "nudes"),
        ("nudes by a woman", ["by women"], "nudes"),
        ("Pre-Raphaelite paintings of angels",
         ["Pre-Raphaelite Brotherhood", "paintings"], "angels"),
    ],
)  # fmt: skip
def test_words_for_works_are_what_the_collection_calls_them(
    read: Reader, text: str, labels: list[str], left: str
) -> None:
    found = read(text)

    assert (applied(found), found.text) == (labels, left)


def test_prints_and_drawings_are_found_under_other_names(read: Reader) -> None:
    assert read("prints of castles").where == Leaf(Field.CLASSIFICATION, Op.WORDS, ("print",))
    assert read("drawings of Venice").where == Leaf(
        Field.CLASSIFICATION, Op.WORDS, ("paper unique",)
    )


@pytest.mark.parametrize(
    "text",
    [
        "oil tanker",
        "bronze age village",
        "drawing room",
        "a man painting a wall",
        "people looking at paintings",
        "surrounded by women",
        "a woman and her child",
        "gold",
    ],
)
def test_what_a_work_shows_is_no_filter(read: Reader, text: str) -> None:
    found = read(text)

    assert (applied(found), found.text) == ([], text)


def test_places_are_never_more_than_suggestions(read: Reader) -> None:
    place = next(r for r in readings(read("Venice")) if r.kind is ReadingKind.PLACE)

    assert (place.label, place.is_applied) == ("Venice", False)


def test_a_period_that_works_show_too_is_no_bare_year(read: Reader) -> None:
    found = read("etchings baroque")

    assert (applied(found), found.text) == (["etching"], "baroque")
