"""Workers of a cluster and the shards they are at: hands out, collects, replaces who dies."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from cluster.worker import Outcome, Sight
from core.errors import ConfigurationError, VasariError
from core.progress import Progress
from search.embedding.shards import Shard

MOST_TRIES = 3  # of one shard, and of starting workers one after the other
_AT_A_TIME = 2  # shards that a worker holds: the next one waits beside it, not on the way
_TICK_S = 1.0


class WorkerFaultError(VasariError):
    """A worker cannot go on, and says why."""


class ShardFailedError(VasariError):
    """A shard could not be embedded, whichever worker tried."""

    def __init__(self, shard: Shard, reason: str) -> None:
        self.shard = shard.id
        first, last = shard.contents[0][1], shard.contents[-1][1]
        super().__init__(
            f"shard {shard.id} ({len(shard)} contents, {first[:60]!r} to {last[:60]!r}) failed "
            f"{MOST_TRIES} times: {reason}"
        )


@dataclass(frozen=True, slots=True)
class _Errand:
    """A shard, or the opening of a worker, on its way."""

    worker: int
    shard: Shard | None = None
    failed: int = 0


class Crew:
    """So many workers, each replaced when it dies."""

    def __init__(
        self, ray: ModuleType, start: Callable[[], Any], sight: Sight, *, count: int
    ) -> None:
        self._ray = ray
        self._start = start
        self._sight = sight
        self._workers: dict[int, Any] = {}  # number → actor; a number is never given twice
        self._open: set[int] = set()
        self._errands: dict[Any, _Errand] = {}  # in the order they were sent
        self._again: deque[_Errand] = deque()
        self._failed_starts = 0
        self._numbers = iter(range(2**31))
        for _ in range(count):
            self._hire()

    def work(self, shards: Iterable[Shard], progress: Progress) -> Iterator[Path]:
        """Have shards embedded; give the file of each as it is finished, and count its contents.

        Raises:
            WorkerFaultError: a worker does not see what it must, or its encoder fails.
        ConfigurationError: no worker can be started.
            ShardFailedError: a shard failed again and again.
        """
        stream = iter(shards)
        self._hand_out(stream)
        while any(errand.shard for errand in self._errands.values()) or not self._open:
            ready, _ = self._ray.wait(list(self._errands), num_returns=1, timeout=_TICK_S)
            progress.advance(0)  # so that whoever waits can stop it
            for ref in ready:
                size = len(self._errands[ref].shard or ())
                path = self._collect(ref)
                self._hand_out(stream)
                if path is not None:
                    progress.advance(size)
                    yield path

    def dismiss(self) -> None:
        """End all workers at once; a shard that is half done leaves nothing."""
        for worker in self._workers.values():
            self._ray.kill(worker)
        self._workers.clear()

    def _hire(self) -> None:
        number = next(self._numbers)
        self._workers[number] = self._start()
        self._errands[self._workers[number].open.remote(self._sight)] = _Errand(number)

    def _hand_out(self, stream: Iterator[Shard]) -> None:
        """Give every open worker what it can hold; the stream is read no further than that."""
        for number in self._open:
            held = sum(errand.worker == number for errand in self._errands.values())
            for _ in range(_AT_A_TIME - held):
                errand = self._again.popleft() if self._again else _next(stream)
                if errand is None:
                    return
                ref = self._workers[number].embed.remote(errand.shard)
                self._errands[ref] = replace(errand, worker=number)

    def _collect(self, ref: Any) -> Path | None:  # noqa: ANN401 - of Ray
        try:
            outcome: Outcome = self._ray.get(ref)
        except self._ray.exceptions.RayActorError as error:
            self._replace(self._errands[ref].worker, _last_line(error))
            return None
        except self._ray.exceptions.RayError as error:
            self._retry(self._errands.pop(ref), _last_line(error))
            return None
        errand = self._errands.pop(ref)
        if outcome.fault is not None:
            raise WorkerFaultError(outcome.fault)
        if errand.shard is None:
            self._open.add(errand.worker)
            self._failed_starts = 0
            return None
        return Path(outcome.path)

    def _replace(self, number: int, reason: str) -> None:
        """Hire another worker for one that died; only its first shard is held to account."""
        lost = [ref for ref, errand in self._errands.items() if errand.worker == number]
        errands = [self._errands.pop(ref) for ref in lost]
        self._workers.pop(number)
        if number not in self._open:
            self._failed_starts += 1
            if self._failed_starts >= MOST_TRIES:
                raise ConfigurationError(f"no worker can be started on the cluster: {reason}")
        self._open.discard(number)
        self._hire()
        for place, errand in enumerate(errands):
            if place == 0:
                self._retry(errand, reason)
            else:
                self._again.append(errand)

    def _retry(self, errand: _Errand, reason: str) -> None:
        if errand.shard is None:
            return
        tried = replace(errand, failed=errand.failed + 1)
        if tried.failed >= MOST_TRIES:
            raise ShardFailedError(errand.shard, reason)
        self._again.append(tried)


def _next(stream: Iterator[Shard]) -> _Errand | None:
    shard = next(stream, None)
    return None if shard is None else _Errand(worker=-1, shard=shard)


def _last_line(error: Exception) -> str:
    """Take the end of what Ray tells, which may be a traceback."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1][:300] if lines else type(error).__name__
