"""The file `history.json`: what was live from when to when, and how kept snapshots were checked.

It is told by the pointer, which alone says what is live: what a kill kept from being noted is
noted by the next who looks.
"""

import json
import logging
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.errors import DamagedError
from core.snapshots import Check, Checked, LivePeriod
from core.types import Json
from index.files.disk import replace_file
from index.snapshots.pointer import CURRENT, read_pointer

HISTORY = "history.json"
MOST = 1_000  # periods that are remembered
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class History:
    """What was live, oldest first, and how snapshots were checked."""

    periods: tuple[LivePeriod, ...] = ()
    checked: Mapping[str, Checked] = field(default_factory=dict)

    def of(self, snapshot: str) -> tuple[LivePeriod, ...]:
        """List the times that a snapshot was live, newest first."""
        return tuple(p for p in reversed(self.periods) if p.snapshot == snapshot)

    def pinned_until(self, snapshot: str, minutes: float) -> datetime | None:
        """Tell how long a snapshot may be needed that is not live any more."""
        ends = [p.end for p in self.of(snapshot) if p.end is not None]
        return max(ends) + timedelta(minutes=minutes) if ends else None


def with_live(history: History, live: str, since: datetime) -> History:
    """Let a snapshot be the live one from a moment on, unless it is already."""
    *earlier, last = history.periods or (None,)
    if last is None:
        return replace(history, periods=(LivePeriod(live, since),))
    if last.end is None and last.snapshot == live:
        return history
    ended = last if last.end else replace(last, end=max(since, last.begin))
    periods = (*(p for p in earlier if p), ended, LivePeriod(live, since))
    return replace(history, periods=periods[-MOST:])


def read_history(store: Path) -> History:
    """Read what was live, as the pointer now has it; a file that is damaged begins anew."""
    history = History()
    try:
        history = _parse(json.loads((store / HISTORY).read_bytes()))
    except FileNotFoundError:
        pass
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        _log.warning("%s cannot be read, and begins anew: %r", store / HISTORY, error)
    with suppress(DamagedError, FileNotFoundError):
        pointer = read_pointer(store)
        if pointer:
            written = (store / CURRENT).stat().st_mtime
            return with_live(history, pointer.live, datetime.fromtimestamp(written, UTC))
    return history


def note_live(store: Path) -> None:
    """Keep what is live now. Needs the store's lock."""
    _write(store, read_history(store))


def note_checks(store: Path, snapshot: str, checked: Checked, *, kept: Collection[str]) -> None:
    """Keep how a snapshot was checked, and forget it of those that are gone. Needs the lock."""
    history = read_history(store)
    known = {id: one for id, one in history.checked.items() if id in kept}
    _write(store, replace(history, checked={**known, snapshot: checked}))


def _write(store: Path, history: History) -> None:
    data = json.dumps(_json(history), indent=0).encode()
    path = store / HISTORY
    with suppress(FileNotFoundError):
        if path.read_bytes() == data:
            return
    replace_file(path, data)


def _json(history: History) -> Json:
    return {
        "periods": [
            {"snapshot": p.snapshot, "begin": p.begin.isoformat(), "end": _iso(p.end)}
            for p in history.periods
        ],
        "checked": {
            id: {"at": one.at.isoformat(), "checks": [asdict(check) for check in one.checks]}
            for id, one in history.checked.items()
        },
    }


def _parse(data: Json) -> History:
    periods = tuple(
        LivePeriod(
            str(p["snapshot"]),
            datetime.fromisoformat(p["begin"]),
            datetime.fromisoformat(p["end"]) if p["end"] else None,
        )
        for p in data["periods"]
    )
    checked = {
        str(id): Checked(
            datetime.fromisoformat(one["at"]), tuple(Check(**check) for check in one["checks"])
        )
        for id, one in data["checked"].items()
    }
    return History(periods, checked)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
