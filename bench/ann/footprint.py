"""The build row of a contender: seconds, disk, memory, cold start."""

import json
import subprocess
import sys
import time
from statistics import median

from bench.ann.builds import Build, Figures, child_command
from bench.ann.places import ROOT
from core.errors import VasariError

STARTS = 3


class FootprintError(VasariError):
    """A contender could not be opened or asked; the text is its last words."""


_MB = 2**20


def measure_footprint(build: Build) -> Figures:
    """Measure what a build takes and how fast it answers from nothing, files in the page cache."""
    starts = [_start(build) for _ in range(STARTS + 1)][1:]  # the first fills the page cache
    memory = json.loads(_output(child_command("memory", build)))
    bare = json.loads(_output([sys.executable, "-m", "bench.ann.child", "bare"]))["rss"]
    return {
        **build.figures(),
        "rss_mb": memory["rss"] / _MB,
        "rss_bare_mb": bare / _MB,
        "rss_above_bare_mb": (memory["rss"] - bare) / _MB,
        "server_mb": memory["server"] / _MB,
        "cold_s": median(whole for whole, _ in starts),
        "cold_library_s": median(library for _, library in starts),
    }


def _start(build: Build) -> tuple[float, float]:
    """Measure the seconds from process start to the first answer, and those after the imports."""
    begin = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own command
        child_command("answer", build), cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    whole = time.perf_counter() - begin
    process.communicate()
    if not line:
        raise FootprintError(build.name)
    return whole, float(json.loads(line)["library_s"])


def _output(command: list[str]) -> str:
    done = subprocess.run(  # noqa: S603 - our own command
        command, cwd=ROOT, check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise FootprintError(done.stderr.strip().splitlines()[-1:])
    return done.stdout.strip().splitlines()[-1]
