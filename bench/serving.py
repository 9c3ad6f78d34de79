"""Serving: cold start, memory, latency by stage and load, through HTTP on the Tate collection."""

import http.client
import json
import time
from collections import defaultdict
from pathlib import Path
from statistics import median
from urllib.parse import quote

import numpy as np

from bench.record import Figure, Recorder, say
from bench.server import Served, drive, get, serve

COLD_STARTS = 3
ROUNDS = 3  # of every query, interleaved, so that a busy minute hits all kinds alike
LOAD_S = 8.0

QUERIES = (
    "a shipwreck in a storm", "a woman reading by a window", "the sun setting over the water",
    "ruined abbey in moonlight", "portrait of a young man in black", "abstract composition in blue",
    "horses in a landscape", "mother and child", "view of Venice", "angels and demons",
    "a street in London in the rain", "flowers in a vase", "soldiers after a battle",
    "waterfall in the mountains", "nude bronze figure", "a cat asleep",
    "fishermen on the beach", "the Last Judgement", "industrial landscape with chimneys",
    "girl with a dog",
)  # fmt: skip
# Share of the 69,202 works that each filter leaves, as measured on the collection.
FILTERS = {
    "none": "",
    "56 %": "from=1800&to=1850",
    "22 %": "classification=print",
    "7 %": "medium=oil",
    "0.4 %": "artist=John+Constable",
    "3 works": "artist=Monet",
}


def run(home: Path, recorder: Recorder) -> None:
    """Measure the service over a home that `bench.tate` filled."""
    say("cold start")
    starts, firsts = [], []
    for _ in range(COLD_STARTS):
        with serve(home) as served:
            starts.append(served.start_s)
            firsts.append(served.first_answer_s)
    figures = {"first_answer_s": median(firsts), "ready_s": median(starts), "runs": COLD_STARTS}
    recorder.row("cold_start", figures)
    with serve(home) as served:
        recorder.row("memory_fresh", _memory(served))
        _measure_latency(served, recorder)
        _measure_load(served, recorder)
        recorder.row("memory_after_load", _memory(served))


def _memory(served: Served) -> dict[str, float]:
    return {"rss_mb": served.rss_mb(), "private_mb": served.private_mb()}


def search_path(query: str, where: str) -> str:
    """Write a search as the path of a request."""
    return f"/v1/search?q={quote(query)}&limit=20" + (f"&{where}" if where else "")


def _measure_latency(served: Served, recorder: Recorder) -> None:
    say("latency by stage")
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    wall: dict[str, list[float]] = defaultdict(list)
    stages: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    matching: dict[str, int] = {}
    for _ in range(ROUNDS):
        for query in QUERIES:
            for name, where in FILTERS.items():
                begin = time.perf_counter()
                status, body = get(connection, search_path(query, where))
                wall[name].append((time.perf_counter() - begin) * 1000)
                if status != 200:
                    raise RuntimeError(f"{status}: {body[:200]!r}")
                page = json.loads(body)
                matching[name] = page["total"]
                for stage in page["stages"]:
                    stages[name][stage["name"]].append(stage["duration_ms"])
    for name in FILTERS:
        split = {f"{stage}_p50_ms": median(ms) for stage, ms in stages[name].items() if any(ms)}
        p50, p95 = np.percentile(wall[name], (50, 95))
        figures: dict[str, Figure] = {"filter": name, "rows_matching": matching[name]}
        recorder.row(
            "latency_http", {**figures, "p50_ms": float(p50), "p95_ms": float(p95), **split}
        )


def _measure_load(served: Served, recorder: Recorder) -> None:
    paths = [search_path(query, where) for query in QUERIES for where in FILTERS.values()]
    for clients in (1, 4, 16):
        say(f"load of {clients} clients")
        load = drive(served.port, paths, clients=clients, seconds=LOAD_S)
        p50, p95 = np.percentile(load.latencies_ms, (50, 95))
        recorder.row(
            "load_http",
            {
                "clients": clients,
                "requests": len(load.latencies_ms),
                "requests_per_s": len(load.latencies_ms) / load.wall_s,
                "errors": load.errors,
                "p50_ms": float(p50),
                "p95_ms": float(p95),
            },
        )
