"""What an answer about a picture makes of its line in the ledger: a pure function."""

from dataclasses import replace
from datetime import datetime, timedelta

from core.fetching import Fetched, FetchState, PictureFetch, Verdict

# How long a picture rests after one try in vain, and at most; doubled with every further one.
_RESTS = {
    Verdict.FAILED: (timedelta(hours=1), timedelta(days=7)),
    Verdict.GONE: (timedelta(days=7), timedelta(days=90)),
    Verdict.WRONG: (timedelta(days=7), timedelta(days=90)),
    Verdict.REFUSED: (timedelta(days=1), timedelta(days=30)),
}
LONGEST_REASON = 300  # characters


def with_copy(
    line: PictureFetch, fetched: Fetched, content_hash: str, now: datetime
) -> PictureFetch:
    """Note the copy that came; one that is equal to ours changes nothing but the date."""
    is_same = content_hash == line.content_hash
    return replace(
        _answered(line, fetched, now),
        state=FetchState.UNCHANGED if is_same else FetchState.STORED,
        content_hash=content_hash,
        replaced_hash=line.replaced_hash if is_same else line.content_hash,
        asked=fetched.asked,
        etag=fetched.etag,
        last_modified=fetched.last_modified,
        size_bytes=len(fetched.data),
    )


def without_copy(line: PictureFetch, fetched: Fetched, now: datetime) -> PictureFetch:
    """Note an answer that brought no picture; a copy of before is kept."""
    match fetched.verdict:
        case Verdict.UNCHANGED:
            return replace(_answered(line, fetched, now), state=FetchState.UNCHANGED)
        case Verdict.BUSY:
            return replace(
                line,
                state=FetchState.WAITING,
                status=fetched.status,
                reason=_line(fetched.reason),
                next_try_at=fetched.not_before,
            )
        case Verdict.REFUSED:
            return _in_vain(line, fetched, now, FetchState.REFUSED)
        case _:
            return _in_vain(line, fetched, now, FetchState.DEAD)


def _answered(line: PictureFetch, fetched: Fetched, now: datetime) -> PictureFetch:
    return replace(
        line, status=fetched.status, reason=None, tries=0, fetched_at=now, next_try_at=None
    )


def _in_vain(
    line: PictureFetch, fetched: Fetched, now: datetime, state: FetchState
) -> PictureFetch:
    first, longest = _RESTS[fetched.verdict]
    rested = now + min(first * 2.0 ** min(line.tries, 20), longest)
    return replace(
        line,
        state=state,
        status=fetched.status,
        reason=_line(fetched.reason),
        tries=line.tries + 1,
        next_try_at=max(rested, fetched.not_before or rested),
    )


def _line(reason: str | None) -> str | None:
    """Make a reason one printable line: it may quote what a server sent."""
    if reason is None:
        return None
    return "".join(c if c.isprintable() else " " for c in reason)[:LONGEST_REASON]
