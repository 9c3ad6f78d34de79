"""What the machinery of a retriever costs beside the engine."""

import os
from dataclasses import dataclass, field
from statistics import median

import numpy as np

from api.render import build_executor
from bench.record import Recorder, say
from bench.retrievers.common import FOUR_STAGES, ROUNDS, Spent, now, timed_calls
from bench.serving import QUERIES
from search.build import Services
from search.retrievers.definition import Pipeline, parse_definition
from search.retrievers.prepare import Request


@dataclass(frozen=True, slots=True)
class _Costs:
    """What each of the searches took, in the same order."""

    whole: list[Spent] = field(default_factory=list)
    engine: list[Spent] = field(default_factory=list)  # of the whole
    render: list[Spent] = field(default_factory=list)  # of the whole
    bare: list[Spent] = field(default_factory=list)  # the engine by itself, right after it


def measure_overhead(services: Services, recorder: Recorder, *, rounds: int = ROUNDS) -> None:
    """Time four stages, and apart from them the engine that they end in and the rendering."""
    say("overhead of four stages")
    pipeline = parse_definition(FOUR_STAGES)
    _timed_rounds(services, pipeline, 1)  # loads and maps what the others find there
    costs = _timed_rounds(services, pipeline, rounds)
    parts = zip(costs.whole, costs.engine, costs.render, strict=True)
    overhead = [all_of_it - searched - rendered for all_of_it, searched, rendered in parts]
    walls = [one.wall_ms for one in overhead]
    recorder.row(
        "overhead",
        {
            "stages": len(pipeline.stages),
            "searches": len(overhead),
            "overhead_p50_ms": median(walls),
            "overhead_p95_ms": float(np.percentile(walls, 95)),
            "overhead_cpu_p50_ms": median(one.cpu_ms for one in overhead),
            "render_p50_ms": median(one.wall_ms for one in costs.render),
            "render_cpu_p50_ms": median(one.cpu_ms for one in costs.render),
            "engine_p50_ms": median(one.wall_ms for one in costs.engine),
            "bare_engine_p50_ms": median(one.wall_ms for one in costs.bare),
            "load": os.getloadavg()[0],
        },
    )


def _timed_rounds(services: Services, pipeline: Pipeline, rounds: int) -> _Costs:
    executor, costs = build_executor(services), _Costs()
    for text in QUERIES * rounds:
        with (
            timed_calls(services.engine, "search", costs.engine),
            timed_calls(executor, "_render", costs.render),
        ):
            begin = now()
            prepared = executor.prepare(pipeline, Request({"q": text}))
            executor.run(prepared)
            costs.whole.append(now() - begin)
        query = prepared.compiled().query
        begin = now()
        services.engine.search(query)
        costs.bare.append(now() - begin)
    return costs
