"""Publishes and takes back, over the admin's REST API, while others search."""

import json
import random
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from bench.swap.asking import open_connection

ROLLBACK = "rollback"


@dataclass(frozen=True, slots=True)
class Swap:
    """One change of what is live."""

    verb: str
    target: str  # the snapshot that is live after it
    begin: float
    end: float  # of the call
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Admin:
    """Who may publish."""

    port: int
    key: str

    def publish(self, snapshot: str) -> Swap:
        """Make a snapshot the live one."""
        return self._swap("publish", f"/v1/admin/snapshots/{snapshot}/publish", snapshot)

    def rollback(self, expected: str) -> Swap:
        """Make the one that was live before live again."""
        return self._swap(ROLLBACK, "/v1/admin/rollback", expected)

    def _swap(self, verb: str, path: str, expected: str) -> Swap:
        with closing(open_connection(self.port)) as connection:
            begin = time.perf_counter()
            connection.request("POST", path, headers={"Authorization": f"Bearer {self.key}"})
            response = connection.getresponse()
            body = response.read()
            end = time.perf_counter()
        if response.status != 200:
            return Swap(verb, expected, begin, end, body[:300].decode(errors="replace"))
        live = json.loads(body)["snapshot"]
        error = None if live == expected else f"{live} is live, not {expected}"
        return Swap(verb, live, begin, end, error)


def swap_often(
    admin: Admin, snapshots: Sequence[str], *, swaps: int, every_s: float, seed: int
) -> list[Swap]:
    """Publish and roll back in turn, by chance; the last of the snapshots is live at first."""
    chance = random.Random(seed)  # noqa: S311 - which snapshot, no secret
    live, previous = snapshots[-1], snapshots[-2]
    done: list[Swap] = []
    begin = time.perf_counter()
    for number in range(swaps):
        time.sleep(max(0.0, begin + (number + 1) * every_s - time.perf_counter()))
        if chance.random() < 0.4:
            done.append(admin.rollback(previous))
        else:
            done.append(admin.publish(chance.choice([s for s in snapshots if s != live])))
        live, previous = done[-1].target, live
    time.sleep(every_s)
    return done
