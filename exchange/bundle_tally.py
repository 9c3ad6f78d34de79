"""What is counted while a bundle is written."""

from collections import Counter
from dataclasses import dataclass, field

from core.types import Json, Rights


@dataclass
class Tally:
    """Counts of what went in, of rights, and of what could not be put in."""

    counts: Counter[str] = field(default_factory=Counter)
    data: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    pictures: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    spaces: list[Json] = field(default_factory=list)

    def licences(self) -> Json:
        """List statements of rights with their counts, the commonest first."""
        return {"data": _listed(self.data), "pictures": _listed(self.pictures)}

    def notes(self) -> tuple[str, ...]:
        """Say what could not be put in."""
        return tuple(f"{count:,} {what}" for what, count in self.missing.items() if count)


def licence_of(rights: Rights) -> tuple[str, str | None]:
    """Tell what rights are counted under: status and statement."""
    return rights.status.value, rights.statement


def _listed(counted: Counter[tuple[str, str | None]]) -> list[Json]:
    return [
        {"status": status, "statement": statement, "count": count}
        for (status, statement), count in counted.most_common()
    ]
