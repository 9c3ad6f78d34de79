"""A real service and real commands of Vasari over one home, to be killed and started again."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.server import environment, free_port, start, wait_for
from bench.soak.processes import outlived, own_processes

TIMEOUT_S = 60.0
ENDED = ("succeeded", "failed", "cancelled")
_POLL_S = 0.03


class Service:
    """`vasari serve`, which is killed and started again on one port."""

    def __init__(self, home: Path, key: str, settings: Mapping[str, str]) -> None:
        self._home, self._key, self._settings = home, key, settings
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._began = 0.0

    def start(self) -> None:
        """Start it, without waiting for it."""
        self._began = time.perf_counter()
        self._process = start(self._home, self._port, self._settings)

    def wait(self) -> float:
        """Wait until it is ready; the seconds since its start. Raises RuntimeError."""
        if self._process is None:
            raise RuntimeError("it was not started")
        return wait_for(self._process, self._port, "/readyz", self._began)

    def kill(self) -> int:
        """Kill it; how many processes of its own outlived it."""
        process, self._process = self._process, None
        return kill(process) if process else 0

    def stop(self) -> None:
        """Stop it in order."""
        if self._process:
            self._process.terminate()
            self._process.wait(TIMEOUT_S)

    def reindex(self) -> tuple[int, Any]:
        """Ask for a reindex; the status and the body."""
        return self._ask("POST", "/v1/admin/reindex", b"{}")

    def jobs(self) -> list[dict[str, Any]]:
        """List the latest jobs, newest first."""
        return list(self._whole("/v1/admin/jobs?limit=5")["jobs"])

    def snapshots(self) -> list[dict[str, Any]]:
        """List the snapshots, newest first."""
        return list(self._whole("/v1/admin/snapshots")["snapshots"])

    def settle(self) -> dict[str, Any]:
        """Wait until no job is unfinished; the latest one, if any. Raises TimeoutError."""
        until = time.monotonic() + TIMEOUT_S
        while time.monotonic() < until:
            jobs = self.jobs()
            if all(job["state"] in ENDED for job in jobs):
                return jobs[0] if jobs else {}
            time.sleep(_POLL_S)
        raise TimeoutError(f"a job is not ended after {TIMEOUT_S:.0f} s: {self.jobs()[0]}")

    def _whole(self, path: str) -> Any:  # noqa: ANN401 - JSON
        status, body = self._ask("GET", path)
        if status != 200:
            raise RuntimeError(f"{path}: {status} {body}")
        return body

    def _ask(self, verb: str, path: str, body: bytes | None = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self._key}"}
        if body:
            headers["Content-Type"] = "application/json"
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_S)
        with closing(connection):
            connection.request(verb, path, body, headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read())


def command(home: Path, settings: Mapping[str, str], *words: str) -> "subprocess.Popen[bytes]":
    """Start a command of Vasari over a home; what it says goes nowhere."""
    return subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-m", "cli", *words],
        env=environment(home, settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def kill(process: "subprocess.Popen[bytes]") -> int:
    """Kill a process with SIGKILL; how many of its own outlived it."""
    own = own_processes(process.pid)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    return outlived(own)
