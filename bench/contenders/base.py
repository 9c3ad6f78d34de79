"""What every engine of the bench must do, and how it says what it is."""

import importlib
import importlib.util
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bench.ann.dataset import Dataset, Predicate
from bench.record import Figure
from core.errors import MissingExtraError
from core.progress import Progress

Vector: TypeAlias = NDArray[np.float32]  # (dim,)
Ids: TypeAlias = Sequence[int] | NDArray[np.integer]  # row numbers; -1 where nothing was found

IDS_GIVEN = "not included: row numbers, bitmap or flags are handed over"
INCLUDED = "included: the engine evaluates the predicate"


@dataclass(frozen=True, slots=True)
class Traits:
    """What a contender is, and how it was set."""

    name: str
    module: str  # the engine's
    package: str  # distribution whose version decides its figures
    knob: str  # name of what trades time for recall
    filter_cost: str
    two_threads: str = "two calling threads"
    takes_filters: bool = True
    needs: tuple[str, ...] = ()  # further modules
    extra: str = "bench-ann"  # of pyproject.toml, that brings it
    files_of: str | None = None  # the contender whose files it reads, if it has none of its own
    parameters: dict[str, Figure] = field(default_factory=dict)


class Contender(ABC):
    """One engine over one data set; its files lie in a folder of its own."""

    traits: ClassVar[Traits]

    def __init__(self, data: Dataset, folder: Path) -> None:
        self.data = data
        self.folder = folder

    @classmethod
    def remedy(cls) -> str | None:
        """Say how to install what is missing; None where nothing is."""
        for module in (cls.traits.module, *cls.traits.needs):
            if not importlib.util.find_spec(module):
                return str(MissingExtraError(module, cls.traits.extra))
        return None

    def identity(self) -> dict[str, object]:
        """What decides the files, beside the data set."""
        package = self.traits.package
        return {
            "contender": self.traits.files_of or self.traits.name,
            "parameters": self.parameters(),
            "version": version(package) if self.remedy() is None else None,
        }

    def parameters(self) -> dict[str, Figure]:
        """How it is set for this data set, as the rows of results show it."""
        return dict(self.traits.parameters)

    @abstractmethod
    def build(self, progress: Progress) -> None:
        """Write its files into the folder, with all cores."""

    @abstractmethod
    def open(self, threads: int) -> None:
        """Open the files for searches from so many calling threads."""

    @abstractmethod
    def knobs(self) -> Sequence[float]:
        """List the settings of its knob, fastest first; one where it is always exact."""

    @property
    def usual_knob(self) -> float:
        """A setting in the middle, for what is measured apart from latency."""
        knobs = self.knobs()
        return knobs[len(knobs) // 2]

    @abstractmethod
    def search(self, query: Vector, where: Predicate | None, k: int, *, knob: float) -> Ids:
        """Find the k best rows, as a user of the engine would; inside the clock."""

    def ready(self, where: Predicate | None, knob: float) -> None:  # noqa: B027 - most need none
        """Do before a search what is not part of it; outside the clock."""

    def build_figures(self) -> dict[str, Figure]:
        """Tell more of the build, once it is open."""
        return {}

    def disk_bytes(self) -> int:
        """Bytes that its files take on the disk; holes take none."""
        files = (path.stat() for path in self.folder.rglob("*") if path.is_file())
        return sum(status.st_blocks * 512 for status in files)

    def server_bytes(self) -> int:
        """Memory of processes beside the calling one."""
        return 0

    def import_engine(self) -> None:
        """Import what `open` and `search` need, so that a start can be told from it."""
        importlib.import_module(self.traits.module)

    def close(self) -> None:  # noqa: B027 - most need none
        """Stop what was started."""


def engine(contender: type[Contender], module: str | None = None) -> ModuleType:
    """Import a contender's engine. Raises MissingExtraError."""
    traits = contender.traits
    try:
        return importlib.import_module(module or traits.module)
    except ImportError as error:
        raise MissingExtraError(traits.package, traits.extra) from error
