"""Files on their way to or from a store: several at once, for each waits mostly."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from core.progress import Progress

AT_ONCE = 8  # a snapshot has some 70 files, nearly all of them small


def for_each(
    names: Iterable[str], work: Callable[[str, Callable[[int], None]], None], progress: Progress
) -> None:
    """Do work for each name; the first error ends it, and no other is begun."""
    lock = Lock()

    def advance(count: int) -> None:
        with lock:  # progress counts for one thread
            progress.advance(count)

    pool = ThreadPoolExecutor(AT_ONCE, "files")
    try:
        for _ in pool.map(lambda name: work(name, advance), names):
            pass
    finally:
        pool.shutdown(cancel_futures=True)
