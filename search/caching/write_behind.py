"""Values that are written to a cache soon, by a thread of their own: no answer waits for that."""

import logging
import time
import weakref
from collections.abc import Callable
from queue import SimpleQueue
from threading import Event, Lock, Thread, current_thread
from typing import TypeAlias

from core.cache import CacheKey
from core.ports import Cache

_SOON_S = 0.01  # until the answers of the moment are on their way
_MOST_WAITING = 1000
_CLOSING_S = 5.0  # for what waits when the process ends
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
        """Write what `write` gives, soon; at once where too much waits already."""
        if len(self._waiting) >= _MOST_WAITING:
            self._cache.put(key, write())
            return
        self._waiting[key] = write
        self._queue.put(key)
        if not self._is_started:
            self._start()

    def get(self, key: CacheKey) -> bytes | None:
        """Read what was written, or what waits for it."""
        write = self._waiting.get(key)
        if write is not None:
            return write()
        kept = self._cache.get(key)
        return kept.value if kept else None

    def flush(self) -> None:
        """Wait until all is written that waits now."""
        if self._is_started:
            written = Event()
            self._queue.put(written)
            written.wait(_CLOSING_S)

    def _start(self) -> None:
        with self._lock:
            if self._is_started:
                return
            self._is_started = True
        # It knows nothing of this object, so that it ends when that is no longer used.
        work = (self._cache, self._queue, self._waiting)
        thread = Thread(target=_write_all, args=work, name="write-behind", daemon=True)
        thread.start()
        weakref.finalize(self, _close, self._queue, thread)


def _write_all(cache: Cache, queue: _Queue, waiting: dict[CacheKey, _Write]) -> None:
    while (key := queue.get()) is not None:
        if isinstance(key, Event):
            key.set()
            continue
        if queue.empty():
            time.sleep(_SOON_S)
        write = waiting.get(key)
        try:
            if write:  # else the same key came twice
                cache.put(key, write())
        except Exception:  # noqa: BLE001 - what comes after it is written all the same
            _log.exception("a value could not be written: %s", key.kind)
        waiting.pop(key, None)


def _close(queue: _Queue, thread: Thread) -> None:
    """Wait for what is not written yet, at the latest when the process ends."""
    queue.put(None)
    if thread is not current_thread():
        thread.join(_CLOSING_S)
