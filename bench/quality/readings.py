"""Whether queries are read as they should be: hand-written cases over the Tate's collection."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.quality.configs import WHOLE
from bench.quality.context import Context
from bench.quality.homes import Home
from bench.quality.judged import Part
from bench.quality.places import CASES, content_key
from bench.quality.results import ALL, INDEXED, Figures, Place
from bench.quality.scoring import mean
from core.errors import InputError
from core.queries import Query
from core.text import fold
from core.understanding import Understand, Understanding

SET, RIGHT = "readings", "read right"
# The first were there while the reading was written; the others nobody tuned it with.
FILES = {
    Part.TUNED: CASES / "understanding.jsonl",
    Part.ASIDE: CASES / "understanding_aside.jsonl",
}
WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Case:
    """A query with how it has to be read."""

    query: str
    applied: Mapping[str, tuple[str, ...]]  # labels of all readings that become filters, by kind
    text: str | None  # what is left for the encoder
    away: tuple[str, ...] = ()  # what the hits should be far from


def load_cases(path: Path) -> list[Case]:
    """Read cases, one JSON object on each line. Raises InputError."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_parse(line, number) for number, line in enumerate(lines, 1) if line.strip()]


def _parse(line: str, number: int) -> Case:
    try:
        row: dict[str, Any] = json.loads(line)
        applied = {kind: tuple(sorted(labels)) for kind, labels in row["applied"].items()}
        return Case(row["query"], applied, row["text"], tuple(row["away"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError("cases", f"line {number}: {error!r}") from error


def is_right(case: Case, found: Understanding) -> bool:
    """Tell whether just the expected readings became filters, and the expected text is left."""
    return (
        applied_labels(found) == dict(case.applied)
        and fold(found.text or "") == fold(case.text or "")
        and sorted(map(fold, found.away)) == sorted(map(fold, case.away))
    )


def applied_labels(found: Understanding) -> dict[str, tuple[str, ...]]:
    """List the labels of the readings that became filters, by kind."""
    labels: dict[str, list[str]] = {}
    for reading in (reading for span in found.spans for reading in span.readings):
        if reading.is_applied and reading.where is not None:
            labels.setdefault(reading.kind.value, []).append(reading.label)
    return {kind: tuple(sorted(some)) for kind, some in labels.items()}


def measure(context: Context, home: Home) -> None:
    """Read every case through the engine, and keep the share that is right."""
    for part, path in FILES.items():
        cases = load_cases(path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        key = content_key((home.key, digest))
        place = Place(SET, part, INDEXED, ALL, WHOLE, RIGHT)
        if context.is_done(place, key):
            continue
        found = [_read(home, case) for case in cases]
        right = [
            one is not None and is_right(case, one) for case, one in zip(cases, found, strict=True)
        ]
        share = mean([float(one) for one in right])
        wrong = [case.query for case, one in zip(cases, right, strict=True) if not one]
        about = {
            "key": key,
            "judgements": path.name,
            "judgements_sha256": digest,
            WRONG: "; ".join(wrong),
        }
        context.keep(place, Figures(share.value, share.low, share.high, share.queries), about)


def _read(home: Home, case: Case) -> Understanding | None:
    query = Query(text=case.query, limit=1, understand=Understand.APPLY)
    return home.services.engine.search(query).understanding
