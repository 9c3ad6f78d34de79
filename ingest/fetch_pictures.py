"""Fetching: pictures that the catalogue names by address become copies of our own.

The ledger says all that a later run needs to know: a kill at any moment loses the requests under
way, and nothing else.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Lock

from core.blob_keys import STORED_LONGEST
from core.errors import PictureError, UnstoredError
from core.fetching import (
    DueRule,
    Fetched,
    FetchReport,
    FetchScope,
    FetchState,
    HostDue,
    PictureFetch,
    Verdict,
)
from core.ports import BlobStore, PictureFetcher, PictureLedger
from core.progress import Progress
from ingest.fetch_outcomes import with_copy, without_copy
from ingest.picture_store import PictureStore

BATCH = 50  # pictures after which the catalogue gets its copies
MOST_HOSTS = 8  # asked at the same time; each has a queue of its own
TRIES = 3  # in one run, where no answer came or half of one


@dataclass(frozen=True, slots=True)
class FetchRun:
    """How a run of fetching is meant."""

    scope: FetchScope = field(default_factory=FetchScope)
    at_once: int = 2  # requests of one host
    limit: int | None = None  # pictures to ask for
    dead_too: bool = False  # try those that failed before their time, and hosts left in peace
    stale_after: timedelta | None = None  # ask about copies older than this; None: never
    dry: bool = False  # ask no server


@dataclass(frozen=True, slots=True)
class FetchTools:
    """Who asks, where copies are kept, and where it is written down."""

    ledger: PictureLedger
    fetcher: PictureFetcher
    blobs: BlobStore
    longest: int = STORED_LONGEST  # pixels of a kept copy; 0: as it comes


def fetch_pictures(
    run: FetchRun,
    tools: FetchTools,
    *,
    progress: Progress,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> FetchReport:
    """Fetch what is due, of several hosts side by side; go on where an earlier run stopped."""
    planned = tools.ledger.plan(run.scope)
    rule = _rule(run, now())
    hosts = tools.ledger.hosts(rule)
    due = sum(host.count for host in hosts)
    report = FetchReport(wanted=planned.wanted, withheld=planned.withheld, due=due)
    if run.dry:
        return report
    filled = tools.ledger.fill()
    progress.begin("Fetch pictures", due if run.limit is None else min(due, run.limit), "pictures")
    work = _Work(run, rule, tools, progress=progress, now=now)
    if hosts:
        _fetch_hosts(work, hosts)
    return work.report(replace(report, filled=filled))


def _rule(run: FetchRun, now: datetime) -> DueRule:
    stale = now - run.stale_after if run.stale_after is not None else None
    return DueRule(now, stale_before=stale, dead_too=run.dead_too)


def _fetch_hosts(work: "_Work", hosts: Sequence[HostDue]) -> None:
    with ThreadPoolExecutor(min(len(hosts), MOST_HOSTS), thread_name_prefix="hosts") as pool:
        futures = [pool.submit(work.host, host) for host in hosts]
        try:
            for future in as_completed(futures):
                future.result()
        except BaseException:  # Ctrl-C too: what waits must not be waited for
            work.fetcher.stop()
            raise


class _Work:
    """What the threads of a run share."""

    def __init__(
        self,
        run: FetchRun,
        rule: DueRule,
        tools: FetchTools,
        *,
        progress: Progress,
        now: Callable[[], datetime],
    ) -> None:
        self.fetcher, self._ledger = tools.fetcher, tools.ledger
        self._store = PictureStore(tools.blobs, longest=tools.longest)
        self._run, self._rule = run, rule
        self._progress, self._now = progress, now
        self._lock = Lock()
        self._counts: Counter[str] = Counter()
        self._in_peace: list[str] = []
        self._begun = 0

    def host(self, due: HostDue) -> None:
        """Fetch what is due of one host, until it is done or wants to be left in peace."""
        if due.rests_until is not None and not self._run.dead_too:
            self.fetcher.rest(due.host, due.rests_until)
        after = 0
        with ThreadPoolExecutor(self._run.at_once, thread_name_prefix=due.host) as pool:
            while lines := self._ledger.due(due.host, self._rule, after=after, limit=BATCH):
                self._add(filled=self._ledger.fill(self._copies(pool, lines)))
                after = lines[-1].key
                if self._is_over(due.host):
                    break
        if reason := self.fetcher.given_up(due.host):
            with self._lock:
                self._in_peace.append(f"{due.host} {reason}")

    def _copies(self, pool: ThreadPoolExecutor, lines: Sequence[PictureFetch]) -> list[str]:
        """Fetch pictures; the addresses whose copies the catalogue does not know yet."""
        try:
            return [address for address in pool.map(self._one, lines) if address]
        except BaseException:  # whatever it is, the other threads must not go on asking
            self.fetcher.stop()
            raise

    def report(self, report: FetchReport) -> FetchReport:
        """Add what was done to a report."""
        counts = dict(self._counts)
        counts["filled"] = counts.get("filled", 0) + report.filled
        return replace(report, **counts, in_peace=tuple(sorted(self._in_peace)))

    def _one(self, line: PictureFetch) -> str | None:
        """Fetch one picture; its address where the catalogue is to get a new copy."""
        if not self._may_begin(line.host):
            return None
        for _ in range(TRIES):
            fetched = self.fetcher.fetch(line)
            before, (line, fetched) = line, self._settle(line, fetched)
            self._ledger.save(line)
            if fetched.verdict not in (Verdict.BUSY, Verdict.FAILED):
                break
            if self.fetcher.given_up(line.host):
                break
        if self.fetcher.given_up(line.host):
            self._note_peace(line.host)
        self._add(asked=1, **_counted(before, line))
        with self._lock:
            self._progress.advance()
        return line.address if line.state is FetchState.STORED else None

    def _note_peace(self, host: str) -> None:
        """Write down, for the runs to come, until when a host is to be left in peace."""
        for line in self._ledger.due(host, DueRule(self._rule.now), after=0, limit=1):
            self._ledger.save(self._settle(line, self.fetcher.fetch(line))[0])  # asks nothing

    def _settle(self, line: PictureFetch, fetched: Fetched) -> tuple[PictureFetch, Fetched]:
        if fetched.verdict is not Verdict.FETCHED:
            return without_copy(line, fetched, self._now()), fetched
        try:
            stored = self._store.store(fetched.data)
        except PictureError as error:
            wrong = Fetched(Verdict.WRONG, status=fetched.status, reason=error.reason)
            return without_copy(line, wrong, self._now()), wrong
        except UnstoredError as error:  # no fault of the server, which is not asked again for it
            lost = replace(fetched, verdict=Verdict.FAILED, reason=str(error))
            return without_copy(line, lost, self._now()), fetched
        return with_copy(line, fetched, stored.content_hash, self._now()), fetched

    def _may_begin(self, host: str) -> bool:
        if self._is_over(host):
            return False
        with self._lock:
            self._begun += 1
            return self._run.limit is None or self._begun <= self._run.limit

    def _is_over(self, host: str) -> bool:
        limit = self._run.limit
        with self._lock:
            is_enough = limit is not None and self._begun >= limit
        return is_enough or self.fetcher.given_up(host) is not None

    def _add(self, **counts: int) -> None:
        with self._lock:
            self._counts.update(counts)


def _counted(before: PictureFetch, line: PictureFetch) -> dict[str, int]:
    """Count what became of a picture."""
    match line.state:
        case FetchState.STORED:
            name = "stored" if before.content_hash is None else "changed"
            return {name: 1, "size_bytes": line.size_bytes or 0}
        case FetchState.UNCHANGED:
            return {"unchanged": 1}
        case FetchState.DEAD:
            return {"dead": 1}
        case FetchState.REFUSED:
            return {"refused": 1}
        case FetchState.WAITING:
            return {"postponed": 1}
