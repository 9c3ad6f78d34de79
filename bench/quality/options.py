"""What a run of the suite is asked for."""

from dataclasses import dataclass
from pathlib import Path

from bench.quality.places import CACHE, ROWS
from bench.quality.sets import DATA


@dataclass(frozen=True, slots=True)
class Options:
    """What is measured."""

    parts: tuple[str, ...] = ()  # names of `bench/quality/parts.py`; all if none is named
    quick: bool = False  # the bundled sample alone
    fresh: bool = False
    data: Path = DATA  # where the collections are
    cache: Path = CACHE  # where homes and runs are kept
    nga: Path | None = None  # a full dump, for its known items
    queries: Path | None = None  # somebody's own judged queries …
    home: Path | None = None  # … asked of this installation, or else of VASARI_HOME

    @property
    def homes(self) -> Path:
        """Folder of the homes."""
        return self.cache / "homes"

    @property
    def runs(self) -> Path:
        """Folder of the runs."""
        return self.cache / "runs"

    @property
    def results(self) -> Path:
        """File of the rows: a quick run and people's own queries never stand beside a whole run."""
        return self.cache / "trial" / ROWS.name if self.quick or self.queries else ROWS
