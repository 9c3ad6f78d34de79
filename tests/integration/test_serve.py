import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

START_TIMEOUT_S = 60


@dataclass
class Serving:
    address: str
    log: Path

    def key(self) -> str | None:
        found = re.search(r"\bvasari_[\w-]{20,}", self.log.read_text())
        return found[0] if found else None


@contextmanager
def serving(home: Path, log: Path) -> Iterator[Serving]:
    """Run `vasari serve` as a user does, and stop it as a user does."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    with log.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", "serve", "--port", str(port)],
            env={**os.environ, "VASARI_HOME": str(home)}, stdout=file, stderr=file,
        )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(process, address, log)
        yield Serving(address, log)
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def _wait(process: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    begin = time.monotonic()
    while time.monotonic() - begin < START_TIMEOUT_S:
        assert process.poll() is None, log.read_text()
        try:
            httpx.get(f"{address}/healthz", timeout=5).raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text())


def test_the_admin_key_is_made_and_shown_once(sample_home: Path, tmp_path: Path) -> None:
    with serving(sample_home, tmp_path / "first.log") as first:
        key = first.key()
        assert key
        answer = httpx.get(f"{first.address}/v1/admin/snapshots", headers={"X-API-Key": key})
        assert answer.status_code == 200

    with serving(sample_home, tmp_path / "second.log") as second:
        assert second.key() is None
        answer = httpx.get(f"{second.address}/v1/admin/snapshots", headers={"X-API-Key": key})
        assert answer.status_code == 200

    kept = (sample_home / "admin-key.sha256").read_text()
    assert key not in kept


def test_a_service_without_a_snapshot_serves_the_page_and_says_what_is_missing(
    tmp_path: Path,
) -> None:
    with serving(tmp_path / "home", tmp_path / "serve.log") as empty:
        page = httpx.get(f"{empty.address}/")
        search = httpx.get(f"{empty.address}/v1/search?q=sea")
        ready = httpx.get(f"{empty.address}/readyz")

    assert page.status_code == 200
    assert search.status_code == ready.status_code == 503
    assert "vasari index build" in search.json()["detail"]


def test_a_busy_port_is_told_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = str(busy.getsockname()[1])
        ended = subprocess.run(
            [sys.executable, "-m", "cli", "serve", "--port", port],
            env={**os.environ, "VASARI_HOME": str(tmp_path)},
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip

    assert ended.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in ended.stderr
    assert "choose another --port" in ended.stderr
