import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import fold
from core.titles import asks_for_untitled, telling_title, without_state


@pytest.mark.parametrize(
    "title",
    [
        None, "", "—", "Blank", "[blank]", "Untitled", "Untitled 3", "Untitled (No. 8)", "No title",
        "[title not known]", "[title not known; verso: title not known]", "Blank page",
        "[no title] p.300", "Sans titre", "Ohne Titel IV", "Unknown",
    ],
)  # fmt: skip
def test_a_title_that_says_nothing_is_none(title: str | None) -> None:
    assert telling_title(title) is None


@pytest.mark.parametrize(
    ("title", "folded"),
    [
        ("Untitled (Death Mask)", "untitled death mask"),
        ("[title not known; verso: Sketch of Trees]", "title not known verso sketch of trees"),
        ("Blank Test Sheet", "blank test sheet"),
        ("Unknown Lady", "unknown lady"),
        ("Title Page", "title page"),
        ("1984", "1984"),
        ("Nocturne: Blue and Gold", "nocturne blue and gold"),
    ],
)
def test_a_title_that_says_something_is_folded(title: str, folded: str) -> None:
    assert telling_title(title) == folded


@pytest.mark.parametrize("text", ["untitled", "a blank page", "Turner, title not known"])
def test_a_query_may_ask_for_works_without_a_title(text: str) -> None:
    assert asks_for_untitled(text)


@pytest.mark.parametrize("text", ["a quiet river", "blankets", "title page"])
def test_other_words_do_not_ask_for_works_without_a_title(text: str) -> None:
    assert not asks_for_untitled(text)


@pytest.mark.parametrize(
    ("title", "rest"),
    [
        ("First State of ‘Works Past I’", "works past i"),
        ("Screwarch Bridge State II", "screwarch bridge"),
        ("The Red Dancer of Moscow [state 1]", "the red dancer of moscow"),
        ("Second State", "second state"),
        ("Kent State", "kent state"),
        ("A State Barge", "a state barge"),
        ("The True Colours of the State", "the true colours of the state"),
    ],
)
def test_only_the_state_of_a_print_is_left_out(title: str, rest: str) -> None:
    assert without_state(fold(title)) == rest


@given(st.text(max_size=40))
def test_any_text_is_a_title(text: str) -> None:
    assert telling_title(text) in (None, fold(text))
    assert without_state(fold(text)) or not fold(text)


def test_a_query_does_not_stay_in_the_cache_of_values() -> None:
    before = fold.cache_info().misses

    asks_for_untitled("a long query that nobody asks twice")

    assert fold.cache_info().misses == before
