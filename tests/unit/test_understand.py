import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.filters import Field, Leaf, Op, matches
from core.text import word_set
from core.understanding import ReadingKind, Understand
from tests.vocabularies import COLLECTION, Reader, applied, reader_of, readings

JMW = "Joseph Mallord William Turner"
WORDS = sorted(
    word_set(
        "turner's Turner by after the of and not without no 1840s 18th century before 1700 - , ' . "
        "watercolours oil painting paintings women artists church Constable Burne-Jones rembrant "
        "boats in bronze Victorian circa Pre-Raphaelite"
    )
)


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return reader_of(COLLECTION, tmp_path_factory.mktemp("vocabulary"))


def test_a_name_and_a_medium_become_filters_and_leave_the_subject(read: Reader) -> None:
    found = read("Turner's watercolours of Venice")

    assert applied(found) == [JMW, "watercolour"]
    assert found.text == "Venice"
    assert [a.id for a in COLLECTION if found.where and matches(found.where, a)] == [
        f"t:t{i}" for i in range(12)
    ]


def test_a_query_of_nothing_but_filters_leaves_no_text(read: Reader) -> None:
    found = read("Turner watercolours")

    assert (applied(found), found.text) == ([JMW, "watercolour"], None)


def test_readings_say_where_their_words_stand(read: Reader) -> None:
    span, *_ = read("a storm by Turner").spans

    assert (span.begin, span.end, span.text) == (11, 17, "Turner")
    assert [r.label for r in span.readings] == [JMW, "Charles Turner"]
    assert [r.matching for r in span.readings] == [20, 1]


def test_off_reads_nothing_and_suggest_applies_nothing(read: Reader) -> None:
    off = read("Turner watercolours", Understand.OFF)
    suggested = read("Turner watercolours", Understand.SUGGEST)

    assert off.spans == ()
    assert (suggested.text, suggested.where) == ("Turner watercolours", None)
    assert readings(suggested)
    assert not applied(suggested)


def test_filters_that_leave_nothing_are_given_up_and_said_so(read: Reader) -> None:
    found = read("boats by Rembrandt from the 1840s")

    assert applied(found) == ["Rembrandt van Rijn"]
    assert found.text == "boats from the 1840s"
    assert found.note == "too few artworks match all of it, so these are no filters: 1840 to 1849"


def test_the_filter_of_the_request_counts_when_filters_are_given_up(read: Reader) -> None:
    prints = Leaf(Field.CLASSIFICATION, Op.WORDS, ("print",))

    found = read("boats by Burne-Jones", where=prints)

    assert not applied(found)
    assert found.text == "boats by Burne-Jones"
    assert found.note is not None


def test_a_long_text_is_no_list_of_filters(read: Reader) -> None:
    found = read("a boat by Turner and " * 10)

    assert found.spans == ()
    assert found.note == "of a text of more than 32 words nothing is read"


def test_two_names_are_alternatives_and_so_are_two_kinds_of_works(read: Reader) -> None:
    names = read("clouds by Turner and Constable")
    kinds = read("paintings and etchings of boats")

    assert applied(names) == [JMW, "John Constable"]
    assert sum(matches(names.where, a) for a in COLLECTION if names.where) == 29
    assert applied(kinds) == ["paintings", "etching"]
    assert sum(matches(kinds.where, a) for a in COLLECTION if kinds.where) == 45 + 17


def test_what_is_not_wanted_leaves_the_text(read: Reader) -> None:
    found = read("Venice without people or boats")

    assert (found.text, found.away, found.where) == ("Venice", ("people", "boats"), None)
    assert [r.kind for r in readings(found) if r.is_applied] == [ReadingKind.NEGATIVE] * 2


def test_an_unwanted_name_or_medium_is_a_filter(read: Reader) -> None:
    found = read("storms, not by Turner")

    assert found.away == ()
    assert found.where is not None
    assert sum(matches(found.where, a) for a in COLLECTION) == len(COLLECTION) - 20


def test_a_query_of_nothing_but_negatives_is_searched_as_it_is(read: Reader) -> None:
    found = read("without people")

    assert (found.text, found.away) == ("without people", ())
    assert found.note == "nothing is asked for but what is not wanted"


@pytest.mark.parametrize("text", ["no man's land", "Construction No. 5", "to be or not to be"])
def test_not_every_no_is_a_negative(read: Reader, text: str) -> None:
    assert read(text).away == ()
    assert read(text).text == text


@given(st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join))
def test_every_count_is_what_the_filter_matches(read: Reader, text: str) -> None:
    found = read(text)

    for reading in readings(found):
        if reading.where is not None:
            assert reading.matching == sum(matches(reading.where, a) for a in COLLECTION)
    if found.where is not None:
        assert any(matches(found.where, a) for a in COLLECTION)


@given(st.text(max_size=60))
def test_any_text_can_be_read_and_spans_are_its_own(read: Reader, text: str) -> None:
    found = read(text)

    assert all(text[span.begin : span.end] == span.text for span in found.spans)
    assert read(text) == found
