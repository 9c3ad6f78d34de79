"""What understanding adds to the time of a search."""

from collections.abc import Sequence

import numpy as np

from bench.quality.configs import PLAIN, WHOLE
from bench.quality.context import Context
from bench.quality.homes import Home
from bench.quality.places import content_key
from bench.quality.results import ALL, BOTH, INDEXED, Figures, Place
from core.queries import Query, SearchPage
from core.understanding import Understand
from search.build import build_engine

STAGE, SET = "understand", "latency-tate"
ROUNDS = 3
_UNMEASURED = f"no search has a stage {STAGE!r}"


def measure(context: Context, home: Home, texts: Sequence[str]) -> None:
    """Time every query with and without understanding, in turns, by engines new to it."""
    key = content_key((home.key, list(texts)))
    if context.is_done(_place(WHOLE, "p50", STAGE), key):
        return
    own, whole, plain = _times(context, home, texts)
    if not own:
        context.skip(SET, INDEXED, _UNMEASURED)
        return
    about = {"key": key, "unit": "ms"}
    for config, kind, times in ((WHOLE, STAGE, own), (WHOLE, ALL, whole), (PLAIN, ALL, plain)):
        for name, share in (("p50", 50), ("p95", 95)):
            figures = Figures(float(np.percentile(times, share)), None, None, len(texts))
            context.keep(_place(config, name, kind), figures, about)


def _place(config: str, measure: str, kind: str) -> Place:
    return Place(SET, BOTH, INDEXED, kind, config, measure)


def _times(
    context: Context, home: Home, texts: Sequence[str]
) -> tuple[list[float], list[float], list[float]]:
    own: list[float] = []
    totals: dict[Understand, list[float]] = {Understand.APPLY: [], Understand.OFF: []}
    with context.bars(SET) as bars:
        bars.begin("turns", ROUNDS * len(texts), "queries")
        for _ in range(ROUNDS):
            # A filter is resolved once: an engine that has seen the query knows the answer.
            engine = build_engine(home.services.settings)
            engine.warm_up()
            for text in texts:
                for mode, times in totals.items():
                    page = engine.search(Query(text=text, understand=mode))
                    times.append(page.duration_ms)
                    if mode is Understand.APPLY:
                        own += _own_ms(page)
                bars.advance()
    return own, totals[Understand.APPLY], totals[Understand.OFF]


def _own_ms(page: SearchPage) -> list[float]:
    return [stage.duration_ms for stage in page.stages if stage.name == STAGE]
