"""A steady load: requests are due at fixed times, whatever became of those before."""

import http.client
import itertools
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.swap.asking import Answer, Request, ask, open_connection, read_answer

IDLE_S = 3.0  # uvicorn closes a connection that nothing was asked by for 5 s


@dataclass(frozen=True, slots=True)
class Seen:
    """One answer under load; times are seconds of the same clock."""

    request: int
    page: int  # 0, or 1 for the page after a cursor
    port: int
    due: float
    sent: float
    done: float
    answer: Answer
    pinned: str = ""  # the snapshot that its cursor belongs to
    error: str | None = None

    @property
    def latency_ms(self) -> float:
        """From when it was due: a request that waits for a client counts its waiting."""
        return (self.done - self.due) * 1000


@dataclass(frozen=True, slots=True)
class _Turn:
    """A place in the schedule, and what is asked there."""

    due: float
    port: int
    request: Request
    cursor: str | None = None
    pinned: str = ""


class _Connection:
    """A connection that is kept open between requests, as long as a service does so too."""

    def __init__(self, port: int) -> None:
        self._connection = open_connection(port)
        self._used = 0.0

    def ask(self, body: bytes) -> tuple[int, bytes]:
        """Send a search; the status and the body. Raises OSError, HTTPException."""
        if time.perf_counter() - self._used > IDLE_S:
            self.close()
        answer = ask(self._connection, body)
        self._used = time.perf_counter()
        return answer

    def close(self) -> None:
        """Close it; the next request opens it again."""
        self._connection.close()


@dataclass
class Load:
    """Clients that ask in turn, at a rate, until they are told to stop."""

    requests: Sequence[Request]
    ports: Sequence[int]
    rate: float  # requests a second, of all clients together
    clients: int
    seen: list[Seen] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._turns = itertools.count()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._cursors: deque[tuple[Request, str, str]] = deque(maxlen=64)
        self._began = 0.0
        self._threads = [threading.Thread(target=self._client) for _ in range(self.clients)]

    def start(self) -> None:
        """Begin to ask."""
        self._began = time.perf_counter()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let every client end what it is at."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _client(self) -> None:
        connections = {port: _Connection(port) for port in self.ports}
        while not self._stopping.is_set():
            turn = self._next()
            if self._stopping.wait(max(0.0, turn.due - time.perf_counter())):
                break
            self._take(turn, connections)
        for connection in connections.values():
            connection.close()

    def _next(self) -> _Turn:
        number = next(self._turns)
        due = self._began + number / self.rate
        request = self.requests[number % len(self.requests)]
        # Clients come in turn: each of them goes from service to service.
        port = self.ports[(number + number // self.clients) % len(self.ports)]
        with self._lock:
            # One page in so many goes on where one of before ended, perhaps swaps ago.
            if request.kind == "page" and len(self._cursors) > 8:
                first, cursor, snapshot = self._cursors.popleft()
                return _Turn(due, port, first, cursor, snapshot)
        return _Turn(due, port, request)

    def _take(self, turn: _Turn, connections: dict[int, _Connection]) -> None:
        body = turn.request.json(turn.cursor)
        sent, error = time.perf_counter(), None
        try:
            status, raw = connections[turn.port].ask(body)
        except (OSError, http.client.HTTPException) as failure:
            connections[turn.port].close()
            status, raw, error = 0, b"", repr(failure)
        done = time.perf_counter()
        answer = read_answer(status, raw)
        if status >= 400:
            error = raw[:300].decode(errors="replace")
        page = 0 if turn.cursor is None else 1
        seen = Seen(
            turn.request.number, page, turn.port, turn.due, sent, done, answer, turn.pinned, error
        )
        with self._lock:
            self.seen.append(seen)
            if turn.request.kind in ("page", "words") and page == 0 and answer.cursor:
                self._cursors.append((turn.request, answer.cursor, answer.snapshot))
