"""The advice on reranking follows from the interval alone."""

import pytest

from bench.quality.rerank import Asked, advise, compare
from bench.quality.scoring import Mean


@pytest.mark.parametrize(
    ("gain", "is_recommended", "said"),
    [
        (Mean(0.05, 0.01, 0.09, 40), True, "Switch it on: it makes answers better"),
        (Mean(0.02, -0.01, 0.05, 40), False, "no gain"),
        (Mean(0.0, 0.0, 0.0, 40), False, "no gain"),
        (Mean(-0.05, -0.09, -0.01, 40), False, "makes answers worse"),
        (Mean(0.3, 0.2, 0.4, 5), False, "5 queries are too few"),
    ],
)
def test_it_is_recommended_only_where_the_whole_interval_is_a_gain(
    gain: Mean, is_recommended: bool, said: str
) -> None:
    recommended, advice = advise(gain, p95_ms=420.4)

    assert recommended is is_recommended
    assert said in advice
    assert f"{gain.value:+.3f}" in advice


def test_a_comparison_pairs_the_queries() -> None:
    asked = [
        Asked(f"Q{n}", without=n / 40, reranked=n / 40 + 0.1, without_ms=5.0,
              reranked_ms=105.0 + n, pairs=30, of=80)
        for n in range(21)
    ]  # fmt: skip

    found = compare(asked)

    assert found.gain.value == pytest.approx(0.1)
    assert found.gain.low == pytest.approx(0.1)  # each query gains as much, however good it was
    assert found.without.value == pytest.approx(0.25)
    assert (found.added_p50_ms, found.pairs, found.of) == (110.0, 30.0, 80.0)
    assert found.is_recommended
