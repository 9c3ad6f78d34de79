"""What the cache of retrievers gives: hits, memory, and one computation for many."""

import http.client
import json
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from statistics import median

import numpy as np
import psutil

from api.render import build_executor
from bench.record import Recorder, say
from bench.retrievers.common import FOUR_STAGES, ROUNDS, Spent, now, timed_calls
from bench.server import get, serve
from bench.serving import QUERIES
from core.cache import CacheKind
from search.build import Services
from search.retrievers.definition import Pipeline, parse_definition
from search.retrievers.executor import Executor
from search.retrievers.prepare import Request

TOGETHER = 100  # equal requests at one moment
WORDS = ("boats", "roses", "a storm", "a saint", "horses", "a mirror", "snow", "a king", "fruit",
         "an angel", "two women", "a harbour", "mountains", "a dance", "night", "a letter",
         "a garden", "a dog", "clouds", "a bridge")  # fmt: skip
PLACES = ("in winter", "by a river", "at dusk", "in a city", "under trees", "by candlelight",
          "in a church", "on a beach", "seen from afar", "in blue", "in gold", "with children",
          "in the rain", "at a window", "on a hill")  # fmt: skip


def measure_hits(services: Services, recorder: Recorder, *, rounds: int = ROUNDS) -> None:
    """Time answers that are kept, as the executor gives them."""
    say("hits in the process")
    executor, pipeline = build_executor(services), parse_definition(FOUR_STAGES)
    spent: list[Spent] = []
    for turn in range(rounds + 1):
        for text in QUERIES:
            begin = now()
            executed = executor.run(executor.prepare(pipeline, Request({"q": text})))
            if executed.report.hit != bool(turn):
                raise RuntimeError(f"{text}: {executed.report}")
            if turn:
                spent.append(now() - begin)
    walls = [one.wall_ms for one in spent]
    figures = {
        "hits": len(spent),
        "p50_ms": median(walls),
        "p95_ms": float(np.percentile(walls, 95)),
        "cpu_p50_ms": median(one.cpu_ms for one in spent),
    }
    recorder.row("cache_hit", figures)


def measure_hits_over_http(home: Path, recorder: Recorder) -> None:
    """Time the same through `vasari serve`, by one client."""
    say("hits over HTTP")
    paths = [f"/v1/search?q={text.replace(' ', '+')}&limit=20" for text in QUERIES]
    times: list[float] = []
    reported: list[float] = []
    missed: list[float] = []
    empty: list[float] = []  # what a request costs that asks for nothing
    with (
        serve(home) as served,
        closing(http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)) as connection,
    ):
        for turn in range(ROUNDS + 1):
            for path in paths:
                begin = time.perf_counter()
                status, body = get(connection, path)
                spent = (time.perf_counter() - begin) * 1000
                answer = json.loads(body)
                if status != 200 or answer["cache"]["hit"] != bool(turn):
                    raise RuntimeError(f"{status}: {answer.get('cache')}")
                (times if turn else missed).append(spent)
                if turn:
                    reported.append(float(answer["duration_ms"]))
                begin = time.perf_counter()
                get(connection, "/healthz")
                empty.append((time.perf_counter() - begin) * 1000)
    figures = {
        "hits": len(times),
        "p50_ms": median(times),
        "p95_ms": float(np.percentile(times, 95)),
        "reported_p50_ms": median(reported),
        "empty_request_p50_ms": median(empty),
        "miss_p50_ms": median(missed),
    }
    recorder.row("cache_hit_http", figures)


def measure_zipf(services: Services, recorder: Recorder, *, draws: int, distinct: int) -> None:
    """Ask requests of Zipf's law (exponent 1), and tell what of them was kept."""
    say(f"{draws} requests of {distinct}")
    executor, pipeline = build_executor(services), parse_definition(FOUR_STAGES)
    texts = [f"{a} {p} and {b}" for a in WORDS for p in PLACES for b in WORDS][:distinct]
    weights = 1.0 / np.arange(1, len(texts) + 1)
    chosen = np.random.default_rng(7).choice(len(texts), draws, p=weights / weights.sum())
    executor.run(executor.prepare(pipeline, Request({"q": QUERIES[0]})))  # loads the models
    rss = psutil.Process().memory_info().rss
    hits = sum(_is_hit(executor, pipeline, texts[number]) for number in chosen)
    grown = (psutil.Process().memory_info().rss - rss) / 2**20
    kept = {fact.kind: fact for fact in services.cache.facts().kinds}
    result = kept[CacheKind.RESULT]
    recorder.row(
        "zipf",
        {
            "cache_mb": services.settings.cache_mb,
            "requests": draws,
            "distinct_drawn": len(set(chosen.tolist())),
            "hit_ratio": hits / draws,
            "best_possible": 1 - len(set(chosen.tolist())) / draws,
            "results_kept": result.entries,
            "results_mb": (result.size_bytes or 0) / 1e6,
            "results_limit_mb": (result.limit_bytes or 0) / 1e6,
            "results_evicted": result.evictions,
            **{f"{kind}_mb": (fact.size_bytes or 0) / 1e6 for kind, fact in kept.items()},
            "rss_grown_mb": grown,
        },
    )


def measure_together(services: Services, recorder: Recorder) -> None:
    """Ask one thing a hundred times at one moment, and count what was computed."""
    say(f"{TOGETHER} equal requests at one moment")
    executor, pipeline = build_executor(services), parse_definition(FOUR_STAGES)
    computed: list[Spent] = []
    answers: list[tuple[bool, bool]] = []
    gate = threading.Barrier(TOGETHER)

    def ask() -> None:
        prepared = executor.prepare(pipeline, Request({"q": QUERIES[0]}))
        gate.wait()
        report = executor.run(prepared).report
        answers.append((report.hit, report.coalesced))

    threads = [threading.Thread(target=ask) for _ in range(TOGETHER)]
    with timed_calls(services.engine, "search", computed):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    told = Counter(answers)
    figures = {"requests": len(answers), "computations": len(computed)}
    recorder.row("together", figures | {"coalesced": told[True, True], "hits": told[True, False]})


def _is_hit(executor: Executor, pipeline: Pipeline, text: str) -> bool:
    return executor.run(executor.prepare(pipeline, Request({"q": text}))).report.hit
