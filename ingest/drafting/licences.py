"""Licences that a value of a table names, so plainly that a draft may say so."""

from collections.abc import Iterable

from core.types import RightsStatus
from ingest import values

_CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
_MARK = "https://creativecommons.org/publicdomain/mark/1.0/"
_IN_COPYRIGHT = "https://rightsstatements.org/vocab/InC/1.0/"
# In the order in which they are tried: "by-nc" before "by".
LICENCES: tuple[tuple[str, RightsStatus, str], ...] = (
    ("*publicdomain/zero*", RightsStatus.OPEN, _CC0),
    ("cc0*", RightsStatus.OPEN, _CC0),
    ("*publicdomain/mark*", RightsStatus.OPEN, _MARK),
    ("public domain*", RightsStatus.OPEN, _MARK),
    (
        "*licenses/by-nc*",
        RightsStatus.RESTRICTED,
        "https://creativecommons.org/licenses/by-nc/4.0/",
    ),
    (
        "*licenses/by-nd*",
        RightsStatus.RESTRICTED,
        "https://creativecommons.org/licenses/by-nd/4.0/",
    ),
    ("*licenses/by-sa/*", RightsStatus.OPEN, "https://creativecommons.org/licenses/by-sa/4.0/"),
    ("*licenses/by/*", RightsStatus.OPEN, "https://creativecommons.org/licenses/by/4.0/"),
    ("*rightsstatements.org/vocab/inc*", RightsStatus.RESTRICTED, _IN_COPYRIGHT),
    ("in copyright*", RightsStatus.RESTRICTED, _IN_COPYRIGHT),
    ("©*", RightsStatus.RESTRICTED, _IN_COPYRIGHT),
)


def known_licences(said: Iterable[str]) -> list[tuple[str, RightsStatus, str]]:
    """Find the licences that some values name, each once: pattern, status, statement."""
    found = {licence_of(value): None for value in said}
    return [licence for licence in LICENCES if licence in found]


def licence_of(value: str) -> tuple[str, RightsStatus, str] | None:
    """Find the licence that a value names; None where it names none that is known."""
    folded = value.casefold()
    return next((one for one in LICENCES if values.fits(one[0], folded)), None)
