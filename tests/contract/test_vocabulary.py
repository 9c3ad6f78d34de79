"""The vocabulary on disk says of a collection what the collection itself says."""

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings

from core.errors import DamagedError
from core.text import fold
from core.types import Artist, Artwork, Contribution
from core.understanding import Meaning, PhraseKind, WordUse
from index.vocabulary.vocabulary import DiskVocabulary
from tests.strategies import collections
from tests.vocabularies import vocabulary_of

GIRTIN = Artist("t:girtin", "Thomas Girtin", sort_name="Girtin, Thomas")
WORKS = (
    Artwork("t:0", title="The White House", contributions=(Contribution(GIRTIN),)),
    Artwork("t:1", title="A house", contributions=(Contribution(GIRTIN, "after"),), medium="Ink"),
    Artwork("t:2", title="Bridge", medium="Pen and ink"),
)


@given(collections())
@settings(max_examples=30)
def test_values_stand_for_themselves_with_their_counts(artworks: list[Artwork]) -> None:
    with TemporaryDirectory() as folder:
        vocabulary = vocabulary_of(artworks, Path(folder))
        counts = Counter(a.classification for a in artworks if a.classification)

        for value, works in counts.items():
            meaning = Meaning(PhraseKind.CLASSIFICATION, " ".join(value.split()), value, works)
            if fold(value) and value == " ".join(value.split()):
                assert meaning in vocabulary.look_up(fold(value))[0]


def test_a_name_stands_for_an_artist_and_for_what_they_made(tmp_path: Path) -> None:
    vocabulary = vocabulary_of(WORKS, tmp_path)

    assert vocabulary.look_up("thomas girtin") == (
        (Meaning(PhraseKind.NAME, "t:girtin", "Thomas Girtin", 1),), False,
    )  # fmt: skip
    assert vocabulary.look_up("girtin") == (
        (Meaning(PhraseKind.SURNAME, "t:girtin", "Thomas Girtin", 1),), True,
    )  # fmt: skip
    assert vocabulary.look_up("zebra") == ((), False)


def test_words_are_counted_by_works_and_by_their_small_letters(tmp_path: Path) -> None:
    vocabulary = vocabulary_of(WORKS, tmp_path)

    assert vocabulary.use_of("house") == WordUse(works=2, lower=1)
    assert vocabulary.use_of("ink") == WordUse(works=2, lower=1)
    assert vocabulary.use_of("zebra") == WordUse()


def test_a_longer_phrase_is_announced_by_its_beginning(tmp_path: Path) -> None:
    vocabulary = vocabulary_of(WORKS, tmp_path)

    assert vocabulary.look_up("pen") == ((), True)
    assert vocabulary.look_up("pen and ink")[1] is False


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("girtan", ("girtin",)), ("girtin", ()), ("house", ()), ("pirtin", ()), ("girt", ())],
)
def test_only_a_long_unknown_word_is_put_right(
    tmp_path: Path, typed: str, meant: tuple[str, ...]
) -> None:
    assert vocabulary_of(WORKS, tmp_path).corrections(typed) == meant


def test_an_empty_collection_has_an_empty_vocabulary(tmp_path: Path) -> None:
    vocabulary = vocabulary_of((), tmp_path)

    assert vocabulary.look_up("house") == ((), False)
    assert vocabulary.corrections("houses") == ()


def test_a_vocabulary_that_is_not_there_is_damage(tmp_path: Path) -> None:
    with pytest.raises(DamagedError, match="phrases"):
        DiskVocabulary(tmp_path)
