"""A table as its readers give it: rows by column name, and rows that cannot be read."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

Row: TypeAlias = Mapping[str, object]
"""Values of one row, by column."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that cannot be read, with the reason."""

    reason: str
    raw: str | None = field(default=None, compare=False)  # the record as it stood


class Table(Protocol):
    """A file of rows in one format."""

    @property
    def columns_vary(self) -> bool:
        """Tell whether each row has columns of its own, and may leave out what is blank."""

    def columns(self, wanted: Collection[str]) -> list[str]:
        """Name its columns; where each row has its own, until all the wanted ones are seen."""

    def count(self) -> int | None:
        """Count its rows, about, where that is cheap."""

    def rows(self, wanted: Collection[str]) -> Iterator[Row | Unreadable]:
        """Read its rows in their order, at least the wanted columns of each."""


def flat(value: Mapping[str, object]) -> dict[str, object]:
    """Name what stands inside objects by its path too: {"title": {"en": …}} has "title.en"."""
    found = dict(value)
    for name, inner in value.items():
        if isinstance(inner, Mapping):
            for path, one in flat(inner).items():
                found.setdefault(f"{name}.{path}", one)
    return found
