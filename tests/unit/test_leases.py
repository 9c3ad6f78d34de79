"""Rules of leases: one holder at a time, nothing lost, nothing finished by who was away."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from core.errors import LeaseLostError
from core.leases import (
    HeldWork,
    Lease,
    LeaseRules,
    LeaseState,
    failed,
    finished,
    given_back,
    is_free,
    renewed,
    reopened,
    taken,
)
from tests.clocks import NOON

RULES = LeaseRules(lasts_s=10, attempts=3)


def after(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def held_by(lease: Lease) -> HeldWork:
    return HeldWork(1, lease.token, lease.holder or "")


def test_a_lease_that_nobody_renews_is_free_after_its_seconds() -> None:
    lease = taken(Lease(), "ann", NOON, RULES)

    assert [is_free(lease, NOON + after(s)) for s in (0, 9.9, 10)] == [False, False, True]


def test_a_renewed_lease_lasts_from_its_renewal() -> None:
    lease = taken(Lease(), "ann", NOON, RULES)

    again = renewed(lease, held_by(lease), NOON + after(8), RULES)

    assert [is_free(again, NOON + after(s)) for s in (10, 17.9, 18)] == [False, False, True]


def test_who_comes_back_after_another_took_over_can_do_nothing() -> None:
    first = taken(Lease(), "ann", NOON, RULES)
    second = taken(first, "bob", NOON + after(10), RULES)

    with pytest.raises(LeaseLostError):
        finished(second, held_by(first), NOON)
    with pytest.raises(LeaseLostError):
        renewed(second, held_by(first), NOON, RULES)
    with pytest.raises(LeaseLostError):
        given_back(second, held_by(first))
    with pytest.raises(LeaseLostError):
        failed(second, held_by(first), "late", RULES)


def test_who_comes_back_before_anyone_took_over_may_finish() -> None:
    lease = taken(Lease(), "ann", NOON, RULES)

    done = finished(lease, held_by(lease), NOON + after(60))

    assert (done.state, done.holder) == (LeaseState.DONE, None)


def test_the_third_failure_sets_an_item_aside_with_its_error() -> None:
    lease = Lease()
    for _ in range(3):
        lease = taken(lease, "ann", NOON, RULES)
        lease = failed(lease, held_by(lease), "no such thing", RULES)

    assert (lease.state, lease.error) == (LeaseState.FAILED, "no such thing")
    assert not is_free(lease, NOON + after(1000))


def test_an_item_that_ended_three_workers_is_set_aside_at_the_fourth_taking() -> None:
    lease = Lease()
    for minute in range(3):
        lease = taken(lease, "ann", NOON + after(60 * minute), RULES)

    aside = taken(lease, "bob", NOON + after(600), RULES)

    assert (aside.state, aside.holder) == (LeaseState.FAILED, None)
    assert aside.error == "3 workers took it, and none was heard of again"


def test_what_is_given_back_was_no_attempt() -> None:
    lease = taken(Lease(), "ann", NOON, RULES)

    back = given_back(lease, held_by(lease))

    assert (back.state, back.attempts, back.token) == (LeaseState.WAITING, 0, 1)


def test_an_item_that_is_done_again_goes_on_with_its_tokens() -> None:
    lease = taken(Lease(), "ann", NOON, RULES)

    again = reopened(finished(lease, held_by(lease), NOON))

    assert again == replace(Lease(), token=1)


class Workers(RuleBasedStateMachine):
    """Three workers and one item, over a clock that only the rules move."""

    workers = st.sampled_from(["ann", "bob", "cem"])

    def __init__(self) -> None:
        super().__init__()
        self.lease = Lease()
        self.now = NOON
        self.believe: dict[str, HeldWork] = {}  # what each worker thinks it holds
        self.last_heard: dict[str, float] = {}
        self.finishes = 0
        self.tokens: list[int] = []

    @rule(seconds=st.floats(0, 25))
    def time_passes(self, seconds: float) -> None:
        self.now += after(seconds)

    @rule(worker=workers)
    def take(self, worker: str) -> None:
        if not is_free(self.lease, self.now):
            with pytest.raises(LeaseLostError):
                taken(self.lease, worker, self.now, RULES)
            return
        self.lease = taken(self.lease, worker, self.now, RULES)
        if self.lease.state is LeaseState.HELD:
            self.believe[worker] = held_by(self.lease)
            self.tokens.append(self.lease.token)

    @rule(worker=workers)
    def renew(self, worker: str) -> None:
        self._try(worker, lambda held: renewed(self.lease, held, self.now, RULES))

    @rule(worker=workers)
    def give_back(self, worker: str) -> None:
        self._try(worker, lambda held: given_back(self.lease, held), ends=True)

    @rule(worker=workers)
    def fail(self, worker: str) -> None:
        self._try(worker, lambda held: failed(self.lease, held, "it broke", RULES), ends=True)

    @rule(worker=workers)
    def finish(self, worker: str) -> None:
        if self._try(worker, lambda held: finished(self.lease, held, self.now), ends=True):
            self.finishes += 1

    @rule(worker=workers)
    def killed(self, worker: str) -> None:
        self.believe.pop(worker, None)

    def _try(self, worker: str, act: object, *, ends: bool = False) -> bool:
        assert callable(act)
        held = self.believe.get(worker)
        if held is None:
            return False
        is_own = self.lease.state is LeaseState.HELD and self.lease.token == held.token
        if not is_own:
            with pytest.raises(LeaseLostError):
                act(held)
            del self.believe[worker]
            return False
        self.lease = act(held)
        if ends:
            del self.believe[worker]
        return True

    @invariant()
    def it_is_finished_once_at_most(self) -> None:
        assert self.finishes == (self.lease.state is LeaseState.DONE)

    @invariant()
    def no_two_takings_share_a_token(self) -> None:
        assert self.tokens == sorted(set(self.tokens))

    @invariant()
    def one_worker_at_most_may_finish_it(self) -> None:
        able = [h for h in self.believe.values() if h.token == self.lease.token]
        assert len(able) <= 1

    @invariant()
    def it_is_tried_so_often_at_most(self) -> None:
        assert 0 <= self.lease.attempts <= RULES.attempts

    @invariant()
    def it_is_held_or_free_or_at_its_end(self) -> None:
        is_over = self.lease.state in (LeaseState.DONE, LeaseState.FAILED)
        later = self.now + after(RULES.lasts_s)
        assert is_over != is_free(self.lease, later)


TestWorkers = Workers.TestCase
