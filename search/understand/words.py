"""A query as words with their places, their looks and what stands before them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.text import fold

_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
_INITIAL = re.compile(r"[\s.]?[^\W\d_]")  # a letter, at the start or after a space or a dot
_BREAK = re.compile(r"[,;:.!?()\[\]\"“”]|\s[-–—]\s")  # "J." is none: it has a letter before it


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a query."""

    folded: str
    begin: int  # first character
    end: int  # one beyond the last, a possessive "'s" included
    is_capital: bool
    is_possessive: bool = False
    after_break: bool = False  # a comma or the like stands before it


@dataclass(frozen=True, slots=True)
class Words:
    """A query cut into words."""

    text: str
    all: tuple[Word, ...]

    def __len__(self) -> int:
        """Count the words."""
        return len(self.all)

    def __getitem__(self, place: int) -> str:
        """Give the folded word at a place, "" beyond either end."""
        return self.all[place].folded if 0 <= place < len(self.all) else ""

    def before(self, place: int) -> str:
        """Give the word before a place, "" at the start and where a comma stands between."""
        if not 0 < place < len(self.all) or self.all[place].after_break:
            return ""
        return self.all[place - 1].folded

    def after(self, place: int) -> str:
        """Give the word at a place, "" at the end and where a comma stands before it."""
        if not 0 <= place < len(self.all) or self.all[place].after_break:
            return ""
        return self.all[place].folded

    def phrase(self, first: int, last: int) -> str:
        """Join the words from a place up to another."""
        return " ".join(word.folded for word in self.all[first:last])

    def ends_with(self, last: int, phrase: str) -> int | None:
        """Tell where a phrase begins that ends right before a place, None if it does not."""
        first = last - phrase.count(" ") - 1
        return first if first >= 0 and self.phrase(first, last) == phrase else None

    def places(self, begin: int, end: int) -> tuple[int, int]:
        """Find the words that overlap a range of characters: first, and one beyond the last."""
        inside = [i for i, w in enumerate(self.all) if w.begin < end and begin < w.end]
        return (inside[0], inside[-1] + 1) if inside else (0, 0)


def split_words(text: str) -> Words:
    """Cut a query into words; "Turner's" is the word "turner", marked as possessive."""
    return Words(text, tuple(_words(text)))


def _words(text: str) -> Iterator[Word]:
    waiting: Word | None = None
    for match in _WORD.finditer(text):
        between = text[waiting.end : match.start()] if waiting else ""
        if waiting and between in ("'", "’") and match[0].lower() == "s":
            yield Word(
                waiting.folded, waiting.begin, match.end(), waiting.is_capital, True,
                waiting.after_break,
            )  # fmt: skip
            waiting = None
            continue
        if waiting:
            yield waiting
        is_break = bool(_BREAK.search(_without_initials(text, match.start(), between)))
        waiting = _word(match, is_break)
    if waiting:
        yield waiting


def _without_initials(text: str, begin: int, between: str) -> str:
    """Take the dot off that ends an initial: in "J. M. W. Turner" it breaks nothing."""
    dot = begin - len(between)
    is_initial = between.startswith(".") and _INITIAL.fullmatch(text[max(0, dot - 2) : dot])
    return between[1:] if is_initial else between


def _word(match: re.Match[str], is_break: bool) -> Word:
    folded = fold(match[0]).replace(" ", "") or match[0].casefold()
    return Word(folded, match.start(), match.end(), match[0][0].isupper(), after_break=is_break)
