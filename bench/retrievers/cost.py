"""What the machinery of a retriever costs beside the engine."""

import os
from dataclasses import dataclass, field
from functools import partial
from statistics import median
from unittest.mock import patch

from api.render import build_executor
from bench.record import Recorder, say
from bench.retrievers.common import FOUR_STAGES, ROUNDS, Spent, now, timed_calls
from bench.serving import QUERIES
from search.build import Services
from search.retrievers.definition import Pipeline, parse_definition
from search.retrievers.executor import Executed, Executor, Found
from search.retrievers.prepare import Request


@dataclass(frozen=True, slots=True)
class _Beside:
    """What searches took, in the same order: as retrievers, and as bare calls of the engine."""

    whole: list[Spent] = field(default_factory=list)
    bare: list[Spent] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What parts of searches took, in the same order; a stopwatch in each costs a little."""

    whole: list[Spent] = field(default_factory=list)
    opening: list[Spent] = field(default_factory=list)  # the snapshot is found
    engine: list[Spent] = field(default_factory=list)
    render: list[Spent] = field(default_factory=list)

    def own(self) -> list[Spent]:
        """What each search spent outside of the engine and the rendering."""
        parts = zip(self.whole, self.opening, self.engine, self.render, strict=True)
        return [whole - opening - engine - render for whole, opening, engine, render in parts]


def measure_overhead(services: Services, recorder: Recorder, *, rounds: int = ROUNDS) -> None:
    """Time a retriever of four stages against the engine called with the same query.

    Rendering is left out of both. Either goes first in turn, since a call begins with memory and
    branches that have gone cold: in a retriever the machinery meets them first, and the engine
    after it is the quicker for that. So `own`, what the machinery takes, is more than `overhead`,
    by which the whole is longer.
    """
    say("overhead of four stages")
    pipeline = parse_definition(FOUR_STAGES)
    _beside_bare(services, pipeline, 1)  # loads and maps what the others find there
    beside, parts = _beside_bare(services, pipeline, rounds), _in_parts(services, pipeline, rounds)
    overhead = [whole - bare for whole, bare in zip(beside.whole, beside.bare, strict=True)]
    recorder.row(
        "overhead",
        {
            "stages": len(pipeline.stages),
            "searches": len(overhead),
            "overhead_p50_ms": _p50_ms(overhead),
            "overhead_cpu_p50_ms": median(one.cpu_ms for one in overhead),
            "whole_p50_ms": _p50_ms(beside.whole),
            "bare_engine_p50_ms": _p50_ms(beside.bare),
            "own_p50_ms": _p50_ms(parts.own()),
            "engine_p50_ms": _p50_ms(parts.engine),
            "render_p50_ms": _p50_ms(parts.render),
            "load": os.getloadavg()[0],
        },
    )


def _beside_bare(services: Services, pipeline: Pipeline, rounds: int) -> _Beside:
    executor, beside = build_executor(services), _Beside()
    rendered = _render_once(executor, pipeline)
    with patch.object(executor, "_render", lambda _: rendered):
        for turn in range(rounds):
            for place, text in enumerate(QUERIES):
                request = Request({"q": text})
                query = executor.prepare(pipeline, request).compiled().query
                whole = (beside.whole, partial(_run, executor, pipeline, request))
                bare = (beside.bare, partial(services.engine.search, query))
                for spent, run in (whole, bare) if (turn + place) % 2 else (bare, whole):
                    begin = now()
                    run()
                    spent.append(now() - begin)
    return beside


def _run(executor: Executor, pipeline: Pipeline, request: Request) -> Executed:
    return executor.run(executor.prepare(pipeline, request))


def _render_once(executor: Executor, pipeline: Pipeline) -> bytes:
    rendered: list[bytes] = []
    render = executor._render

    def keep(found: Found) -> bytes:
        rendered.append(render(found))
        return rendered[0]

    with patch.object(executor, "_render", keep):
        _run(executor, pipeline, Request({"q": QUERIES[0]}))
    return rendered[0]


def _in_parts(services: Services, pipeline: Pipeline, rounds: int) -> _Parts:
    executor, parts = build_executor(services), _Parts()
    with (
        timed_calls(services.snapshots, "current", parts.opening),
        timed_calls(services.engine, "search", parts.engine),
        timed_calls(executor, "_render", parts.render),
    ):
        for text in QUERIES * rounds:
            begin = now()
            _run(executor, pipeline, Request({"q": text}))
            parts.whole.append(now() - begin)
    return parts


def _p50_ms(spent: list[Spent]) -> float:
    return median(one.wall_ms for one in spent)
