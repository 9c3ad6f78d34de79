"""Values that are written to a cache soon, by a thread of their own: no answer waits for that."""

import atexit
import logging
import time
import weakref
from collections.abc import Callable
from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import TypeAlias

from core.cache import CacheKey
from core.ports import Cache

_SOON_S = 0.01  # until the answers of the moment are on their way
MOST_WAITING = 64  # of a megabyte each at most; a store that is slower than searches slows them
_PATIENCE_S = 5.0  # with a store that does not answer
_Write: TypeAlias = Callable[[], bytes]
# Keys of what waits; an event is set where all before it is written, None ends the thread.
_Queue: TypeAlias = "SimpleQueue[CacheKey | Event | None]"

_log = logging.getLogger(__name__)


class WriteBehind:
    """Makes and writes values soon; what waits is read from here meanwhile. Safe among threads."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._waiting: dict[CacheKey, _Write] = {}
        self._queue: _Queue = SimpleQueue()
        self._lock = Lock()
        self._is_started = False

    def put(self, key: CacheKey, write: _Write) -> None:
        """Write what `write` gives, soon; at once where much waits already, or no thread can be."""
        if len(self._waiting) >= MOST_WAITING or not self._start():
            self._cache.put(key, write())
            return
        self._waiting[key] = write
        self._queue.put(key)

    def get(self, key: CacheKey) -> bytes | None:
        """Read what was written, or what waits for it."""
        write = self._waiting.get(key)
        if write is not None:
            return write()
        kept = self._cache.get(key)
        return kept.value if kept else None

    def flush(self) -> None:
        """Wait until all is written that waits now, or the store has not answered for long."""
        if self._is_started:
            written = Event()
            self._queue.put(written)
            written.wait(_PATIENCE_S)

    def _start(self) -> bool:
        if self._is_started:
            return True
        with self._lock:
            if not self._is_started:
                # It knows nothing of this object, so that it ends when that is no longer used.
                work = (self._cache, self._queue, self._waiting)
                try:
                    Thread(target=_write_all, args=work, name="write-behind", daemon=True).start()
                except RuntimeError as error:  # as many threads as there may be
                    _log.warning("nothing is written behind answers: %s", error)
                    return False
                weakref.finalize(self, self._queue.put, None).atexit = False
                _started.add(self)
                self._is_started = True
        return True


_started: weakref.WeakSet[WriteBehind] = weakref.WeakSet()


@atexit.register
def _flush_all() -> None:
    for one in list(_started):
        one.flush()


def _write_all(cache: Cache, queue: _Queue, waiting: dict[CacheKey, _Write]) -> None:
    while (key := queue.get()) is not None:
        if isinstance(key, Event):
            key.set()
            continue
        if queue.empty():
            time.sleep(_SOON_S)
        _write(cache, key, waiting)


def _write(cache: Cache, key: CacheKey, waiting: dict[CacheKey, _Write]) -> None:
    """Write one value; a function of its own, so that nothing of it stays while none waits."""
    write = waiting.get(key)
    if write is None:  # its key came twice, and the later value is written
        return
    try:
        cache.put(key, write())
    except Exception:  # noqa: BLE001 - what comes after it is written all the same
        _log.exception("a value could not be written: %s", key.kind)
    if waiting.get(key) is write:
        del waiting[key]
