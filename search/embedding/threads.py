"""Work in a thread beside the one that keeps a device busy."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

_Item = TypeVar("_Item")
_Made = TypeVar("_Made")


def ahead(items: Iterator[_Item], most: int) -> Iterator[_Item]:
    """Make so many items before they are asked for, in their order."""
    with ThreadPoolExecutor(1, "ahead") as thread:

        def coming() -> Future[list[_Item]]:
            return thread.submit(lambda: list(islice(items, 1)))

        waiting = deque(coming() for _ in range(most))
        while item := waiting.popleft().result():
            waiting.append(coming())
            yield item[0]


def behind(
    work: Callable[[_Item], _Made], items: Iterable[_Item], *, most: int = 1
) -> Iterator[_Made]:
    """Do work on each item, in their order, while the next ones are being made."""
    with ThreadPoolExecutor(1, "behind") as thread:
        waiting: deque[Future[_Made]] = deque()
        for item in items:
            waiting.append(thread.submit(work, item))
            while len(waiting) > most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
