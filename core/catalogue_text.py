"""The text of an artwork: what the text encoder reads, and what BM25 indexes."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from enum import StrEnum

from core.types import DEFAULT_ROLE, Artwork, Contribution

PIECE_CHARACTERS = 1000  # the text encoder reads 256 word pieces, and a word piece has about four
MOST_PIECES = 4  # a search for k artworks has to find this many times k texts
_BREAK = re.compile(r"(?<=[.!?;])\s+|\s+")


def catalogue_texts(artwork: Artwork) -> tuple[str, ...]:
    """Write an artwork as the texts that are embedded: one line, and the rest of a long one."""
    line = catalogue_line(artwork)
    if len(line) <= PIECE_CHARACTERS:
        return (line,) if line else ()
    head = ". ".join(part for part in (artwork.title, _makers(artwork)) if part)[:200]
    first, rest = _cut(line, PIECE_CHARACTERS)
    pieces = [first]
    while rest and len(pieces) < MOST_PIECES:
        piece, rest = _cut(rest, PIECE_CHARACTERS - len(head) - 2)
        pieces.append(f"{head}. {piece}" if head else piece)
    return tuple(pieces)


def catalogue_line(artwork: Artwork) -> str:
    """Write an artwork as one line of text, its subjects first and each part by name.

    Named parts are told from each other by the encoder: `bench quality` has the figures.
    """
    parts = {
        "Subjects": ", ".join(artwork.subjects),
        "Title": "; ".join(title for title in (artwork.title, *artwork.other_titles) if title),
        "Artist": _makers(artwork),
        "Date": artwork.date_text,
        "Medium": artwork.medium,
        "Kind": artwork.classification,
        "Series": artwork.group_title,
        "Style": ", ".join(artwork.movements),
        "Description": artwork.description,
    }
    return ". ".join(f"{label}: {part}" for label, part in parts.items() if part)


class LexicalField(StrEnum):
    """Parts of an artwork's words, which count differently."""

    TITLE = "title"
    ARTISTS = "artists"
    SUBJECTS = "subjects"
    TEXT = "text"  # everything else


def lexical_fields(artwork: Artwork) -> Iterator[tuple[LexicalField, str]]:
    """List all texts by which an artwork may be looked up."""
    names = (n for c in artwork.contributions for n in (c.artist.name, *c.artist.other_names))
    parts: dict[LexicalField, Iterable[str | None]] = {
        LexicalField.TITLE: (artwork.title, *artwork.other_titles),
        LexicalField.ARTISTS: dict.fromkeys(names),
        LexicalField.SUBJECTS: artwork.subjects,
        LexicalField.TEXT: (
            artwork.date_text,
            artwork.medium,
            artwork.classification,
            artwork.group_title,
            artwork.collection,
            artwork.place,
            artwork.accession_number,
            *artwork.identifiers,
            *artwork.movements,
            artwork.description,
        ),
    }
    for field, texts in parts.items():
        yield from ((field, text) for text in texts if text)


def text_hash(text: str) -> str:
    """Identify a text by content: equal texts are encoded once."""
    return hashlib.sha256(text.encode()).hexdigest()


def _cut(text: str, most: int) -> tuple[str, str]:
    """Cut a text after a sentence in its second half, else after a word, else where it must be."""
    if len(text) <= most:
        return text, ""
    breaks = [found for found in _BREAK.finditer(text, most // 2) if found.start() <= most]
    sentences = [found for found in breaks if text[found.start() - 1] in ".!?;"]
    at = (sentences or breaks)[-1] if breaks else None
    return (text[: at.start()], text[at.end() :]) if at else (text[:most], text[most:])


def _makers(artwork: Artwork) -> str:
    return ", ".join(_maker(link) for link in artwork.contributions)


def _maker(link: Contribution) -> str:
    return link.artist.name if link.role == DEFAULT_ROLE else f"{link.role} {link.artist.name}"
