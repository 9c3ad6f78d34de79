"""Kills at random moments, home after home, and what each home ends as."""

import logging
import random
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bench.record import Figure, say
from bench.soak.collection import SIZES, Edition, Sizes, write_editions
from bench.soak.processes import Moment, run_until, run_whole
from bench.soak.state import State, differences, read_state
from bench.soak.worker import AT_ONCE, Phase, Plan, open_services

KILLS_OF_A_HOME = 8  # the most: then it may come to its end
BASE = "base"  # bucket of the home that all others begin as


@dataclass(slots=True)
class Found:
    """What a soak has found so far."""

    kills: Counter[Phase] = field(default_factory=Counter)
    homes: int = 0
    different: Counter[str] = field(default_factory=Counter)  # homes, by what was not the same
    repeated: int = 0  # requests for a picture that had been asked for before
    parts_left: int = 0  # uploads in parts that a kill left unfinished
    processes_left: int = 0

    def figures(self) -> dict[str, Figure]:
        """Tell it flat."""
        return {
            "kills": self.kills.total(),
            **{f"kills_{phase}": self.kills[phase] for phase in Phase},
            "homes": self.homes,
            "differences": self.different.total(),
            "different": ", ".join(sorted(self.different)) or None,
            "requests_repeated": self.repeated,
            "multipart_uploads_left": self.parts_left,
            "processes_left": self.processes_left,
        }


class Soak:
    """A collection, the servers about it, and the state that every home must end in."""

    def __init__(self, scratch: Path, sizes: Sizes, stack: ExitStack) -> None:
        """Fill the home that all others begin as, and run one through without a kill."""
        from tests.clocks import FetchClock  # a bench runs from the checkout, tests and all
        from tests.iiif_server import open_museum
        from tests.s3_server import s3_server

        self._scratch = scratch
        self._museum = stack.enter_context(open_museum(FetchClock(), "127.0.0.1"))
        self._museum.pictures = {str(i): (40, 30 + i) for i in range(sizes.addresses + sizes.rows)}
        self._store_url = stack.enter_context(s3_server())
        self._store = _client(self._store_url)
        *early, self._edition = write_editions(scratch / "editions", self._museum.url, sizes)
        self._runs_before = self._fill_base(early)
        plan = self._fresh("whole")
        self.lengths: Mapping[Phase, float] = run_whole(plan).seconds
        say(", ".join(f"{phase} {length:.2f} s" for phase, length in self.lengths.items()))
        self._asked = self._requests()
        self.whole = self._state(plan)
        self.found = Found()

    def soak(self, kills: int, seed: int) -> Found:
        """Kill so many times, and compare what each home ends as."""
        chance = random.Random(seed)  # noqa: S311 - moments, no secrets
        while self.found.kills.total() < kills:
            left = kills - self.found.kills.total()
            self._home(chance, min(left, chance.randint(1, KILLS_OF_A_HOME)))
            say(f"{self.found.kills.total()} kills, {self.found.homes} homes")
        return self.found

    def _home(self, chance: random.Random, kills: int) -> None:
        found, plan = self.found, self._fresh(f"home-{self.found.homes}")
        in_fetch = 0
        # Early phases first: after a kill in a late one there is nothing left to ingest.
        for phase in sorted(chance.choices(list(Phase), k=kills), key=list(Phase).index):
            ended = run_until(plan, Moment(phase, chance.uniform(0, self.lengths[phase])))
            found.processes_left += ended.left
            if ended.phase is not None:
                found.kills[ended.phase] += 1
                in_fetch += ended.phase is Phase.FETCH
        run_whole(plan)
        repeated = self._requests() - self._asked
        found.repeated += repeated
        different = differences(self.whole, self._state(plan))
        if repeated > in_fetch * AT_ONCE:
            different.append("requests")
        found.different.update(different)
        found.parts_left += self._parts_left(plan.bucket)
        found.homes += 1
        if different:
            say(f"{plan.home} differs: {', '.join(different)}")
        else:
            shutil.rmtree(plan.home)

    def _fill_base(self, early: list[Edition]) -> int:
        self._store.create_bucket(Bucket=BASE)
        plan = self._plan(BASE, self._edition)
        for edition in early:
            run_whole(replace(plan, edition=edition))
        return len(open_services(plan).runs.latest(10_000))

    def _fresh(self, name: str) -> Plan:
        """Copy the base: home and bucket."""
        shutil.copytree(self._scratch / BASE, self._scratch / name)
        self._store.create_bucket(Bucket=name)
        for one in self._store.list_objects_v2(Bucket=BASE).get("Contents", ()):
            origin = {"Bucket": BASE, "Key": one["Key"]}
            self._store.copy_object(Bucket=name, Key=one["Key"], CopySource=origin)
        self._museum.requests.clear()
        return self._plan(name, self._edition)

    def _plan(self, name: str, edition: Edition) -> Plan:
        return Plan(self._scratch / name, name, self._store_url, edition, CREDENTIALS)

    def _state(self, plan: Plan) -> State:
        return read_state(plan, self._store, self._runs_before)

    def _requests(self) -> int:
        return len(self._museum.asked("/plain/"))

    def _parts_left(self, bucket: str) -> int:
        return len(self._store.list_multipart_uploads(Bucket=bucket).get("Uploads", ()))


CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_CONFIG_FILE": "/nowhere",
    "AWS_SHARED_CREDENTIALS_FILE": "/nowhere",
}


def _client(url: str) -> Any:  # noqa: ANN401 - boto3 has no types
    import boto3

    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    return boto3.client("s3", endpoint_url=url, region_name="us-east-1", **keys)


@contextmanager
def open_soak(scratch: Path, sizes: Sizes = SIZES) -> Iterator[Soak]:
    """Prepare a soak in an empty folder."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # else a line for each request
    # 5 MiB at Amazon: too large for a soak of thousands of pictures.
    with patch("moto.s3.models.S3_UPLOAD_PART_MIN_SIZE", 1), ExitStack() as stack:
        yield Soak(scratch, sizes, stack)


def timed(soak: Soak, kills: int, seed: int) -> dict[str, Figure]:
    """Soak, and tell what was found and how long it took."""
    began = time.perf_counter()
    figures = soak.soak(kills, seed).figures()
    return figures | {"seed": seed, "wall_s": time.perf_counter() - began}
