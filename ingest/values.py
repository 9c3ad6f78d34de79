"""Values of a table as the catalogue wants them: no empty strings, no stray bytes, real years."""

import json
import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from core.filter_json import YEAR_LIMIT
from core.records import Note
from core.text import blank_to_none

_YEAR = re.compile(r"([+-]?\d{1,7})(?:\.0+|-\d\d-\d\d(?:[T ].*)?)?")  # or a day, as ISO 8601 has it
JSON_LIST = "json"  # as a separator: the text is a JSON array
_WEB = re.compile(r"https?://[^\s/]+", re.IGNORECASE)


class RowError(Exception):
    """A row that cannot become an artwork; the text is the reason."""

    def __init__(self, reason: str, rule: str = "unreadable-value") -> None:
        super().__init__(reason)
        self.rule = rule

    def note(self) -> Note:
        """Give rule and reason as the ledger keeps them."""
        return Note(self.rule, str(self))


def text(value: object) -> str | None:
    """Read any value as a text; None where it is blank.

    Raises:
        ValueError: it is an object, or it is not text in UTF-8.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, list | tuple):
        return ", ".join(texts(value)) or None
    if isinstance(value, dict | bytes):
        raise ValueError(f"holds {'an object' if isinstance(value, dict) else 'bytes'}, not a text")
    return _clean(str(value))


def texts(value: object, separator: str | None = None) -> tuple[str, ...]:
    """Read a list, or a text that a separator cuts; blank ones are left out."""
    return tuple(one for one in aligned(value, separator) if one is not None)


def aligned(value: object, separator: str | None = None) -> tuple[str | None, ...]:
    """Read a list, or a text that a separator cuts; blank ones keep their place as None."""
    if value is None:
        return ()
    if isinstance(value, list | tuple):
        return tuple(map(text, value))
    whole = text(value)
    if whole is None:
        return ()
    if separator == JSON_LIST:
        return tuple(map(text, _json_list(whole)))
    return tuple(map(blank_to_none, whole.split(separator))) if separator else (whole,)


def year(value: object) -> int | None:
    """Read a year, negative for BC; None where it is blank.

    Raises:
        ValueError: it is not a year. There is no year 0.
    """
    written = text(value)
    if written is None:
        return None
    if not (match := _YEAR.fullmatch(written)):
        raise ValueError(f"{written[:40]!r} is not a year")
    number = int(match[1])
    if number == 0 or abs(number) > YEAR_LIMIT:
        raise ValueError(f"{number} is not a year")
    return number


def life_years(begin: object, end: object) -> tuple[int | None, int | None]:
    """Read years of birth and death; ones that are none, or reversed, say nothing."""
    born, died = _year_or_none(begin), _year_or_none(end)
    if born is not None and died is not None and born > died:
        return None, None
    return born, died


def is_web_address(address: str) -> bool:
    """Tell whether an address may stand in a link: http or https, nothing that runs."""
    return bool(_WEB.match(address))


def lookup(value: str, patterns: Iterable[tuple[str, str]]) -> str:
    """Translate a value by the first pattern that fits; one that fits none stays as it is."""
    folded = value.casefold()
    return next((found for pattern, found in patterns if fits(pattern, folded)), value)


def fits(pattern: str, folded: str) -> bool:
    """Compare a casefolded value with a casefolded pattern, where `*` stands for anything."""
    return bool(_compiled(pattern).fullmatch(folded))


def last_part(path: str, separator: str) -> str:
    """Give the last part of a path: "dog" of "nature > animals > dog"."""
    return path.rpartition(separator)[2].strip()


def unique(values: Sequence[str]) -> tuple[str, ...]:
    """Keep the first of each value, in their order."""
    return tuple(dict.fromkeys(values))


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, pattern.split("*"))), re.DOTALL)


def _json_list(whole: str) -> list[object]:
    try:
        found = json.loads(whole)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"is not a JSON array: {error}") from error
    return found if isinstance(found, list) else [] if found is None else [found]


def _year_or_none(value: object) -> int | None:
    try:
        return year(value)
    except ValueError:
        return None


def _number(value: float) -> str | None:
    """Write a number; whole ones without ".0", since tables turn ids and years into floats."""
    if math.isnan(value):
        return None
    return str(int(value)) if value.is_integer() else str(value)


def _clean(value: str) -> str | None:
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise ValueError("is not text in UTF-8; save the file as UTF-8") from error
    if "\r" in value:
        value = value.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in value:  # which PostgreSQL refuses
        value = value.replace("\0", "")
    return value.strip() or None
