"""What every part of a run works with."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from bench.ann.bars import Bars, notes, progress_bars
from bench.quality.homes import Collection, Home, open_home
from bench.quality.options import Options
from bench.quality.results import BOTH, SKIPPED, Figures, Place, done_keys, record
from bench.record import Figure, Recorder, Row


@dataclass(frozen=True)
class Context:
    """A run that is under way."""

    options: Options
    recorder: Recorder
    before: tuple[Row, ...]  # rows of this run that an earlier start measured
    bars: Callable[[str], AbstractContextManager[Bars]] = progress_bars
    _homes: dict[str, Home] = field(default_factory=dict)

    def home(self, collection: Collection) -> Home:
        """Open a home, once in a run."""
        name = collection.folder
        if name not in self._homes:
            with self.bars(name) as bars:
                self._homes[name] = open_home(collection, self.options.homes, bars)
        return self._homes[name]

    def is_done(self, place: Place, key: str) -> bool:
        """Tell whether this run has measured something already, with the same code and data."""
        return (place.set, place.subjects, place.config, key) in done_keys(self.before)

    def keep(self, place: Place, figures: Figures, about: Mapping[str, Figure]) -> None:
        """Keep one figure."""
        record(self.recorder, place, figures, about)

    def skip(self, set_name: str, subjects: str, reason: str) -> None:
        """Say why something was not measured, on the screen and in the rows."""
        notes.print(f"{set_name}: skipped: {reason}", style="yellow", markup=False)
        place = Place(set_name, BOTH, subjects, SKIPPED, "", SKIPPED)
        self.keep(place, Figures(0.0, None, None, 0), {"reason": reason})
