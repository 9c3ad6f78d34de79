"""What each snapshot answers without any load, in a process of its own."""

import http.client
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from bench.record import say
from bench.server import serve
from bench.swap.asking import Request, ask, open_connection, read_answer
from bench.swap.home import cli
from bench.swap.reckoning import Asked


def answer_afresh(
    home: Path,
    requests: Sequence[Request],
    asked: Iterable[Asked],
    *,
    settings: Mapping[str, str],
) -> dict[Asked, int]:
    """Publish each snapshot that was answered by, and ask it all that it was asked."""
    by_snapshot: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for request, page, snapshot in asked:
        by_snapshot[snapshot].add((request, page))
    fresh: dict[Asked, int] = {}
    for snapshot, wanted in by_snapshot.items():
        cli(home, "index", "publish", snapshot)
        say(f"{len(wanted)} requests afresh, on {snapshot}")
        with serve(home, settings) as served, closing(open_connection(served.port)) as connection:
            for number, page in sorted(wanted):
                hits = _hits(connection, requests[number], page, snapshot)
                fresh[number, page, snapshot] = hits
    return fresh


def _hits(
    connection: http.client.HTTPConnection, request: Request, page: int, snapshot: str
) -> int:
    status, raw = ask(connection, request.json())
    if page:
        status, raw = ask(connection, request.json(json.loads(raw)["cursor"]))
    answer = read_answer(status, raw)
    if status != 200 or answer.snapshot != snapshot:
        raise RuntimeError(f"{status}: {raw[:300]!r}")
    return answer.hits
