"""Text folding: the one place that says when two words are the same."""

import re
import unicodedata
from functools import lru_cache

# Letters that carry no combining mark and so survive Unicode decomposition.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=65536)  # a collection repeats its media, subjects and names endlessly
def fold(text: str) -> str:
    """Fold a text to its bare words, joined by single spaces.

    Case, accents and punctuation go: "Dog – non-specific" becomes "dog non specific".
    A text without letters or digits becomes the empty string, which no filter matches.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    # Folding twice must change nothing, and decomposing can bring capitals back ("™" → "TM").
    return " ".join(_WORD.findall(bare.casefold().translate(_LETTERS)))


def words(text: str) -> tuple[str, ...]:
    """Split a text into its folded words."""
    return tuple(fold(text).split())


def word_set(text: str) -> frozenset[str]:
    """Write a set of folded words as one text."""
    return frozenset(text.split())


def has_words(folded: str, wanted: tuple[str, ...]) -> bool:
    """Tell whether every wanted word stands in a folded text."""
    return bool(wanted) and set(wanted) <= set(folded.split())


def blank_to_none(text: str | None) -> str | None:
    """Strip a text; a blank one becomes None, since the catalogue knows no empty strings."""
    return (text.strip() or None) if text is not None else None
