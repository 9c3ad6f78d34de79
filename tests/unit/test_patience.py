import pytest

from core.errors import ModelServerError, ModelUnavailableError
from search.patience import patiently


class Model:
    """Is away for some calls."""

    def __init__(self, *faults: Exception) -> None:
        self.faults = list(faults)
        self.calls = 0

    def encode(self) -> str:
        self.calls += 1
        if self.faults:
            raise self.faults.pop(0)
        return "done"


def test_what_is_there_is_not_waited_for() -> None:
    slept: list[float] = []

    assert patiently(Model().encode, lambda: None, sleep=slept.append) == "done"

    assert slept == []


def test_a_model_that_comes_back_is_waited_for_a_second_at_a_time() -> None:
    slept: list[float] = []
    ticks: list[str] = []
    model = Model(ModelUnavailableError("a"), ModelUnavailableError("b"))

    made = patiently(
        model.encode, lambda: ticks.append("tick"), pauses_s=(2, 3), sleep=slept.append
    )

    assert made == "done"
    assert (len(slept), len(ticks)) == (5, 5)


def test_after_the_last_pause_the_error_is_raised() -> None:
    model = Model(*(ModelUnavailableError(str(n)) for n in range(5)))

    with pytest.raises(ModelUnavailableError, match="2"):
        patiently(model.encode, lambda: None, pauses_s=(1, 1), sleep=lambda _: None)


def test_what_waiting_does_not_mend_is_raised_at_once() -> None:
    model = Model(ModelServerError("another model"))

    with pytest.raises(ModelServerError):
        patiently(model.encode, lambda: None)

    assert model.calls == 1


def test_a_wait_ends_when_the_service_stops() -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        patiently(Model(ModelUnavailableError("a")).encode, stop, sleep=lambda _: None)
