import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import blank_to_none, fold, has_words, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Dog – non-specific", "dog non specific"),
        ("Élisabeth Vigée Le Brun", "elisabeth vigee le brun"),
        ("Edvard Munch, Åsgårdstrand", "edvard munch asgardstrand"),
        ("Straße", "strasse"),
        ("Łódź Ørsted Æneas", "lodz orsted aeneas"),
        ("葛飾北斎", "葛飾北斎"),
        ("snake_case", "snake case"),
        ("— … !", ""),
    ],
)
def test_a_text_folds_to_its_bare_words(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_all_wanted_words_must_stand_in_the_text() -> None:
    folded = fold("Oil paint on canvas")

    assert has_words(folded, words("CANVAS oil"))
    assert not has_words(folded, words("oil panel"))
    assert not has_words(folded, ())


def test_blank_text_becomes_none() -> None:
    assert blank_to_none("  ") is None
    assert blank_to_none(" x ") == "x"
