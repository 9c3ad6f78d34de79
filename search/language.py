"""Whether a query is in a language that the text encoder does not read."""

import re
from dataclasses import dataclass, replace

from core.ports import LanguageRanker
from core.queries import Query
from core.text import words
from core.understanding import Understanding

NAMES = {
    "ar": "Arabic",
    "ca": "Catalan",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hu": "Hungarian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sv": "Swedish",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "zh": "Chinese",
}
# Names and titles are foreign in many an English query, and three of their words prove nothing.
_LEAST_WORDS = 4
_SHORT = 5  # words up to which more certainty is asked for, and a title is known by its capitals
_CERTAIN = {True: 0.75, False: 0.5}  # probability, by whether the text is short
_ENGLISH_AT_MOST = 0.05
_CAPITAL_NOUNS = "de"
_ENGLISH_WORDS = frozenset(("the", "of", "and", "with", "from", "by", "at", "for"))
_LATIN = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class TextLanguages:
    """The languages that the text encoder reads, and what tells them from others."""

    reads: frozenset[str]  # ISO 639-1
    rank: LanguageRanker


def unread_language(text: str, languages: TextLanguages) -> str | None:
    """Tell the language of a text, where it is certain and the encoder does not read it."""
    if not is_telling(text):
        return None
    ranked = languages.rank(text)
    best = max(ranked, key=ranked.__getitem__)
    if best != _CAPITAL_NOUNS and _is_titled(text):
        return None
    read = sum(ranked.get(language, 0.0) for language in languages.reads)
    is_certain = ranked[best] >= _CERTAIN[len(text.split()) <= _SHORT] and read <= _ENGLISH_AT_MOST
    return best if is_certain and best not in languages.reads else None


def is_telling(text: str) -> bool:
    """Tell whether a text is long enough, and not plainly English, to be asked its language."""
    return _is_long_enough(text) and not _ENGLISH_WORDS & set(words(text))


def language_note(language: str, encoder: str, reads: frozenset[str]) -> str:
    """Say it in a sentence."""
    known = " and ".join(NAMES.get(code, code) for code in sorted(reads))
    return f"the query reads as {NAMES.get(language, language)}; {encoder} reads {known}"


def with_language(
    understanding: Understanding | None, query: Query, language: str | None
) -> Understanding | None:
    """Add the language of a query to what was understood of it."""
    if language is None:
        return understanding
    found = understanding or Understanding(query.understand, text=query.text)
    return replace(found, language=language)


def _is_long_enough(text: str) -> bool:
    """Ask for some words; of another script, for some letters: not all put spaces between words."""
    if _is_mostly_foreign_script(text):
        return True
    return len(text.split()) >= _LEAST_WORDS


def _is_mostly_foreign_script(text: str) -> bool:
    letters = _LATIN.findall(text)
    foreign = [letter for letter in letters if letter > "\u024f"]  # beyond Latin Extended-B
    return len(foreign) >= 2 and 2 * len(foreign) > len(letters)


def _is_titled(text: str) -> bool:
    """Tell whether a short text has the capitals of a name or title: first word and another."""
    begins = [word for word in text.split() if word[0].isalpha()]
    if len(begins) > _SHORT or not begins:
        return False
    return begins[0][0].isupper() and any(word[0].isupper() for word in begins[1:])
