"""Makers as a IIIF manifest writes them: "Vincent van Gogh (Dutch, 1853-1890)"."""

import re
from collections.abc import Iterable, Iterator

from core.types import Json
from ingest.sources.nga_attribution import parse_attribution

_YEARS = re.compile(
    r"(?:(?P<nation>[^\d,;]+?)[,;]\s*)?(?:(?:born|b\.|c\.|ca\.?|active)\s*)*(?P<begin>\d{3,4})?"
    r"\s*(?:[-–—]\s*(?:(?:c\.|ca\.?|died|d\.)\s*)*(?P<end>\d{3,4})?)?"
)
_BRACKETS = re.compile(r"(?P<name>[^()]+?)\s*[,;]?\s*\((?P<more>[^()]*\d[^()]*)\)\s*\.?")


def read_makers(texts: Iterable[str]) -> list[Json]:
    """Read names, roles such as "after", and the years behind a name; the rest is the name."""
    return [maker for text in texts for part in _parts(text) for maker in _read(part)]


def _parts(text: str) -> Iterator[str]:
    yield from (part.strip() for part in re.split(r"[;\n|]", text) if part.strip())


def _read(text: str) -> Iterator[Json]:
    name, more = text, {}
    if (match := _BRACKETS.fullmatch(text)) and (years := _YEARS.fullmatch(match["more"].strip())):
        name = match["name"]
        more = {"begin": years["begin"], "end": years["end"], "nationality": years["nation"]}
    for role, own in parse_attribution(name, lambda _: False):
        yield {"name": own, "role": role, **more}
