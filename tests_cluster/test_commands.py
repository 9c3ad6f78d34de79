"""`vasari cluster serve` as a process of its own, and models that cannot be served."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from numpy.testing import assert_allclose

from cluster.options import ServeOptions
from cluster.serve import deploy, remove
from core.breaker import Breakers
from core.errors import ConfigurationError, ModelUnavailableError
from core.types import Json
from models.registry import load_encoder
from models.remote.encoder import load_remote_encoder
from tests_cluster.conftest import BATCH, SHARE, free_port, settings_of

TOKEN = "a-token-of-the-tests-that-is-long-enough"  # noqa: S105 - of a cluster of this machine


@pytest.fixture
def standing(tmp_path: Path) -> Iterator[str]:
    """A cluster that is there before the commands and after them."""
    address = f"127.0.0.1:{free_port()}"
    command = [
        str(Path(sys.executable).with_name("ray")),
        "start",
        "--head",
        "--block",
        "--num-cpus=2",
    ]
    options = ["--node-ip-address=127.0.0.1", f"--port={address.rpartition(':')[2]}"]
    with subprocess.Popen(
        [*command, *options, "--include-dashboard=false", "--object-store-memory=200000000"],
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        text=True,
    ) as head:
        assert head.stdout is not None
        assert any("Ray runtime started" in line for line in head.stdout)
        yield address
        head.terminate()
        head.communicate()


def environment(home: Path) -> dict[str, str]:
    """Give what commands and clusters of their own need: they listen on 127.0.0.1 alone."""
    ray = {"ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "USAGE_STATS_ENABLED": "0"}
    ray |= {"AUTH_MODE": "token", "AUTH_TOKEN": TOKEN}
    given = {f"RAY_{name}": value for name, value in ray.items()}
    return {**os.environ, **given, "VASARI_HOME": str(home), "VASARI_THREADS": "1"}


def vasari(home: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "cli", *arguments]
    return subprocess.run(
        command, env=environment(home), stdout=subprocess.PIPE, text=True, check=True, timeout=200
    ).stdout


def test_a_standing_cluster_embeds_and_keeps_serving_until_told_to_stop(
    standing: str, tmp_path: Path
) -> None:
    port, share = str(free_port()), ("--cpus-per-worker", "0.5", "--ray", standing)
    vasari(tmp_path, "ingest", "sample")
    embedded = vasari(tmp_path, "cluster", "embed", *share, "--space", "catalogue")
    said = vasari(tmp_path, "cluster", "serve", *share, "--port", port)
    address = re.findall(r"^VASARI_TEXT_ENCODER='(.*)'$", said, re.M)[0]
    encoder = load_remote_encoder(address, Breakers())

    assert encoder.encode_texts(["a storm at sea"]).shape == (1, 384)
    assert "encoded, 0 were there" in embedded
    assert "vasari-text: stopped" in vasari(tmp_path, "cluster", "stop", "--ray", standing)
    with pytest.raises(ModelUnavailableError):
        load_remote_encoder(address, Breakers()).encode_texts(["a storm at sea"])


def test_a_model_that_is_not_there_is_told_in_words_and_harms_no_other(
    ray: ModuleType, served: Json, tmp_path: Path
) -> None:
    wrong = settings_of(tmp_path, text_encoder="nonsense", picture_encoder="nonsense")

    with pytest.raises(ConfigurationError, match="no encoder is named 'nonsense'"):
        deploy(ray, wrong, ServeOptions(SHARE, BATCH, port=free_port()))

    there = remove(keep=[f"vasari-{name}" for name in served])
    assert there == []


def test_served_models_are_reached_by_the_addresses_that_are_said(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "cli", "cluster", "serve", "--cpus-per-worker", "0.5"]
    with subprocess.Popen(
        [*command, "--port", str(port)],
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        said = [server.stdout.readline() for _ in range(3)]
        address = re.findall(r"^VASARI_TEXT_ENCODER='(.*)'$", said[0])[0]
        encoded = load_remote_encoder(address, Breakers()).encode_texts(["a storm at sea"])
        server.send_signal(signal.SIGTERM)

    local = load_encoder("minilm-int8").encode_texts(["a storm at sea"])
    assert_allclose(encoded, local, atol=1e-6)
    assert server.returncode == 0
