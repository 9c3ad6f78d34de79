"""`vasari ingest pictures`: copies of the pictures that the catalogue names by address."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Option

from cli.ingest_run import Json
from cli.output import console, print_json, print_table, progress_bars
from core.errors import FetchRunningError
from core.fetching import DEFAULT_LONGEST, FetchScope, FetchState, PictureFetch
from core.locks import try_lock
from core.rights import RightsPolicy
from core.settings import load_settings

if TYPE_CHECKING:
    from core.ports import PictureLedger
    from ingest.build_fetcher import Manners
    from ingest.fetch_pictures import FetchRun
    from search.build import Services

_SHOWN = 50  # lines of the list for people; --json has all
_PAGE = 1000
_IN_VAIN = (FetchState.DEAD, FetchState.REFUSED)

Source = Annotated[str | None, Option(help="Pictures of one source alone.")]
Contact = Annotated[str | None, Option(help="Mail or web address that the servers are told.")]
Rate = Annotated[float, Option(min=0.001, max=100, help="Requests per second of a host, at most.")]
AtOnce = Annotated[int, Option(min=1, max=16, help="Requests of a host at once.")]
Longest = Annotated[int, Option(min=64, max=20_000, help="Longest side asked of IIIF, in pixels.")]
Night = Annotated[str | None, Option(help="Hours to fetch in, such as 22:00-06:00, local time.")]
Limit = Annotated[int | None, Option(min=1, help="Most pictures to ask for.")]
AllImages = Annotated[bool, Option("--all-images", help="All images, not the primary ones alone.")]
AgainAfter = Annotated[int | None, Option(min=0, help="Ask again about copies this many days old.")]
RetryDead = Annotated[
    bool, Option("--retry-dead", help="Try at once what failed, and hosts left in peace.")
]
AllowPrivate = Annotated[
    list[str] | None, Option(help="Host that may lie in a private network; may be repeated.")
]
DryRun = Annotated[bool, Option("--dry-run", help="Count what is due, and ask no server.")]
Listing = Annotated[bool, Option("--report", help="List the pictures that could not be had.")]
_NOBODY = "https://example.org"  # stands in a dry run, which tells it to no server


def pictures(
    *,
    source: Source = None,
    contact: Contact = None,
    rate: Rate = 1.5,
    at_once: AtOnce = 2,
    longest: Longest = DEFAULT_LONGEST,
    night: Night = None,
    limit: Limit = None,
    all_images: AllImages = False,
    again_after: AgainAfter = None,
    retry_dead: RetryDead = False,
    allow_private: AllowPrivate = None,
    dry_run: DryRun = False,
    report: Listing = False,
    json: Json = False,
) -> None:
    """Fetch pictures that lie on servers of others, politely; go on where a run was stopped."""
    from ingest.build_fetcher import Manners
    from ingest.fetch_pictures import FetchRun
    from search.build import build_services

    services = build_services(settings := load_settings())
    if report:
        return _list_in_vain(services.pictures, json=json)
    run = FetchRun(
        FetchScope(source, RightsPolicy(settings.rights), all_images, longest),
        at_once=at_once,
        limit=limit,
        dead_too=retry_dead,
        stale_after=None if again_after is None else timedelta(days=again_after),
        dry=dry_run,
    )
    named = contact or settings.fetch_contact or (_NOBODY if dry_run else None)
    manners = Manners(named, rate, at_once, night, tuple(allow_private or ()))
    return _fetch(services, run, manners, json=json)


def _fetch(services: "Services", run: "FetchRun", manners: "Manners", *, json: bool) -> None:
    from ingest.build_fetcher import build_fetcher
    from ingest.fetch_pictures import FetchTools, fetch_pictures
    from ingest.fetch_report import fetch_report_json, fetch_report_text

    with closing(build_fetcher(manners)) as fetcher, _alone(services.settings.home / "work"):
        tools = FetchTools(
            services.pictures, fetcher, services.blobs, services.settings.picture_longest
        )
        with progress_bars() as progress:
            report = fetch_pictures(run, tools, progress=progress)
    if json:
        print_json(fetch_report_json(report))
        return
    console.print(fetch_report_text(report), markup=False, highlight=False)
    if run.scope.source and not report.wanted + report.withheld:
        told = f"no picture of {run.scope.source}: `vasari ingest report --list` names the sources"
        console.print(told, markup=False, highlight=False)
    if report.dead or report.refused:
        console.print("`vasari ingest pictures --report` says why", style="dim")
    if report.stored or report.changed:
        console.print("`vasari index build` makes them searchable", style="dim")


@contextmanager
def _alone(work: Path) -> Iterator[None]:
    """Keep a second run of this installation away: two together would not be polite."""
    work.mkdir(parents=True, exist_ok=True)
    lock = try_lock(work / "pictures.lock")
    if lock is None:
        raise FetchRunningError
    try:
        yield
    finally:
        os.close(lock)


def _list_in_vain(ledger: "PictureLedger", *, json: bool) -> None:
    from ingest.fetch_report import pictures_json

    counts = ledger.counts()
    lines = [line for state in _IN_VAIN for line in _all(ledger, state)]
    if json:
        print_json(pictures_json(counts, lines))
        return
    told = ", ".join(f"{counts.get(state, 0):,} {state.value}" for state in FetchState)
    console.print(f"pictures: {told}", highlight=False)
    if lines:
        print_table(("state", "tries", "next try", "reason", "address"), map(_row, lines[:_SHOWN]))
    if (more := len(lines) - _SHOWN) > 0:
        console.print(f"… and {more:,} more; --json has all")


def _all(ledger: "PictureLedger", state: FetchState) -> Iterator[PictureFetch]:
    after = 0
    while page := ledger.listed(state, after=after, limit=_PAGE):
        yield from page
        after = page[-1].key


def _row(line: PictureFetch) -> tuple[object, ...]:
    again = f"{line.next_try_at:%Y-%m-%d %H:%M}" if line.next_try_at else ""
    return line.state.value, line.tries, again, line.reason, line.address
