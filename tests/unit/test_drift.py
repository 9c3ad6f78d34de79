"""Drift: when the rows have moved too far from those that trained the index."""

import dataclasses

import pytest

from index.vectors.cell_builder import Filled
from index.vectors.drift import Drift, drift_after_training, drift_since

STEADY = Drift(
    vectors=1_500,
    vectors_trained=1_000,
    imbalance=1.4,
    imbalance_trained=1.2,
    recall=0.95,
    recall_trained=0.96,
)


def test_an_index_that_was_just_trained_has_not_drifted() -> None:
    drift = drift_after_training(Filled(1.7, 0.5), 0.9, 1_000)

    assert (drift.vectors_trained, drift.imbalance_trained, drift.recall_trained) == (
        1_000, 1.7, 0.9,
    )  # fmt: skip
    assert drift.retrain is None


def test_a_little_drift_is_borne() -> None:
    assert STEADY.retrain is None


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (dataclasses.replace(STEADY, vectors=2_001), "2001 vectors, trained on 1000"),
        (dataclasses.replace(STEADY, vectors=499), "499 vectors, trained on 1000"),
        (dataclasses.replace(STEADY, imbalance=1.81), "imbalance 1.81, 1.20 when trained"),
        (dataclasses.replace(STEADY, recall=0.909), "sampled recall 0.909, 0.960 when trained"),
    ],
)
def test_past_a_limit_the_next_build_trains_anew_and_says_why(changed: Drift, reason: str) -> None:
    assert changed.retrain == reason


def test_the_state_when_trained_is_handed_on_from_build_to_build() -> None:
    second = drift_since(STEADY.to_json(), Filled(1.3, 0.4), 0.955, vectors=1_600)

    assert second == Drift(1_600, 1_000, 1.3, 1.2, 0.955, 0.96)
    assert second.to_json()["retrain"] is None
