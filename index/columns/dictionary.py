"""Dictionaries of folded values: looked up by value and by word, never by row."""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import reduce
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.filters import Leaf, Op
from core.text import fold
from index.columns.postings import Codes, Postings, build_postings, open_postings, write_postings
from index.files.arrays import load_json, write_json


class Dictionary:
    """The distinct values of a field: folded, ascending, each with a label for people."""

    def __init__(
        self, values: Sequence[str], labels: Sequence[str], words: Sequence[str], by_word: Postings
    ) -> None:
        self.values = values
        self.labels = labels
        self.words = words  # the distinct words of the values
        self.by_word = by_word  # word → values
        self._codes = {value: code for code, value in enumerate(values)}
        self._word_codes = {word: code for code, word in enumerate(words)}

    def __len__(self) -> int:
        """Count the values."""
        return len(self.values)

    def find(self, leaf: Leaf) -> Codes:
        """Find the values that pass an `in` or a `words` leaf."""
        if leaf.op is Op.WORDS:
            found = [self._with_words(wanted) for wanted in leaf.wanted_words]
            return reduce(np.union1d, found) if found else np.zeros(0, np.int32)
        return self.codes_of(leaf.folded)

    def codes_of(self, values: Iterable[str]) -> Codes:
        """Find values that are already folded; unknown ones are left out."""
        return np.array(sorted({self._codes[v] for v in values if v in self._codes}), np.int64)

    def _with_words(self, wanted: tuple[str, ...]) -> Codes:
        if not all(word in self._word_codes for word in wanted):
            return np.zeros(0, np.int32)
        found = [self._values_of(word) for word in set(wanted)]
        common = min(found, key=len)
        for values in found:
            if values is not common:
                common = common[np.isin(common, values, assume_unique=True)]
        return common

    def _values_of(self, word: str) -> Codes:
        code = self._word_codes[word]
        return self.by_word.numbers[self.by_word.starts[code] : self.by_word.starts[code + 1]]


class DictionaryBuilder:
    """Collects the values of a field, giving each a provisional code."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}
        self._spellings: list[Counter[str]] = []

    def add(self, raw: str | None) -> int | None:
        """Note one occurrence; None for a value without letters or digits."""
        folded = fold(raw) if raw else ""
        if not raw or not folded:
            return None
        code = self._codes.setdefault(folded, len(self._codes))
        if code == len(self._spellings):
            self._spellings.append(Counter())
        self._spellings[code][raw] += 1
        return code

    def build(self) -> tuple[Dictionary, NDArray[np.int64]]:
        """Put the values in order; also tell the final code of each provisional one."""
        values = sorted(self._codes)
        provisional = [self._codes[value] for value in values]
        final = np.zeros(len(values), np.int64)
        final[provisional] = np.arange(len(values))
        labels = [_commonest(self._spellings[code]) for code in provisional]
        return build_dictionary(values, labels), final


def build_dictionary(
    values: Sequence[str], labels: Sequence[str], *, by_word: bool = True
) -> Dictionary:
    """Build a dictionary of values that stand in order."""
    words = sorted({word for value in values for word in value.split()}) if by_word else []
    code_of = {word: code for code, word in enumerate(words)}
    pairs = [
        (code_of[w], code) for code, value in enumerate(values) for w in value.split() if by_word
    ]
    word_codes = array("q", (word for word, _ in pairs))
    value_codes = array("q", (value for _, value in pairs))
    postings = build_postings(np.array(word_codes), np.array(value_codes), len(words), len(values))
    return Dictionary(values, labels, words, postings)


def write_dictionary(folder: Path, name: str, dictionary: Dictionary) -> None:
    """Write a dictionary: its texts as JSON, the postings of its words beside it."""
    texts = {"values": dictionary.values, "labels": dictionary.labels, "words": dictionary.words}
    write_json(folder / f"{name}.json", texts)
    write_postings(folder, f"{name}.words", dictionary.by_word)


def open_dictionary(folder: Path, name: str) -> Dictionary:
    """Open a dictionary that `write_dictionary` wrote."""
    texts = load_json(folder / f"{name}.json")
    by_word = open_postings(folder, f"{name}.words", len(texts["values"]))
    return Dictionary(texts["values"], texts["labels"], texts["words"], by_word)


def _commonest(spellings: Counter[str]) -> str:
    return min(spellings, key=lambda spelling: (-spellings[spelling], spelling))
