"""Titles that say nothing, and titles that differ only in the state of a print."""

import re

from core.text import fold

# Seen in Tate's titles (18 % of them) and in other museums' languages.
_NOTHING = (
    r"(?:blank|untitled|unknown|no title|not titled|without title|title (?:not known|unknown)"
    r"|unknown title|sans titre|ohne titel|senza titolo|sin titulo|sem titulo|zonder titel)"
)
_PART = rf"(?:page|sheet|leaf|verso|recto|{_NOTHING})"
_NUMBER = r"(?:(?:no|nr|number|p|plate) )?(?:\d+|[ivxlc]+|[a-d])"
_SAYS_NOTHING = re.compile(rf"(?:(?:a|the) )?{_NOTHING}(?: {_PART})*(?: {_NUMBER})?")
_MENTIONS_NOTHING = re.compile(rf"\b{_NOTHING}\b")

_NTH = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|final|published"
_STATE = re.compile(
    rf"\b(?:(?:{_NTH}|\d+(?:st|nd|rd|th)|[ivx]+) state(?: of)?|state (?:[ivx]+|\d+)"
    r"|(?:artist s |trial |working )?proof)\b"
)


def telling_title(title: str | None) -> str | None:
    """Fold a title; None where it says nothing."""
    folded = _fold_once(title or "")
    return folded if folded and not _SAYS_NOTHING.fullmatch(folded) else None


def asks_for_untitled(text: str) -> bool:
    """Tell whether a query's words ask for works whose title says nothing."""
    return _MENTIONS_NOTHING.search(_fold_once(text)) is not None


def without_state(folded: str) -> str:
    """Leave out of a folded title which state or proof of a print it is."""
    return " ".join(_STATE.sub(" ", folded).split()) or folded


def _fold_once(text: str) -> str:
    """Fold a text without the cache, which is for values that repeat."""
    return fold.__wrapped__(text)
