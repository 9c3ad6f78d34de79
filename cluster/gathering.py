"""Requests gathered for one forward pass by Ray Serve, and what is counted of it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NoReturn, TypeVar

from cluster.options import BatchOptions
from core.types import Json

_Asked = TypeVar("_Asked")
_Told = TypeVar("_Told")


@dataclass(slots=True)
class Tally:
    """What a replica has done since it started."""

    batches: int = 0
    inputs: int = 0
    largest: int = 0

    def count(self, size: int) -> None:
        """Count one batch."""
        self.batches += 1
        self.inputs += size
        self.largest = max(self.largest, size)

    def to_json(self) -> Json:
        """Write the counts as JSON."""
        return {"batches": self.batches, "inputs": self.inputs, "largest_batch": self.largest}


@dataclass(frozen=True, slots=True)
class Answered(Generic[_Told]):
    """Answers in the order asked, and the largest batch that one of them was part of."""

    answers: list[_Told]
    batch_size: int


class Gathering(Generic[_Asked, _Told]):
    """Runs one function over inputs of many requests at once; one batch at a time.

    The function runs in a thread, so that the next batch gathers meanwhile.
    """

    def __init__(
        self, run: Callable[[Sequence[_Asked]], Sequence[_Told]], options: BatchOptions
    ) -> None:
        from ray import serve

        self.tally = Tally()
        self._run = run
        self._most = options.most
        gathered = serve.batch(
            max_batch_size=options.most,
            batch_wait_timeout_s=options.wait_s,
            batch_size_fn=count_inputs,  # a request may bring many inputs; they are what counts
        )
        self._enqueue: Any = gathered(self._run_batch)

    async def ask(self, inputs: Sequence[_Asked]) -> Answered[_Told]:
        """Have inputs run, together with those of other requests; raises what the run raised."""
        parts = [inputs[at : at + self._most] for at in range(0, len(inputs), self._most)]
        done: list[Answered[_Told] | Exception] = await asyncio.gather(*map(self._enqueue, parts))
        told = [part if isinstance(part, Answered) else _raise(part) for part in done]
        answers = [answer for part in told for answer in part.answers]
        return Answered(answers, max(part.batch_size for part in told))

    async def _run_batch(self, parts: list[Sequence[_Asked]]) -> list[Answered[_Told] | Exception]:
        """Run requests together; where that fails, each alone, so that one spoils no other."""
        inputs = [one for part in parts for one in part]
        try:
            answers = iter(await asyncio.to_thread(self._run, inputs))
        except Exception as error:  # noqa: BLE001 - handed to whoever asked, who raises it
            alone = [await self._run_batch([part]) for part in parts] if len(parts) > 1 else []
            return [told for one in alone for told in one] or [error]
        self.tally.count(len(inputs))
        return [Answered([next(answers) for _ in part], len(inputs)) for part in parts]


def count_inputs(parts: Sequence[Sequence[object]]) -> int:
    """Count the inputs of several requests."""
    return sum(map(len, parts))


def _raise(error: Exception) -> NoReturn:
    raise error
