"""What a server's robots.txt lets us fetch, by RFC 9309.

The parser of the standard library takes the first rule that fits, not the longest, and reads the
wildcards that museums use as letters.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

PRODUCT = "vasari"  # our name in robots.txt
MOST_BYTES = 512_000  # RFC 9309 asks for at least 500 KiB; what comes after is not read
_LINE = re.compile(r"^\s*([A-Za-z-]+)\s*:\s*(.*?)\s*(?:#.*)?$")
_LONGEST_DELAY_S = 60.0  # more is taken for a mistake, or for a wish that `Disallow` says better


@dataclass(frozen=True, slots=True)
class RobotRules:
    """The rules that hold for us on one host."""

    rules: tuple[tuple[str, bool], ...] = ()  # pattern, and whether it allows
    delay_s: float = 0.0  # between two requests

    def allows(self, url: str) -> bool:
        """Tell whether an address may be asked for: the longest rule that fits decides."""
        parts = urlsplit(url)
        path = _canonical(parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        fitting = [(len(p), allows) for p, allows in self.rules if _fits(p, path)]
        return max(fitting)[1] if fitting else True  # of equal lengths, True is the greater


ALL_ALLOWED = RobotRules()


@dataclass(slots=True)
class _Group:
    agents: list[str] = field(default_factory=list)
    rules: list[tuple[str, bool]] = field(default_factory=list)
    delay_s: float = 0.0
    is_open: bool = True  # whether further agents belong to it


def parse_robots(text: str) -> RobotRules:
    """Read the rules for us: the groups that name us, or else those for everyone."""
    groups = _groups(text)
    ours = [g for g in groups if PRODUCT in g.agents] or [g for g in groups if "*" in g.agents]
    rules = tuple(rule for group in ours for rule in group.rules)
    return RobotRules(rules, max((group.delay_s for group in ours), default=0.0))


def _groups(text: str) -> list[_Group]:
    groups: list[_Group] = []
    for line in text.removeprefix("\ufeff").splitlines():
        if not (match := _LINE.match(line)):
            continue
        name, value = match[1].lower(), match[2]
        if name == "user-agent":
            if not groups or not groups[-1].is_open:
                groups.append(_Group())
            groups[-1].agents.append(re.split(r"[/\s]", value.lower(), maxsplit=1)[0])
        elif groups and name in ("allow", "disallow", "crawl-delay"):
            _take(groups[-1], name, value)
    return groups


def _take(group: _Group, name: str, value: str) -> None:
    group.is_open = False
    if name == "crawl-delay":
        group.delay_s = _seconds(value)
    elif value:
        group.rules.append((_canonical(value), name == "allow"))


def _seconds(value: str) -> float:
    try:
        return min(max(float(value), 0.0), _LONGEST_DELAY_S)
    except ValueError:
        return 0.0


def _canonical(path: str) -> str:
    """Write a path with just the escapes that it needs, so that equal paths are equal texts."""
    return quote(unquote(path), safe="/*$!'(),:;=@&+~?")


def _fits(pattern: str, path: str) -> bool:
    ends, pattern = pattern.endswith("$"), pattern.removesuffix("$")
    first, *rest = pattern.split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for i, piece in enumerate(rest):  # leftmost each: no pattern takes more than linear time
        is_last = i == len(rest) - 1
        found = path.rfind(piece) if ends and is_last else path.find(piece, at)
        if found < at:
            return False
        at = found + len(piece)
    return not ends or at == len(path)
