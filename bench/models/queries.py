"""What a query waits for its embedding, alone and among others, with and without shared passes.

`by_turns` is one forward pass for each query, one after the other, as every torch encoder of ours
does by itself; `shared` puts those that wait into one pass (search/shared_encoder.py); `inside` is
what the built-in encoders do: as many at once as there are cores. Each client asks again as soon
as it is answered, and never twice the same.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from threading import BoundedSemaphore, Lock

import numpy as np

from bench.models.checkpoints import QWEN, SIGLIP, Size
from bench.models.plan import Plan, check_whole, free_memory, going_on, query_texts
from bench.record import Figure
from core.ports import Encoder
from core.types import Matrix, Purpose
from models.builtin.runtime import available_cores
from models.options import Device, Dtype
from models.registry import load_encoder
from models.torch_runtime import BATCH
from search.shared_encoder import MOST, SharedEncoder

CLIENTS = (1, 4, 16)
ROUNDS = 3
BUILTIN = "minilm-int8"
_TEXTS = 200_000  # more than are asked

_Ask = Callable[[str], Matrix]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to encode queries."""

    name: str
    ask: _Ask
    per_pass: Callable[[], float | None]  # queries of a pass since it was asked last


@dataclass(frozen=True, slots=True)
class Load:
    """What a number of clients saw together."""

    latencies_ms: tuple[float, ...] = ()
    wall_s: float = 0.0

    def add(self, other: "Load") -> "Load":
        """Put two rounds together."""
        return Load(self.latencies_ms + other.latencies_ms, self.wall_s + other.wall_s)

    def figures(self) -> dict[str, Figure]:
        """Sum it up."""
        p50, p95, p99 = (float(ms) for ms in np.percentile(self.latencies_ms, (50, 95, 99)))
        count = len(self.latencies_ms)
        return {
            "queries": count,
            "qps": count / self.wall_s,
            "p50_ms": p50,
            "p95_ms": p95,
            "p99_ms": p99,
        }


def run(plan: Plan) -> None:
    """Measure the built-in encoder on the CPU, and the torch ones on the device."""
    failed = list[str]()
    if plan.device is Device.CPU:
        with going_on(failed, f"queries of {BUILTIN}"):
            _measure_builtin(plan)
    for size in (SIGLIP,) if plan.device is Device.CPU else (SIGLIP, QWEN):
        with going_on(failed, f"queries of {size.name}"):
            _measure_torch(plan, size)
        free_memory(plan.device)
    check_whole(failed)


def _measure_builtin(plan: Plan) -> None:
    encoder = load_encoder(BUILTIN)
    facts: dict[str, Figure] = {"model": BUILTIN, "device": "cpu", "dtype": encoder.card.dtype}
    measure(plan, encoder, facts, [inside(encoder), shared(encoder)])


def _measure_torch(plan: Plan, size: Size) -> None:
    batch = BATCH[plan.device]
    encoder = plan.load(size, Dtype.BF16, batch)
    ways = [by_turns(encoder), shared(encoder, batch)]
    measure(plan, encoder, plan.facts(size, Dtype.BF16), ways)


def measure(plan: Plan, encoder: Encoder, facts: dict[str, Figure], ways: list[Way]) -> None:
    """Drive an encoder in each way by turns, so that a busy minute of the machine hits all."""
    texts, moved = iter(query_texts(_TEXTS)), company_error(encoder)
    for way in ways:
        drive(
            way.ask, texts, clients=max(CLIENTS), seconds=plan.budget_s / 4
        )  # the first ones are slow
    for clients in CLIENTS:
        for way in ways:
            way.per_pass()  # counts from here
        found: dict[str, Load] = {way.name: Load() for way in ways}
        for _ in range(ROUNDS):
            for way in ways:
                load = drive(way.ask, texts, clients=clients, seconds=_seconds(plan) / ROUNDS)
                found[way.name] = found[way.name].add(load)
        for way in ways:
            company = {"queries_per_pass": way.per_pass(), "moved_millionths": 1e6 * moved}
            about = facts | {"way": way.name, "clients": clients}
            plan.recorder.row("query", about | found[way.name].figures() | company)


def company_error(encoder: Encoder) -> float:
    """Tell by how much company changes a number of a query's embedding at most."""
    texts = query_texts(16)
    alone = np.concatenate([encoder.encode_texts([t], purpose=Purpose.QUERY) for t in texts])
    return float(np.abs(encoder.encode_texts(texts, purpose=Purpose.QUERY) - alone).max())


def _seconds(plan: Plan) -> float:
    """Choose for how long each way is driven by each number of clients."""
    if plan.quick:
        return 2 * plan.budget_s
    return plan.budget_s * (12 if plan.device is Device.CPU else 3)


def inside(encoder: Encoder) -> Way:
    """Encode as many at once as there are cores."""
    return Way("inside", _guarded(encoder, BoundedSemaphore(available_cores())), lambda: None)


def by_turns(encoder: Encoder) -> Way:
    """Encode one after the other, as a torch encoder does by itself."""
    return Way("by_turns", _guarded(encoder, nullcontext()), lambda: 1.0)


def _guarded(encoder: Encoder, places: BoundedSemaphore | nullcontext[None]) -> _Ask:
    def ask(text: str) -> Matrix:
        with places:
            return encoder.encode_texts([text], purpose=Purpose.QUERY)

    return ask


def shared(encoder: Encoder, most: int = MOST) -> Way:
    """Encode those that wait together."""
    sharing = SharedEncoder(encoder, most=most)
    seen = {"queries": 0, "passes": 0}

    def per_pass() -> float | None:
        passes = sharing.report().passes
        now = {
            "queries": sum(n * many for n, many in passes.items()),
            "passes": sum(passes.values()),
        }
        since = {name: now[name] - seen[name] for name in now}
        seen.update(now)
        return since["queries"] / since["passes"] if since["passes"] else None

    return Way("shared", lambda text: sharing.encode_texts([text], purpose=Purpose.QUERY), per_pass)


def drive(ask: _Ask, texts: Iterator[str], *, clients: int, seconds: float) -> Load:
    """Let clients ask one text after another."""
    lock, begin = Lock(), time.perf_counter()

    def client(_: int) -> list[float]:
        latencies_ms: list[float] = []
        while True:
            with lock:
                text = next(texts)
            asked = time.perf_counter()
            ask(text)
            answered = time.perf_counter()
            latencies_ms.append((answered - asked) * 1000)
            if answered - begin >= seconds:
                return latencies_ms

    with ThreadPoolExecutor(clients) as pool:
        found = [ms for part in pool.map(client, range(clients)) for ms in part]
    return Load(tuple(found), time.perf_counter() - begin)
