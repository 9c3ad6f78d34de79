"""What legs gave is the same to the bit after it was kept as bytes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.queries import Candidates, InputKind, Leg, Plan, PlanInput, Recall, RecallKind, Strategy
from core.reports import StageReport
from search.caching.leg_bytes import KeptLegs, dump_legs, parse_legs
from search.leg_context import LegResult

floats = st.floats(-1e6, 1e6)
plans = st.builds(
    Plan,
    leg=st.text(),
    space=st.none() | st.text(),
    strategy=st.sampled_from(Strategy),
    recall=st.builds(Recall, st.sampled_from(RecallKind), st.none() | floats, st.none() | floats),
    rows_matching=st.integers(0, 2**31),
    rows_scored=st.integers(0, 2**31),
    rows_refined=st.none() | st.integers(0, 2**31),
    nprobe=st.none() | st.integers(0, 2**31),
    estimates_ms=st.dictionaries(st.text(), floats),
    weight=floats,
    inputs=st.lists(
        st.builds(PlanInput, st.sampled_from(InputKind), st.none() | st.text(), floats)
    ).map(tuple),
)
candidates = st.integers(0, 5).flatmap(
    lambda size: st.builds(
        Candidates,
        numbers=arrays(np.int32, size),
        scores=arrays(np.float32, size, elements=st.floats(-1, 1, width=32)),
    )
)
results = st.builds(LegResult, st.text(), st.sampled_from(Leg), candidates, plans)
reports = st.builds(
    StageReport, st.text(), floats, st.integers(), st.integers(), skipped=st.none() | st.text()
)


@given(st.lists(results, max_size=3), st.lists(reports, max_size=2), st.text())
def test_legs_survive_their_bytes(
    legs: list[LegResult], told: list[StageReport], text: str
) -> None:
    vector = np.array([[0.1, -0.2, 0.3]], np.float32)

    again = parse_legs(dump_legs(KeptLegs(legs, told, told[:1], {text: vector})))

    assert (again.ahead, again.inside) == (told, told[:1])
    assert np.array_equal(again.encoded[text], vector)
    assert [(leg.name, leg.leg, leg.plan) for leg in again.legs] == [
        (leg.name, leg.leg, leg.plan) for leg in legs
    ]
    for one, other in zip(again.legs, legs, strict=True):
        assert one.candidates.numbers.tolist() == other.candidates.numbers.tolist()
        assert one.candidates.scores.tobytes() == other.candidates.scores.tobytes()
