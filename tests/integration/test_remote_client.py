"""The HTTP of remote models, against a server that misbehaves."""

import logging
from collections.abc import Iterator
from threading import Thread

import pytest

from core.breaker import Breaker, BreakerOptions, BreakerState
from core.errors import ModelServerError, ModelUnavailableError
from models.remote import client as remote_client
from models.remote.client import Patience, RemoteClient
from tests.clocks import Clock
from tests.model_server import KEY, MODEL, Mischief, ModelServer, serving_models

PATIENT = Patience(total_s=20, tries=4)
HASTY = Patience(total_s=0.2, tries=4)


@pytest.fixture
def models() -> Iterator[ModelServer]:
    with serving_models() as models:
        yield models


class Caller:
    """A client whose pauses are kept instead of slept."""

    def __init__(self, url: str, *, key: str | None = None, failures: int = 3) -> None:
        self.pauses: list[float] = []
        self.clock = Clock()
        options = BreakerOptions(failures=failures, rest_s=10)
        self.breaker = Breaker("the server", options, clock=self.clock)
        self.client = RemoteClient(
            url, self.breaker, api_key=key, jitter=lambda: 1.0, sleep=self.pauses.append
        )

    def ask(self, patience: Patience = PATIENT) -> str:
        body = {"model": MODEL, "input": ["red"], "encoding_format": "float"}
        return str(self.client.ask("embeddings", body, patience)["model"])


@pytest.mark.parametrize("mischief", [Mischief.DOWN, Mischief.BUSY, Mischief.DROPPED, Mischief.CUT])
def test_what_passes_is_tried_again(models: ModelServer, mischief: Mischief) -> None:
    caller = Caller(models.url)
    models.next.extend([mischief, mischief])

    assert caller.ask() == MODEL

    assert caller.pauses == [0.1, 0.2]
    assert caller.breaker.report().failed == 0


def test_the_server_says_when_to_come_again(models: ModelServer) -> None:
    caller = Caller(models.url)
    models.retry_after = "3"
    models.next.append(Mischief.BUSY)

    caller.ask()

    assert caller.pauses == [3.1]


def test_a_pause_longer_than_what_is_left_is_not_begun(models: ModelServer) -> None:
    caller = Caller(models.url)
    models.retry_after, models.always = "30", Mischief.BUSY

    with pytest.raises(ModelUnavailableError, match=r"answers 429 .*tried 1 of 4 times"):
        caller.ask()

    assert caller.pauses == []


def test_it_gives_up_in_the_end_and_names_the_address(models: ModelServer) -> None:
    caller = Caller(models.url)
    models.always = Mischief.DOWN

    with pytest.raises(ModelUnavailableError, match=rf"{models.url}/embeddings answers 503"):
        caller.ask()

    assert len(models.requests) == 4


def test_a_silent_server_costs_no_more_than_the_time_there_is(models: ModelServer) -> None:
    models.always = Mischief.SLOW

    with pytest.raises(ModelUnavailableError, match=r"did not answer within 0\.2 s"):
        Caller(models.url).ask(HASTY)


def test_a_machine_that_is_off_is_told_with_its_address() -> None:
    with serving_models() as gone:
        url = gone.url

    with pytest.raises(ModelUnavailableError, match=rf"{url}/embeddings does not answer"):
        Caller(url).ask()


@pytest.mark.parametrize(
    ("mischief", "told"),
    [
        (Mischief.REFUSED, "answers 400"),
        (Mischief.UNKNOWN_KEY, "set VASARI_REMOTE_API_KEY"),
        (Mischief.GARBAGE, "does not answer JSON"),
    ],
)
def test_what_waiting_does_not_mend_is_not_tried_again(
    models: ModelServer, mischief: Mischief, told: str
) -> None:
    caller = Caller(models.url)
    models.always = mischief

    with pytest.raises(ModelServerError, match=told):
        caller.ask()

    assert len(models.requests) == 1
    assert caller.breaker.report().failed == 0


def test_a_crash_is_told_and_not_repeated(models: ModelServer) -> None:
    models.always = Mischief.ERROR

    with pytest.raises(ModelUnavailableError, match="answers 500"):
        Caller(models.url).ask()

    assert len(models.requests) == 1


def test_an_answer_without_end_is_cut(models: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_client, "MOST_BYTES", 1_000_000)
    models.always = Mischief.ENDLESS

    with pytest.raises(ModelServerError, match="more than 1,000,000 bytes"):
        Caller(models.url).ask()


def test_the_key_is_sent_and_told_to_nobody(
    models: ModelServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caller = Caller(models.url, key=KEY)
    models.next.append(Mischief.UNKNOWN_KEY)

    with pytest.raises(ModelServerError) as raised:
        caller.ask()

    assert models.requests[0].key == f"Bearer {KEY}"
    assert "Bearer …" in str(raised.value)
    assert KEY not in str(raised.value) + caplog.text + repr(vars(caller))


def test_a_server_that_is_down_is_asked_no_more_until_it_had_a_rest(models: ModelServer) -> None:
    caller = Caller(models.url, failures=1)
    models.always = Mischief.ERROR
    with pytest.raises(ModelUnavailableError, match="500"):
        caller.ask()
    models.always = None

    with pytest.raises(ModelUnavailableError, match="left in peace"):
        caller.ask()
    asked = len(models.requests)
    caller.clock.now += 10
    caller.ask()

    assert asked == 1
    assert caller.breaker.report().state is BreakerState.CLOSED


def test_a_connection_serves_many_requests(models: ModelServer) -> None:
    caller = Caller(models.url)

    for _ in range(5):
        caller.ask()

    assert models.connections == 1


def test_threads_share_a_client(models: ModelServer) -> None:
    caller = Caller(models.url)
    threads = [Thread(target=caller.ask) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert caller.breaker.report().succeeded == 8
