"""Queries such as people ask, to calibrate an index with: of a log, or of catalogue terms."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from core.errors import ConfigurationError
from core.queries import LONGEST_TEXT
from core.text import blank_to_none
from core.types import Artwork

QUERIES = 128
_KEYS = ("query", "q", "text")  # of a line of JSON, the first one that is there
_SEED = 1768


def load_query_log(path: Path, count: int = QUERIES) -> list[str]:
    """Load distinct queries from a file, one on each line: bare, or JSON with `query`.

    Of more than `count` a sample is drawn, always the same one.

    Raises:
        ConfigurationError: the file cannot be read, or holds no query.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"VASARI_QUERY_LOG: {path} cannot be read: {error}") from error
    texts = list(dict.fromkeys(text for line in lines if (text := _text_of(line))))
    if not texts:
        raise ConfigurationError(f"VASARI_QUERY_LOG: {path} holds no query")
    return _drawn(texts, count)


def made_up_queries(artworks: Iterable[Artwork], count: int = QUERIES) -> list[str]:
    """Join terms of two works at a time, so that a query is the text of neither.

    Text of a work itself, or a part of it, lies so near to its embedding that it flatters an index.
    """
    terms = sorted({term for artwork in artworks for term in _terms(artwork)})
    if not terms:
        return []
    rng = np.random.default_rng(_SEED)
    drawn = rng.choice(np.array(terms, dtype=object), (count, 2))
    singles = rng.random(count) < 1 / 3
    return [a if single else f"{a} {b}" for (a, b), single in zip(drawn, singles, strict=True)]


def _terms(artwork: Artwork) -> Iterator[str]:
    yield from artwork.subjects or artwork.movements
    if not artwork.subjects and artwork.title:
        yield artwork.title
    if artwork.classification:
        yield artwork.classification


def _text_of(line: str) -> str | None:
    """Read a line of a log; None where it holds no text of a query."""
    text: object = line
    if line.lstrip().startswith("{"):
        try:
            entry = json.loads(line)
        except ValueError:
            return None
        text = next((entry[key] for key in _KEYS if key in entry), None)
    return blank_to_none(text[:LONGEST_TEXT]) if isinstance(text, str) else None


def _drawn(texts: list[str], count: int) -> list[str]:
    if len(texts) <= count:
        return texts
    places = np.random.default_rng(_SEED).permutation(len(texts))[:count]
    return [texts[place] for place in np.sort(places)]
