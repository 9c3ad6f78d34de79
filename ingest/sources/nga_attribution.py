"""Who the National Gallery of Art says made a work: roles, and attributions in words."""

import re
from collections.abc import Callable

from core.types import DEFAULT_ROLE

_OF = (
    "assistant|associate|circle|copy|copyist|follower|imitator|manner|pupil|school|studio|style"
    "|workshop"
)
_QUALIFIER = (
    rf"(?:(?:formerly |possibly |probably |chiefly )*(?:\w+ or )?"
    rf"(?:(?:{_OF}) of|(?:copy )?after|attributed to)|possibly|probably)"
)
_LEADING = re.compile(rf"(?P<role>{_QUALIFIER})\s+(?P<name>\S.*)", re.IGNORECASE)
_ALONE = re.compile(rf"\W*(?P<role>{_QUALIFIER})\W*", re.IGNORECASE)
_AND_WORKSHOP = re.compile(
    r"(?P<name>.+?),?\s+\(?(?P<role>and (?:workshop|studio|assistants?))\b\??\)?", re.IGNORECASE
)
_WORKSHOP = re.compile(r"(?P<name>.+) workshop", re.IGNORECASE)
_WORD = re.compile(r"\w")
_JUST_BEFORE = re.compile(rf"\b(?P<role>{_QUALIFIER})\s+$", re.IGNORECASE)
_JUST_AFTER = re.compile(r"\s+\(?(?P<role>and (?:workshop|studio|assistants?))\b", re.IGNORECASE)
_AFTER = re.compile(r"(?P<name>.+?), after (?P<model>.+)")
# A name begins with a capital: "(possibly from Constantinople)" names nobody.
_HELD_POSSIBLE = re.compile(
    r"\s*\((?:and )?(?P<role>(?i:possibly|probably)) (?P<name>[^\Wa-z_].*?)\)"
)
# Those who are listed with the artists, but did not make the work.
_OTHERS = frozenset(
    {"author", "dedicatee", "editor", "patron", "printer", "publisher", "related artist"}
)


def role_of(*, role: str | None, prefix: str | None, suffix: str | None) -> str:
    """Name the role of a constituent whose role type is "artist".

    A painter or an etcher is the artist; whom the work is after, or whose workshop made it, is not.
    """
    for said in (prefix, suffix):
        if said and (match := _ALONE.fullmatch(said)):
            return match["role"].lower()
        if said and (match := _AND_WORKSHOP.fullmatch(f"x {said}")):
            return match["role"].lower()
    own = (role or "").strip().lower()
    if own == "after" or own.endswith(" after"):
        return "after"
    return own if own in _OTHERS else DEFAULT_ROLE


def role_in_attribution(attribution: str, name: str) -> str:
    """Name the role in which an attribution such as "Follower of Titian" names an artist."""
    before, found, after = attribution.partition(name)
    if not found or _WORD.match(after):
        return DEFAULT_ROLE
    match = _JUST_BEFORE.search(before) or _JUST_AFTER.match(after)
    return match["role"].lower() if match else DEFAULT_ROLE


def parse_attribution(attribution: str, is_known: Callable[[str], bool]) -> list[tuple[str, str]]:
    """Read an attribution in words as roles and names, where no constituent is linked."""
    if is_known(attribution):
        return [(DEFAULT_ROLE, attribution)]
    possible = [(m["role"].lower(), m["name"]) for m in _HELD_POSSIBLE.finditer(attribution)]
    rest = _HELD_POSSIBLE.sub("", attribution).strip()
    if match := _AFTER.fullmatch(rest):
        return [*_named(match["name"], is_known), ("after", match["model"]), *possible]
    return [*_named(rest, is_known), *possible]


def _named(text: str, is_known: Callable[[str], bool]) -> list[tuple[str, str]]:
    if is_known(text):
        return [(DEFAULT_ROLE, text)]
    for pattern, role in ((_LEADING, None), (_AND_WORKSHOP, None), (_WORKSHOP, "workshop of")):
        if match := pattern.fullmatch(text):
            said = role or match["role"].lower()
            return [(said, name) for name in _several(match["name"], is_known)]
    return [(DEFAULT_ROLE, name) for name in _several(text, is_known)]


def _several(text: str, is_known: Callable[[str], bool]) -> list[str]:
    """Part "Giovanni Bellini and Titian", but only into names that are known."""
    names = text.split(" and ")
    return names if all(map(is_known, names)) else [text]
