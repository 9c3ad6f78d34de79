"""The vocabulary of a snapshot, opened by memory map: what its words stand for."""

from bisect import bisect_left
from functools import cached_property
from pathlib import Path

from core.understanding import Meaning, WordUse
from index.files.arrays import open_array
from index.files.lines import Lines
from index.vocabulary.vocabulary_builder import KINDS, MEANINGS, NAME_WORDS, PHRASES, WORDS

_SHORTEST_MISSPELT = 6  # "Klee" is one letter from too many words
_LONG = 8  # letters from which two of them may be wrong
_MOST_CORRECTIONS = 3


class DiskVocabulary:
    """The words of a collection; safe to use from many threads."""

    def __init__(self, folder: Path) -> None:
        """Open it. Raises DamagedError, which names the file."""
        self._phrases = Lines(folder, PHRASES)
        self._texts = Lines(folder, MEANINGS)
        self._words = Lines(folder, WORDS)
        self._name_words = Lines(folder, NAME_WORDS)
        self._first, self._kinds, self._numbers, self._works = (
            open_array(folder / f"{PHRASES}.{name}.npy")
            for name in ("first", "kinds", "texts", "works")
        )
        self._word_works, self._word_lower = (
            open_array(folder / f"{WORDS}.{name}.npy") for name in ("works", "lower")
        )

    def look_up(self, phrase: str) -> tuple[tuple[Meaning, ...], bool]:
        """Say what a folded phrase stands for, and whether a longer one begins with it."""
        wanted = phrase.encode("utf-8", "replace")
        lines, count = self._phrases, len(self._phrases)
        place = bisect_left(range(count), wanted, key=lines.line)
        found: tuple[Meaning, ...] = ()
        if place < count and lines.line(place) == wanted:
            entries = range(int(self._first[place]), int(self._first[place + 1]))
            found = tuple(map(self._meaning, entries))
            place += 1  # a space sorts before all letters: longer phrases come right after
        return found, place < count and lines.line(place).startswith(wanted + b" ")

    def use_of(self, word: str) -> WordUse:
        """Say how often the collection uses a folded word, names of artists aside."""
        number = self._words.find(word)
        if number is None:
            return WordUse()
        return WordUse(int(self._word_works[number]), int(self._word_lower[number]))

    def is_name_word(self, word: str) -> bool:
        """Tell whether a folded word stands in the name of an artist."""
        return self._name_words.find(word) is not None

    def corrections(self, word: str) -> tuple[str, ...]:
        """Find words of artists' names that were meant by one that the collection does not know."""
        if len(word) < _SHORTEST_MISSPELT or self.use_of(word).works or self.is_name_word(word):
            return ()
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract

        found = extract(
            word,
            self._listed_names,
            scorer=OSA.distance,
            score_cutoff=2 if len(word) >= _LONG else 1,
            limit=_MOST_CORRECTIONS,
        )
        # People get the first letter of a name right.
        return tuple(name for name, _, _ in found if name[0] == word[0])

    @cached_property
    def _listed_names(self) -> list[str]:
        return [self._name_words.line(i).decode() for i in range(len(self._name_words))]

    def _meaning(self, entry: int) -> Meaning:
        value, _, label = self._texts.line(int(self._numbers[entry])).decode().partition("\t")
        return Meaning(KINDS[self._kinds[entry]], value, label, int(self._works[entry]))
