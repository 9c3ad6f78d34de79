import pytest

from core.breaker import Breaker, BreakerOptions, Breakers, BreakerState
from core.errors import InputError, ModelUnavailableError
from tests.clocks import Clock

OPTIONS = BreakerOptions(failures=2, rest_s=10, longest_rest_s=30)


def breaker_at(clock: Clock) -> Breaker:
    return Breaker("a model", OPTIONS, clock=clock)


def fail(breaker: Breaker) -> None:
    with pytest.raises(ModelUnavailableError, match="is down"), breaker.guard():
        raise ModelUnavailableError("it is down")


def succeed(breaker: Breaker) -> None:
    with breaker.guard():
        pass


def refused(breaker: Breaker) -> bool:
    before = breaker.report().refused
    with pytest.raises(ModelUnavailableError), breaker.guard():
        raise ModelUnavailableError
    return breaker.report().refused > before


def test_a_success_between_failures_keeps_it_closed() -> None:
    breaker = breaker_at(Clock())

    for call in (fail, succeed, fail):
        call(breaker)

    assert breaker.report().state is BreakerState.CLOSED


def test_failures_in_a_row_open_it_and_calls_are_refused_with_the_reason() -> None:
    breaker = breaker_at(Clock())
    fail(breaker)
    fail(breaker)

    with pytest.raises(ModelUnavailableError, match=r"a model is left in peace: it is down"):
        succeed(breaker)

    report = breaker.report()
    assert (report.state, report.opened, report.failed, report.refused) == ("open", 1, 2, 1)


def test_after_its_rest_one_trial_is_let_through_at_a_time() -> None:
    clock = Clock()
    breaker = breaker_at(clock)
    fail(breaker)
    fail(breaker)
    clock.now += 10

    with breaker.guard():
        assert breaker.report().state is BreakerState.HALF_OPEN
        assert refused(breaker)

    assert breaker.report().state is BreakerState.CLOSED
    assert breaker.report().reason is None


def test_each_trial_that_fails_doubles_the_rest_up_to_the_longest() -> None:
    clock = Clock()
    breaker = breaker_at(clock)
    fail(breaker)
    fail(breaker)
    rests = []

    for _ in range(3):
        began = clock.now
        while breaker.report().state is BreakerState.OPEN:
            clock.now += 1
        rests.append(clock.now - began)
        fail(breaker)

    assert rests == [10, 20, 30]


def test_after_a_success_the_first_rest_is_short_again() -> None:
    clock = Clock()
    breaker = breaker_at(clock)
    fail(breaker)
    fail(breaker)
    clock.now += 10
    fail(breaker)
    clock.now += 20
    succeed(breaker)
    fail(breaker)
    fail(breaker)

    clock.now += 10

    assert breaker.report().state is BreakerState.HALF_OPEN


def test_a_trial_that_never_ends_does_not_keep_it_open() -> None:
    clock = Clock()
    breaker = breaker_at(clock)
    fail(breaker)
    fail(breaker)
    clock.now += 10
    lost = breaker.guard()
    lost.__enter__()

    clock.now += 10
    succeed(breaker)

    assert breaker.report().state is BreakerState.CLOSED


def test_an_error_of_the_caller_says_nothing_of_the_model() -> None:
    clock = Clock()
    breaker = breaker_at(clock)
    fail(breaker)
    fail(breaker)
    clock.now += 10

    with pytest.raises(InputError), breaker.guard():
        raise InputError("text", "is too long")

    assert breaker.report().failed == 2
    succeed(breaker)
    assert breaker.report().state is BreakerState.CLOSED


def test_a_failure_from_before_it_opened_does_not_lengthen_the_rest() -> None:
    clock = Clock()
    breaker = breaker_at(clock)
    late = breaker.guard()
    late.__enter__()
    fail(breaker)
    fail(breaker)
    clock.now += 9

    late.__exit__(ModelUnavailableError, ModelUnavailableError("late"), None)
    clock.now += 1

    assert breaker.report().state is BreakerState.HALF_OPEN


def test_all_that_name_a_model_share_its_breaker() -> None:
    breakers = Breakers()

    first, other = breakers.get("b"), breakers.get("a")

    assert breakers.get("b") is first
    assert [report.name for report in breakers.reports()] == ["a", "b"]
    assert other is not first
