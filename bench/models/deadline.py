"""How late reranking ends: overshoot of the deadline, by deadline and number of searches at once.

    python -m bench.models.deadline --reranker words+20ms --searches 200

Any reranker that VASARI_RERANKER takes can be measured. `words+20ms` waits 20 ms for each pair: it
measures the scheduling alone, and says nothing of a model.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from bench.models.filled import sample_services
from bench.record import Figure, Recorder
from core.queries import Query, SearchPage
from core.rerank import Rerank
from core.settings import load_settings
from models.options import Device
from search.build import Services

DEADLINES_MS = (100, 300, 1000)
AT_ONCE = (1, 4)
DEPTH = 80
TEXTS = ("a woman reading", "boats in a storm", "a bridge at night", "still life with fruit")


@dataclass(frozen=True, slots=True)
class Case:
    """What one row is measured under."""

    deadline_ms: int
    at_once: int


def main() -> None:
    """Measure every case over the bundled sample collection."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reranker", default="words+20ms")
    parser.add_argument("--searches", type=int, default=200, help="of each case")
    arguments = parser.parse_args()
    run(Recorder("models"), arguments.reranker, arguments.searches)


def run(recorder: Recorder, reranker: str, searches: int, *, device: Device = Device.AUTO) -> None:
    """Measure so many searches of every case."""
    with TemporaryDirectory() as folder:
        settings = replace(
            load_settings(), home=Path(folder), reranker=reranker, device=device.value
        )
        services = sample_services(settings)
        services.engine.warm_up()
        for deadline_ms in DEADLINES_MS:
            for at_once in AT_ONCE:
                case = Case(deadline_ms, at_once)
                pages = list(_ask(services, case, searches))
                recorder.row("rerank-deadline", figures(case, pages))


def figures(case: Case, pages: Sequence[tuple[SearchPage, float]]) -> dict[str, Figure]:
    """Put the reports of many searches into one row."""
    reports = [page.reranked for page, _ in pages if page.reranked]
    late = [report.overshoot_ms or 0.0 for report in reports]
    p50, p99 = (float(ms) for ms in np.percentile(late, [50, 99]))
    return {
        "reranker": reports[0].reranker,
        "deadline_ms": case.deadline_ms,
        "at_once": case.at_once,
        "searches": len(reports),
        "overshoot_p50_ms": p50,
        "overshoot_p99_ms": p99,
        "overshoot_max_ms": max(late),
        "late_share": float(np.mean([ms > 0 for ms in late])),
        "pairs_mean": float(np.mean([report.count for report in reports])),
        "pairs_none_share": float(np.mean([report.count == 0 for report in reports])),
        "candidates": reports[0].of,
        "answer_p99_ms": float(np.percentile([ms for _, ms in pages], 99)),
    }


def _ask(services: Services, case: Case, searches: int) -> Iterator[tuple[SearchPage, float]]:
    rerank = Rerank(DEPTH, case.deadline_ms)

    def ask(number: int) -> tuple[SearchPage, float]:
        began = time.perf_counter()
        page = services.engine.search(Query(text=TEXTS[number % len(TEXTS)], rerank=rerank))
        return page, (time.perf_counter() - began) * 1000

    with ThreadPoolExecutor(case.at_once) as pool:
        yield from pool.map(ask, range(searches))


if __name__ == "__main__":
    main()
