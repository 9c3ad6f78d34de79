"""What a value of a table looks like."""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum

from core.dates import parse_date
from ingest import values


class Kind(StrEnum):
    """One look of a value; a value may have several."""

    OBJECTS = "objects"
    LIST = "list"
    JSON_LIST = "JSON list"
    YEAR = "year"
    DAY = "day"
    NUMBER = "number"
    DATE = "date in words"
    IIIF = "IIIF image"
    MANIFEST = "IIIF manifest"
    PICTURE_ADDRESS = "address of a picture"
    ADDRESS = "web address"
    PICTURE_FILE = "picture file"
    LICENCE = "licence"
    CLAIM = "yes or no"
    PROSE = "sentences"


_PICTURE = re.compile(r"\.(?:jpe?g|png|webp|gif|tiff?|bmp|jp2)(?:\?\S*)?$", re.IGNORECASE)
_IIIF = re.compile(
    r"/info\.json$|/(?:full|square|\d+,\d+,\d+,\d+)/[^/]+/!?\d+/\w+\.\w+$|/iiif(?:/|$)", re.I
)
_MANIFEST = re.compile(r"/manifest(?:\.json)?$|/iiif/.*manifest", re.I)
_LICENCE = re.compile(
    r"creativecommons\.org/|rightsstatements\.org/|^cc0\b|^cc[ -]by|public domain|in copyright|^©",
    re.I,
)
_YEAR = re.compile(r"-?\d{1,4}(?:\.0+)?")
_DAY = re.compile(r"-?\d{4}-\d\d-\d\d(?:[T ].*)?")
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_NUMBERED = re.compile(r"^-?\d+(?:[.,]\d+)?$|\d\.\d")  # a number, or one such as "2013.29.1"
_JSON_LIST = re.compile(r"\[.*\]", re.DOTALL)
_CLAIMS = frozenset({"0", "1", "true", "false", "yes", "no", "y", "n", "t", "f"})
_LONGEST_DATE = 60  # characters; "photographed between 1985 and 1990, printed in 2004" has 50
_SHORTEST_PROSE = 120
_LATEST = 2100


def kinds_of(value: object) -> set[Kind]:
    """Tell what a value looks like; nothing where it is just a text."""
    if isinstance(value, Mapping):
        return {Kind.OBJECTS}
    if isinstance(value, list | tuple):
        return {Kind.OBJECTS if any(isinstance(one, Mapping) for one in value) else Kind.LIST}
    try:
        written = values.text(value)
    except ValueError:
        return set()
    return {kind for kind, fits in _TESTS if fits(written)} if written is not None else set()


def _is_year(text: str) -> bool:
    return bool(_YEAR.fullmatch(text)) and -_LATEST < int(float(text)) <= _LATEST


def _is_date(text: str) -> bool:
    return (
        len(text) <= _LONGEST_DATE
        and any(letter.isdigit() for letter in text)
        and not _NUMBERED.search(text)
        and parse_date(text) is not None
    )


def _is_address(text: str) -> bool:
    return values.is_web_address(text) and not any(letter.isspace() for letter in text)


_TESTS: tuple[tuple[Kind, Callable[[str], bool]], ...] = (
    (Kind.JSON_LIST, lambda text: bool(_JSON_LIST.fullmatch(text))),
    (Kind.YEAR, _is_year),
    (Kind.DAY, lambda text: bool(_DAY.fullmatch(text))),
    (Kind.NUMBER, lambda text: bool(_NUMBER.fullmatch(text))),
    (Kind.DATE, _is_date),
    (Kind.MANIFEST, lambda text: _is_address(text) and bool(_MANIFEST.search(text))),
    (
        Kind.IIIF,
        lambda text: _is_address(text) and bool(_IIIF.search(text)) and not _MANIFEST.search(text),
    ),
    (Kind.PICTURE_ADDRESS, lambda text: _is_address(text) and bool(_PICTURE.search(text))),
    (Kind.ADDRESS, _is_address),
    (Kind.PICTURE_FILE, lambda text: not _is_address(text) and bool(_PICTURE.search(text))),
    (Kind.LICENCE, lambda text: bool(_LICENCE.search(text))),
    (Kind.CLAIM, lambda text: text.casefold() in _CLAIMS),
    (Kind.PROSE, lambda text: len(text) >= _SHORTEST_PROSE and " " in text),
)
