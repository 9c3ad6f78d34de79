"""What the legs of a search gave as bytes, and back, to the bit."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from core.queries import (
    Candidates,
    InputKind,
    Leg,
    Plan,
    PlanInput,
    Recall,
    RecallKind,
    Strategy,
)
from core.reports import StageReport
from core.types import Json, Matrix
from search.leg_context import LegResult

# In the order of their fields; `asdict` would copy all that is in them, which takes a millisecond.
_report_row = attrgetter(*(field.name for field in fields(StageReport)))
_PLAN_FIELDS = tuple(field.name for field in fields(Plan))
_HEAD = 4  # bytes that say how long the JSON is, little-endian; numbers and scores come after it


@dataclass(frozen=True, slots=True)
class KeptLegs:
    """What the legs of a search gave, and what was reported of them."""

    legs: list[LegResult]
    ahead: Sequence[StageReport]  # of what was done before the search had a place
    inside: Sequence[StageReport]
    encoded: Mapping[str, Matrix]  # texts in the catalogue space, each (1, dim)


def dump_legs(kept: KeptLegs) -> bytes:
    """Write the legs: JSON, then the numbers and scores of each, then the vectors."""
    head = {
        "legs": [_leg_json(leg) for leg in kept.legs],
        "ahead": [_report_row(report) for report in kept.ahead],
        "inside": [_report_row(report) for report in kept.inside],
        "encoded": [(text, vector.shape[1]) for text, vector in kept.encoded.items()],
    }
    text = json.dumps(head, separators=(",", ":")).encode()
    found = (one for leg in kept.legs for one in (leg.candidates.numbers, leg.candidates.scores))
    arrays = (one.astype(one.dtype.newbyteorder("<")).tobytes() for one in found)
    vectors = (vector.astype("<f4").tobytes() for vector in kept.encoded.values())
    return b"".join((len(text).to_bytes(_HEAD, "little"), text, *arrays, *vectors))


def parse_legs(value: bytes) -> KeptLegs:
    """Read what `dump_legs` wrote."""
    begin = _HEAD + int.from_bytes(value[:_HEAD], "little")
    head = json.loads(value[_HEAD:begin])
    values = _Values(value, begin)
    return KeptLegs(
        [_parse_leg(leg, values) for leg in head["legs"]],
        [StageReport(*report) for report in head["ahead"]],
        [StageReport(*report) for report in head["inside"]],
        {text: values.scores(dim)[None] for text, dim in head["encoded"]},
    )


class _Values:
    """Reads the values behind the JSON, one list after the other."""

    def __init__(self, value: bytes, begin: int) -> None:
        self._value = value
        self._at = begin

    def numbers(self, count: int) -> NDArray[np.int32]:
        return np.frombuffer(self._value, "<i4", count, self._step(count)).astype(np.int32)

    def scores(self, count: int) -> NDArray[np.float32]:
        return np.frombuffer(self._value, "<f4", count, self._step(count)).astype(np.float32)

    def _step(self, count: int) -> int:
        begin, self._at = self._at, self._at + 4 * count
        return begin


def _leg_json(leg: LegResult) -> Json:
    plan = {name: getattr(leg.plan, name) for name in _PLAN_FIELDS}
    recall, inputs = leg.plan.recall, leg.plan.inputs
    plan["recall"] = (recall.kind, recall.target, recall.measured)
    plan["estimates_ms"] = dict(leg.plan.estimates_ms)
    plan["inputs"] = [(input.kind, input.value, input.weight) for input in inputs]
    return {"name": leg.name, "leg": leg.leg, "plan": plan, "count": len(leg.candidates.numbers)}


def _parse_leg(leg: Json, values: _Values) -> LegResult:
    candidates = Candidates(values.numbers(leg["count"]), values.scores(leg["count"]))
    return LegResult(leg["name"], Leg(leg["leg"]), candidates, _parse_plan(leg["plan"]))


def _parse_plan(plan: Json) -> Plan:
    kind, target, measured = plan["recall"]
    inputs = plan["inputs"]
    typed = {
        "strategy": Strategy(plan["strategy"]),
        "recall": Recall(RecallKind(kind), target, measured),
        "inputs": tuple(
            PlanInput(InputKind(kind), value, weight) for kind, value, weight in inputs
        ),
    }
    return Plan(**{**plan, **typed})
