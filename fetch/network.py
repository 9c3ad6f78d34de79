"""Connections that go where the guard says, and reads that end when the request's time is up.

A name is resolved and checked in the moment of connecting, so that nothing can be put in between;
TLS still names and verifies the host.
"""

import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import local
from typing import Any

import httpcore

from fetch.addresses import AddressGuard
from fetch.clock import Clock


class Deadline:
    """When the request of the calling thread must be over."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._of_thread = local()

    @contextmanager
    def within(self, total_s: float) -> Iterator[None]:
        """Give the calling thread so long."""
        self._of_thread.ends = self._clock.seconds() + total_s
        try:
            yield
        finally:
            self._of_thread.ends = None

    def left_s(self, wanted_s: float | None) -> float | None:
        """Cut a wait to what is left. Raises ReadTimeout where that is nothing."""
        self._clock.check()
        ends = getattr(self._of_thread, "ends", None)
        if ends is None:
            return wanted_s
        left_s: float = ends - self._clock.seconds()
        if left_s <= 0:
            raise httpcore.ReadTimeout("the time of the request is up")
        return left_s if wanted_s is None else min(wanted_s, left_s)


class GuardedBackend(httpcore.NetworkBackend):
    """Connects to the addresses that a guard has checked."""

    def __init__(self, guard: AddressGuard, deadline: Deadline) -> None:
        self._guard = guard
        self._deadline = deadline
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to a host that the guard lets pass."""
        address = self._guard.pick(host, port)
        stream = self._sockets.connect_tcp(
            address, port, self._deadline.left_s(timeout), local_address, socket_options
        )
        return _TimedStream(stream, self._deadline)


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every wait ends with the request's time, however slowly bytes drip in."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left_s(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left_s(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left_s = self._deadline.left_s(timeout)
        secured = self._stream.start_tls(ssl_context, server_hostname, left_s)
        return _TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's signature
        return self._stream.get_extra_info(info)
