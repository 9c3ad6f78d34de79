"""Fresh processes for `bench.models.coldstart`: started, timed from outside, and measured."""

import contextlib
import http.client
import json
import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

from bench.server import get

DEADLINE_S = 120.0
_BLOCK = 512  # bytes, the unit of `ru_inblock`


@dataclass(frozen=True, slots=True)
class Started:
    """What one process took."""

    first_answer_s: float  # process start → first byte on standard output; without any, its end
    exit_s: float  # process start → process end
    rss_mb: float  # most that was resident, mapped files included
    read_mb: float  # read from the disk

    def figures(self) -> dict[str, float]:
        """List the figures by their names."""
        return asdict(self)


def run_command(words: Sequence[str], environ: Mapping[str, str]) -> Started:
    """Run Python to its end."""
    return _run(words, environ)[0]


def run_parts(
    kind: str, text: str, environ: Mapping[str, str]
) -> tuple[dict[str, float], list[Path]]:
    """Load one part after another in a fresh process; tell seconds by part, and its files."""
    begin = time.monotonic()
    words = ["-m", "bench.models.coldstart_child", kind, str(begin), text]
    started, output = _run(words, environ)
    told = json.loads(output)
    return {**told["seconds"], "rss_mb": started.rss_mb}, [Path(file) for file in told["files"]]


def run_service(text: str, environ: Mapping[str, str]) -> dict[str, float]:
    """Start `vasari serve`, ask as soon as it listens, wait until it is ready, and stop it."""
    port = _free_port()
    begin = time.monotonic()
    process = _start(["-m", "cli", "serve", "--port", str(port)], environ, subprocess.DEVNULL)
    try:
        _connect(process, port, begin).close()
        figures = {"listening_s": time.monotonic() - begin}
        _wait_for(process, port, f"/v1/search?q={quote(text)}&limit=1", begin)
        figures["first_answer_s"] = time.monotonic() - begin
        _wait_for(process, port, "/readyz", begin)
        figures["ready_s"] = time.monotonic() - begin
    finally:
        process.terminate()
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0  # it has been waited for
    return {**figures, **_memory(usage)}


def forget_files(files: Iterable[Path]) -> None:
    """Ask the system to drop files from its page cache; what other processes map stays there."""
    for file in files:
        with contextlib.suppress(OSError), file.open("rb") as opened:
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _run(words: Sequence[str], environ: Mapping[str, str]) -> tuple[Started, bytes]:
    begin = time.monotonic()
    process = _start(words, environ, subprocess.PIPE)
    assert process.stdout is not None
    first = process.stdout.read(1)
    answered = time.monotonic() - begin
    output = first + process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.stdout.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(words[:3])} ended with status {process.returncode}")
    return Started(answered, time.monotonic() - begin, **_memory(usage)), output


def _start(
    words: Sequence[str], environ: Mapping[str, str], output: int
) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, *words], env=environ, stdout=output)  # noqa: S603 - our own


def _memory(usage: resource.struct_rusage) -> dict[str, float]:
    """Read what a process took, in megabytes of 2**20 bytes."""
    return {"rss_mb": usage.ru_maxrss / 2**10, "read_mb": usage.ru_inblock * _BLOCK / 2**20}


def _connect(process: "subprocess.Popen[bytes]", port: int, begin: float) -> socket.socket:
    while time.monotonic() - begin < DEADLINE_S:
        if process.poll() is not None:
            raise RuntimeError(f"the service ended with status {process.returncode}")
        with contextlib.suppress(OSError):
            return socket.create_connection(("127.0.0.1", port), timeout=DEADLINE_S)
        time.sleep(0.005)
    raise RuntimeError(f"nothing listened within {DEADLINE_S:.0f} s")


def _wait_for(process: "subprocess.Popen[bytes]", port: int, path: str, begin: float) -> None:
    while time.monotonic() - begin < DEADLINE_S:
        if process.poll() is not None:
            raise RuntimeError(f"the service ended with status {process.returncode}")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE_S)
        status, _ = get(connection, path)
        connection.close()
        if status == 200:
            return
        time.sleep(0.01)
    raise RuntimeError(f"{path} was not answered within {DEADLINE_S:.0f} s")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
