"""The text of an artwork: what the text encoder reads, and what BM25 indexes."""

import hashlib
from collections.abc import Iterable

from core.types import DEFAULT_ROLE, Artwork, Contribution

MAX_CHARACTERS = 2000  # the text encoder reads 256 word pieces, some 1,000 characters


def catalogue_line(artwork: Artwork) -> str:
    """Write an artwork as the one line of text that is embedded."""
    makers = ", ".join(_maker(link) for link in artwork.contributions)
    parts: Iterable[str | None] = (
        artwork.title,
        makers,
        artwork.date_text,
        artwork.medium,
        artwork.classification,
        artwork.group_title,
        ", ".join(artwork.movements),
        ", ".join(artwork.subjects),
        artwork.description,
    )
    return ". ".join(part for part in parts if part)[:MAX_CHARACTERS]


def lexical_text(artwork: Artwork) -> str:
    """Write all words by which an artwork may be looked up."""
    names = (n for c in artwork.contributions for n in (c.artist.name, *c.artist.other_names))
    parts: Iterable[str | None] = (
        artwork.title,
        *dict.fromkeys(names),
        artwork.date_text,
        artwork.medium,
        artwork.classification,
        artwork.group_title,
        artwork.collection,
        artwork.place,
        artwork.accession_number,
        *artwork.movements,
        *artwork.subjects,
        artwork.description,
    )
    return "\n".join(part for part in parts if part)


def text_hash(text: str) -> str:
    """Identify a text by content: equal texts are encoded once."""
    return hashlib.sha256(text.encode()).hexdigest()


def _maker(link: Contribution) -> str:
    return link.artist.name if link.role == DEFAULT_ROLE else f"{link.role} {link.artist.name}"
