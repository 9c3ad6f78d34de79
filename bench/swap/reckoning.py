"""What a run shows: which requests met a swap, how long they took, which were mixed."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from bench.record import Figure
from bench.swap.load import Seen
from bench.swap.swapping import ROLLBACK, Swap

AFTER_S = 1.0  # a swap is under way until so long after the first answer of the new snapshot
Asked: TypeAlias = tuple[int, int, str]  # request, page, snapshot
Fresh: TypeAlias = Mapping[Asked, int]  # checksum of what a snapshot answers without load


@dataclass(frozen=True, slots=True)
class Window:
    """When a swap was under way."""

    begin: float
    end: float
    called: float  # when the call had ended: until then the snapshot is checked and published
    first_new_s: float | None  # from the end of the call to the last service's first new answer


def windows(swaps: Sequence[Swap], seen: Sequence[Seen], ports: Sequence[int]) -> list[Window]:
    """Find when each swap was under way: until every service has answered by the new snapshot."""
    ordered = sorted(seen, key=lambda one: one.done)
    found = []
    for number, swap in enumerate(swaps):
        until = swaps[number + 1].begin if number + 1 < len(swaps) else float("inf")
        firsts = [_first_new(ordered, swap, port, until) for port in ports]
        known = [first for first in firsts if first is not None]
        last = max([*known, swap.end])
        is_seen_by_all = len(known) == len(ports)
        found.append(
            Window(
                swap.begin,
                last + AFTER_S,
                called=swap.end,
                first_new_s=last - swap.end if is_seen_by_all else None,
            )
        )
    return found


def _first_new(seen: Sequence[Seen], swap: Swap, port: int, until: float) -> float | None:
    for one in seen:
        if one.port == port and one.sent >= swap.begin and one.answer.snapshot == swap.target:
            return one.done if one.sent < until else None
    return None


def is_during(one: Seen, swapping: Sequence[Window]) -> bool:
    """Tell whether a request was under way while a swap was."""
    return any(one.due < window.end and one.done > window.begin for window in swapping)


def is_during_call(one: Seen, swapping: Sequence[Window]) -> bool:
    """Tell whether a request was under way while a snapshot was checked and published."""
    return any(one.due < window.called and one.done > window.begin for window in swapping)


def is_mixed(one: Seen, fresh: Fresh) -> bool:
    """Tell whether an answer is not that of the snapshot which it names."""
    answer = one.answer
    if one.page and answer.snapshot != one.pinned:
        return True
    return fresh.get((one.request, one.page, answer.snapshot)) != answer.hits


def figures(
    seen: Sequence[Seen], swaps: Sequence[Swap], swapping: Sequence[Window], fresh: Fresh
) -> dict[str, Figure]:
    """Put a run into one row."""
    failed = [one for one in seen if one.answer.status != 200]
    whole = [one for one in seen if one.answer.status == 200]
    statuses = Counter(one.answer.status for one in failed)
    new_s = [window.first_new_s for window in swapping if window.first_new_s is not None]
    return {
        "swaps": len(swaps),
        "rollbacks": sum(swap.verb == ROLLBACK for swap in swaps),
        "swaps_failed": sum(swap.error is not None for swap in swaps),
        "requests": len(seen),
        "failed": len(failed),
        "statuses": ", ".join(f"{status}: {n}" for status, n in statuses.items()) or None,
        "mixed": sum(is_mixed(one, fresh) for one in whole),
        "later_pages": sum(one.page for one in whole),
        "pages_of_earlier_snapshots": _behind(whole, swaps),
        "distinct": len(fresh),
        "telling": _telling(fresh),
        **_latencies(whole, swapping),
        "swap_call_p50_ms": _percentiles([(s.end - s.begin) * 1000 for s in swaps])[0],
        "unseen_swaps": len(swapping) - len(new_s),
        "seen_by_all_p95_s": _percentiles(new_s)[1],
    }


def _latencies(seen: Sequence[Seen], swapping: Sequence[Window]) -> dict[str, Figure]:
    """Tell how long requests took: outside of swaps, during one, and during its call alone."""
    during = [one.latency_ms for one in seen if is_during(one, swapping)]
    in_call = [one.latency_ms for one in seen if is_during_call(one, swapping)]
    outside = [one.latency_ms for one in seen if not is_during(one, swapping)]
    p50, p95 = _percentiles(outside)
    swap_p50, swap_p95 = _percentiles(during)
    call_p50, call_p95 = _percentiles(in_call)
    return {
        "requests_during_swap": len(during),
        "requests_during_call": len(in_call),
        "p50_ms": p50,
        "p95_ms": p95,
        "p50_ms_during_swap": swap_p50,
        "p95_ms_during_swap": swap_p95,
        "p50_ms_during_call": call_p50,
        "p95_ms_during_call": call_p95,
        "p95_ratio": swap_p95 / p95 if p95 and swap_p95 else None,
    }


def _telling(fresh: Fresh) -> float | None:
    """Tell in what share of requests a mixture would show: their snapshots answer differently."""
    answers: dict[tuple[int, int], list[int]] = defaultdict(list)
    for (request, page, _), hits in fresh.items():
        answers[request, page].append(hits)
    several = [len(set(hits)) > 1 for hits in answers.values() if len(hits) > 1]
    return sum(several) / len(several) if several else None


def _behind(seen: Sequence[Seen], swaps: Sequence[Swap]) -> int:
    """Count pages that were answered by the snapshot of their cursor after it was replaced."""
    count = 0
    for one in seen:
        live = next((s.target for s in reversed(swaps) if s.end < one.sent), None)
        count += bool(one.page and live and one.answer.snapshot != live)
    return count


def _percentiles(values: Sequence[float]) -> tuple[float | None, float | None]:
    if not values:
        return None, None
    p50, p95 = np.percentile(values, (50, 95))
    return float(p50), float(p95)
