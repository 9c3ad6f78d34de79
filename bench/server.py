"""The served product as a process of its own, and clients that drive it."""

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

DEADLINE_S = 120.0
DEFAULTS: Mapping[str, str] = {}  # as installed


@dataclass(frozen=True, slots=True)
class Served:
    """A running service."""

    process: subprocess.Popen[bytes]
    port: int
    start_s: float  # process start → readyz green
    first_answer_s: float  # process start → first search answered

    def rss_mb(self) -> float:
        """Resident memory of the process, mapped files included."""
        return float(psutil.Process(self.process.pid).memory_info().rss) / 2**20

    def private_mb(self) -> float:
        """Memory that is the process's own: resident without what it shares or maps."""
        return float(psutil.Process(self.process.pid).memory_full_info().uss) / 2**20


@contextlib.contextmanager
def serve(home: Path, settings: Mapping[str, str] = DEFAULTS) -> Iterator[Served]:
    """Start `vasari serve` on a free port; stop it at the end."""
    port = free_port()
    begin = time.perf_counter()
    process = start(home, port, settings)
    try:
        first = wait_for(process, port, "/v1/search?q=ship", begin)
        yield Served(process, port, wait_for(process, port, "/readyz", begin), first)
    finally:
        process.terminate()
        process.wait(30)


def start(
    home: Path, port: int, settings: Mapping[str, str] = DEFAULTS
) -> "subprocess.Popen[bytes]":
    """Start `vasari serve`, with these settings and no others, without waiting for it."""
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "cli", "serve", "--port", str(port)],
        env=environment(home, settings),
        stdout=subprocess.DEVNULL,
    )


def environment(home: Path, settings: Mapping[str, str] = DEFAULTS) -> dict[str, str]:
    """Set an installation up for a process: these settings and no others."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("VASARI_")}
    return {**environ, "VASARI_HOME": str(home), "VASARI_LOG_LEVEL": "warning", **settings}


def get(connection: http.client.HTTPConnection, path: str) -> tuple[int, bytes]:
    """Get a path; the status and the body."""
    connection.request("GET", path)
    response = connection.getresponse()
    return response.status, response.read()


@dataclass(slots=True)
class Load:
    """What a number of clients saw together."""

    latencies_ms: list[float] = field(default_factory=list)
    errors: int = 0
    wall_s: float = 0.0


def drive(port: int, paths: Sequence[str], *, clients: int, seconds: float) -> Load:
    """Let clients ask one path after another, each on a connection of its own."""
    load, lock = Load(), threading.Lock()
    stop_at = time.perf_counter() + seconds

    def client(first: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        latencies, errors, turn = [], 0, first
        while time.perf_counter() < stop_at:
            begin = time.perf_counter()
            status, _ = get(connection, paths[turn % len(paths)])
            latencies.append((time.perf_counter() - begin) * 1000)
            errors += status != 200
            turn += clients
        connection.close()
        with lock:
            load.latencies_ms.extend(latencies)
            load.errors += errors

    begin = time.perf_counter()
    threads = [threading.Thread(target=client, args=(i,)) for i in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    load.wall_s = time.perf_counter() - begin
    return load


def free_port() -> int:
    """Find a port that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(process: "subprocess.Popen[bytes]", port: int, path: str, begin: float) -> float:
    """Ask until a path is answered 200; the seconds since the beginning."""
    while time.perf_counter() - begin < DEADLINE_S:
        if process.poll() is not None:
            raise RuntimeError(f"the service ended with status {process.returncode}")
        with contextlib.suppress(OSError, http.client.HTTPException):
            with contextlib.closing(
                http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            ) as connection:
                status, body = get(connection, path)
            if status == 200:
                json.loads(body)
                return time.perf_counter() - begin
        time.sleep(0.01)
    raise RuntimeError(f"{path} was not answered within {DEADLINE_S:.0f} s")
