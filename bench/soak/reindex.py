"""Kills while an installation reindexes: the service, a command beside it, or both.

    python -m bench.soak.reindex --kills 100

A catalogue changes a little, the service is asked to reindex it, and a command that embeds or
builds may run beside it. At a random moment one of them, or both, are killed with SIGKILL; the
service starts again and the job is taken up, sometimes to be killed once more. At each tenth kill
and at the end a home must have one live snapshot, whole, with the catalogue's content, and nothing
left over that is older than the policy keeps it.
"""

import argparse
import random
import secrets
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from bench.record import RESULTS, Figure, Recorder, say
from bench.soak.reindexed import SIZES, Home, Sizes
from bench.soak.served import Service, command, kill
from bench.soak.whole import age_leftovers, faults, files

CHECK_EVERY = 10  # kills
AGAIN = 0.35  # chance that the job that was taken up is killed too
COMMANDS = (("index", "build"), ("embed", "run"))


class Victim(StrEnum):
    """What is killed."""

    SERVICE = "service"
    WORKER = "worker"
    BOTH = "both"


@dataclass(slots=True)
class Found:
    """What the kills have shown so far."""

    kills: Counter[str] = field(default_factory=Counter)  # processes, by what they were
    stages: Counter[str] = field(default_factory=Counter)  # of jobs that lost their service
    idle: int = 0  # kills of a service whose job had just ended, or not begun; they do not count
    checks: int = 0
    jobs: Counter[str] = field(default_factory=Counter)  # by how they ended
    different: Counter[str] = field(default_factory=Counter)  # checks, by what was wrong
    processes_left: int = 0

    def figures(self) -> dict[str, Figure]:
        """Tell it flat."""
        return {
            "kills": self.kills.total(),
            "kills_service": self.kills[Victim.SERVICE],
            "kills_worker": self.kills[Victim.WORKER],
            "killed_at": _told(self.stages),
            "kills_idle": self.idle,
            "jobs_ended": _told(self.jobs),
            "checks": self.checks,
            "differences": self.different.total(),
            "different": _told(self.different),
            "processes_left": self.processes_left,
        }


class ReindexSoak:
    """A home, its service, and what kills do to them."""

    def __init__(self, home: Home, service: Service) -> None:
        """Fill the home, and let one reindex come to its end."""
        self._home, self._service = home, service
        self.found = Found()
        home.fill()
        service.start()
        self._start_s = service.wait()
        self._job_s = self._timed(self._whole_job)
        self._worker_s = self._timed(self._whole_build)
        self._usual = files(home.path)
        say(f"start {self._start_s:.1f} s, job {self._job_s:.1f} s, build {self._worker_s:.1f} s")

    def soak(self, kills: int, seed: int) -> Found:
        """Kill so many times, and look at the home again and again."""
        chance = random.Random(seed)  # noqa: S311 - moments, no secrets
        checked = 0
        while self.found.kills.total() < kills:
            self._round(chance)
            if self.found.kills.total() // CHECK_EVERY > checked:
                checked = self.found.kills.total() // CHECK_EVERY
                self.check()
        self.check()
        return self.found

    def check(self) -> None:
        """Let one job come to its end in peace, and name what is wrong then."""
        age_leftovers(self._home.path)
        self._whole_job()
        with self._home.opened() as services:
            wrong = list(faults(services, self._service.snapshots(), self._usual))
        self.found.different.update(set(wrong))
        self.found.checks += 1
        say(f"{self.found.kills.total()} kills, {'; '.join(wrong) or 'whole'}")

    def _round(self, chance: random.Random) -> None:
        self._home.change()
        victim = chance.choice([Victim.SERVICE, Victim.SERVICE, Victim.WORKER, Victim.BOTH])
        if victim is Victim.SERVICE:
            self._service.reindex()
            time.sleep(chance.uniform(0, self._job_s))
        else:
            moment = chance.uniform(0, self._worker_s)
            worker = command(self._home.path, self._home.settings, *chance.choice(COMMANDS))
            if victim is Victim.BOTH:  # whichever of them comes first has the lock
                asked = chance.uniform(0, moment)
                time.sleep(asked)
                self._service.reindex()
                moment -= asked
            time.sleep(moment)
            self._kill_worker(worker)
        if victim is not Victim.WORKER:
            self._kill_service()
            self._go_on(chance)

    def _go_on(self, chance: random.Random) -> None:
        """Start the service again, and let it end the job, unless that is killed too."""
        self._service.start()
        while chance.random() < AGAIN:
            time.sleep(chance.uniform(self._start_s / 2, self._start_s + self._job_s))
            self._kill_service()
            self._service.start()
        self._service.wait()
        self._end(self._service.settle())

    def _kill_worker(self, worker: "subprocess.Popen[bytes]") -> None:
        if worker.poll() is None:
            self.found.processes_left += kill(worker)
            self.found.kills[Victim.WORKER] += 1

    def _kill_service(self) -> None:
        self.found.processes_left += self._service.kill()
        stage = self._home.stage_under_way()
        if stage is None:
            self.found.idle += 1
        else:
            self.found.kills[Victim.SERVICE] += 1
            self.found.stages[stage] += 1

    def _whole_job(self) -> None:
        """Reindex in peace. Raises RuntimeError where that fails."""
        self._service.settle()
        status, body = self._service.reindex()
        job = self._service.settle()
        if status != 202 or job["state"] != "succeeded":
            raise RuntimeError(f"a job in peace fails: {status} {body}, {job}")

    def _whole_build(self) -> None:
        if command(self._home.path, self._home.settings, *COMMANDS[0]).wait():
            raise RuntimeError("a build in peace fails")

    def _end(self, job: dict[str, object]) -> None:
        """Count how a job ended; beside another build it fails, and says so."""
        error = str(job["error"] or "")
        is_beside = "another build" in error
        self.found.jobs[f"{job['state']} beside a build" if is_beside else str(job["state"])] += 1
        if error and not is_beside:
            self.found.different[f"a job failed: {error[:100]}"] += 1

    def _timed(self, work: Callable[[], None]) -> float:
        self._home.change()
        begin = time.perf_counter()
        work()
        return time.perf_counter() - begin


def _told(counts: Counter[str]) -> str | None:
    return ", ".join(f"{name}: {count}" for name, count in sorted(counts.items())) or None


def main() -> None:
    """Soak, and keep a row; exit code 1 where something was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--scratch", type=Path, help="an empty folder; the home stays there")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as own:
        figures = run(arguments.scratch or Path(own), arguments.kills, arguments.seed)
    Recorder("soak", arguments.results).row("kills", figures)
    sys.exit(bool(figures["differences"] or figures["processes_left"]))


def run(scratch: Path, kills: int, seed: int, sizes: Sizes = SIZES) -> dict[str, Figure]:
    """Soak in an empty folder, and tell what was found."""
    began = time.perf_counter()
    began = time.perf_counter()
    scratch.mkdir(parents=True, exist_ok=True)
    key = secrets.token_urlsafe(16)
    home = Home(scratch, key, sizes)
    service = Service(home.path, key, home.settings)
    try:
        found = ReindexSoak(home, service).soak(kills, seed)
    finally:
        service.stop()
    return {
        "what": "reindex",
        "artworks": home.count(),
        "blobs": 0,
        "homes": 1,
        **found.figures(),
        "seed": seed,
        "wall_s": time.perf_counter() - began,
    }


if __name__ == "__main__":
    main()
