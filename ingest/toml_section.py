"""A table of a TOML file that knows where it stands, so that its errors can say so."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import SourceError


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the file, read key by key."""

    data: Mapping[str, object]
    at: str
    origin: str

    def error(self, key: str, message: str) -> SourceError:
        """Build an error about a key."""
        return SourceError(f"{self.origin}: {self.at}{key}: {message}")

    def allow(self, *known: str) -> None:
        """Refuse any other key."""
        for key in self.data:
            if key not in known:
                raise self.error(key, f"unknown key; known are {', '.join(sorted(known))}")

    def text(self, key: str) -> str | None:
        """Read a text; None where the key is not there."""
        value = self.data.get(key)
        if value is not None and not isinstance(value, str):
            raise self.error(key, f"must be a text, not {value!r}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Read a text or a list of texts."""
        value = self.data.get(key, [])
        listed = value if isinstance(value, list) else [value]
        if not all(isinstance(one, str) and one for one in listed):
            raise self.error(key, f"must be the name of a column, or a list of names, not {value}")
        return tuple(listed)

    def flag(self, key: str) -> bool:
        """Read true or false; false where the key is not there."""
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            raise self.error(key, f"must be true or false, not {value!r}")
        return value

    def section(self, key: str) -> "Section":
        """Open a table inside; an empty one where the key is not there."""
        value = self.data.get(key, {})
        if not isinstance(value, dict):
            raise self.error(key, "must be a table")
        return Section(value, f"{self.at}{key}.", self.origin)

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """Read a table of texts; its keys are patterns, so they are folded for comparison."""
        inner = self.section(key)
        return tuple((name.casefold(), inner.text(name) or "") for name in inner.data)
