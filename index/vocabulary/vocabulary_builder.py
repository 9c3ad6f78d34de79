"""Builds the vocabulary of a snapshot, one artwork at a time."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.text import fold
from core.types import DEFAULT_ROLE, Artist, Artwork
from core.understanding import MOVEMENT_TAILS, Meaning, PhraseKind
from index.files.arrays import write_array
from index.files.lines import LineWriter
from index.vocabulary.artist_names import full_names, surnames

PHRASES, MEANINGS, WORDS, NAME_WORDS = "phrases", "meanings", "words", "name_words"
KINDS = tuple(PhraseKind)
_LONGEST_PHRASE = 6  # words; nobody writes out a longer medium
_RAW_WORD = re.compile(r"[^\W\d_]+")


class VocabularyBuilder:
    """Collects what the words of a collection stand for: each distinct value once."""

    def __init__(self) -> None:
        self._artists: dict[str, Artist] = {}
        self._works: Counter[str] = Counter()  # by artist, as the artist
        self._values: Counter[tuple[PhraseKind, str]] = Counter()
        self._words: Counter[str] = Counter()
        self._lower: Counter[str] = Counter()

    def add(self, artwork: Artwork) -> None:
        """Take the next artwork."""
        for link in artwork.contributions:
            self._artists.setdefault(link.artist.id, link.artist)
            self._works[link.artist.id] += fold(link.role) == DEFAULT_ROLE
            self._note(PhraseKind.ROLE, link.role)
        for gender in {link.artist.gender for link in artwork.contributions}:
            self._note(PhraseKind.GENDER, gender)
        self._note(PhraseKind.MEDIUM, artwork.medium)
        self._note(PhraseKind.CLASSIFICATION, artwork.classification)
        self._note(PhraseKind.PLACE, artwork.place)
        for movement in artwork.movements:
            self._note(PhraseKind.MOVEMENT, movement)
        self._note_words(artwork)

    def write(self, folder: Path) -> int:
        """Write all files; return the number of phrases."""
        entries: dict[str, set[Meaning]] = {}
        for phrase, meaning in self._meanings():
            if phrase:
                entries.setdefault(phrase, set()).add(meaning)
        _write_phrases(folder, entries)
        _write_lines(folder, WORDS, sorted(self._words))
        for name, counts in (("works", self._words), ("lower", self._lower)):
            column = np.array([counts[word] for word in sorted(self._words)], np.int32)
            write_array(folder / f"{WORDS}.{name}.npy", column)
        names = {w for a in self._artists.values() for n in full_names(a) for w in n.split()}
        _write_lines(folder, NAME_WORDS, sorted(w for w in names if len(w) > 1))
        return len(entries)

    def _note(self, kind: PhraseKind, raw: str | None) -> None:
        if raw:
            self._values[kind, raw] += 1

    def _note_words(self, artwork: Artwork) -> None:
        """Count the words of an artwork, and those that it writes without a capital."""
        texts = (
            artwork.title,
            artwork.group_title,
            artwork.medium,
            artwork.classification,
            artwork.place,
            artwork.description,
            *artwork.subjects,
        )
        raw = {word for text in texts if text for word in _RAW_WORD.findall(text)}
        self._words.update({fold(word) for word in raw})
        self._lower.update({fold(word) for word in raw if word[0].islower()})

    def _meanings(self) -> Iterator[tuple[str, Meaning]]:
        for id, artist in self._artists.items():
            for name in full_names(artist):
                yield name, Meaning(PhraseKind.NAME, id, artist.name, self._works[id])
            for name in surnames(artist):
                yield name, Meaning(PhraseKind.SURNAME, id, artist.name, self._works[id])
        for (kind, raw), works in self._values.items():
            phrases = _movement_forms(raw) if kind is PhraseKind.MOVEMENT else {fold(raw)}
            for phrase in phrases:
                if phrase.count(" ") < _LONGEST_PHRASE:
                    yield phrase, Meaning(kind, raw, raw, works)


def _movement_forms(raw: str) -> set[str]:
    """Give the ways to name a movement: "Pre-Raphaelites", "Surrealist", "Camden Town"."""
    whole = fold(re.sub(r"\(.*?\)", " ", raw))
    words = whole.split()
    short = " ".join(words[:-1]) if words and words[-1] in MOVEMENT_TAILS else whole
    forms = {whole, short if len(short) > 3 else whole}
    romantic = {form[:-3] for form in forms if form.endswith("icism")}
    forms |= {f"{form[:-3]}ist" for form in forms if form.endswith("ism")}
    forms |= romantic | {f"{form}al" for form in romantic}  # "Neo-Classical"
    return forms | {f"{form}s" for form in forms if form.endswith(("ist", "ite"))}


def _write_phrases(folder: Path, entries: dict[str, set[Meaning]]) -> None:
    order = sorted(entries)
    listed = [sorted(entries[p], key=lambda m: (-m.works, m.kind, m.value)) for p in order]
    every = [meaning for meanings in listed for meaning in meanings]
    texts = sorted({_line(meaning) for meaning in every})
    number = {text: place for place, text in enumerate(texts)}
    _write_lines(folder, PHRASES, order)
    _write_lines(folder, MEANINGS, texts)
    columns: dict[str, NDArray[Any]] = {
        "first": np.cumsum([0, *map(len, listed)], dtype=np.int32),
        "kinds": np.array([KINDS.index(meaning.kind) for meaning in every], np.uint8),
        "texts": np.array([number[_line(meaning)] for meaning in every], np.int32),
        "works": np.array([meaning.works for meaning in every], np.int32),
    }
    for name, column in columns.items():
        write_array(folder / f"{PHRASES}.{name}.npy", column)


def _line(meaning: Meaning) -> str:
    """Write the value and the label as one line; both may hold any character but these."""
    return "\t".join(" ".join(text.split()) for text in (meaning.value, meaning.label))


def _write_lines(folder: Path, name: str, lines: list[str]) -> None:
    writer = LineWriter(folder, name)
    for line in lines:
        writer.add(line)
    writer.close()
