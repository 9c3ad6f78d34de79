"""Words of fetching: a picture that lies on somebody else's server, and what became of asking."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from core.rights import RightsPolicy

DEFAULT_LONGEST = 1024  # pixels: more than any encoder here looks at


_PORTS = {"http": 80, "https": 443}


def host_of(address: str) -> str:
    """Name what has one queue: a host, with its port unless that is the usual one; "" for none."""
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return ""
    return _with_port(host, port, parts) if parts.scheme.lower() in _PORTS else ""


def _with_port(host: str, port: int | None, parts: SplitResult) -> str:
    name = f"[{host}]" if ":" in host else host
    return name if port in (None, _PORTS[parts.scheme.lower()]) or not host else f"{name}:{port}"


class FetchState(StrEnum):
    """Where the picture of one address stands."""

    WAITING = "waiting"  # not asked for yet, or its server wants to be left in peace
    STORED = "stored"
    UNCHANGED = "unchanged"  # stored, and the server has said since that it is the same
    DEAD = "dead"  # asked for in vain; tried again when its time comes
    REFUSED = "refused"  # not asked for: its server's rules or ours forbid it


@dataclass(frozen=True, slots=True)
class PictureFetch:
    """One line of the ledger of pictures."""

    key: int
    address: str  # base of a IIIF image service, or where the picture lies
    is_iiif: bool
    host: str  # name and port: what has one queue
    longest: int  # pixels of the longest side that are wanted
    state: FetchState = FetchState.WAITING
    content_hash: str | None = None  # of the copy that is kept
    replaced_hash: str | None = None  # of the copy that was kept before
    asked: str | None = None  # the very address that the copy came from
    etag: str | None = None
    last_modified: str | None = None
    status: int | None = None  # of the last answer
    reason: str | None = None  # why there is no copy, or no newer one
    tries: int = 0  # in vain, in a row
    size_bytes: int | None = None
    fetched_at: datetime | None = None  # when the server last said what the picture is
    next_try_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FetchScope:
    """Which pictures of the catalogue are wanted."""

    source: str | None = None  # None: of every source
    rights: RightsPolicy = RightsPolicy.STRICT
    all_images: bool = False  # or only the primary one of each artwork
    longest: int = DEFAULT_LONGEST


@dataclass(frozen=True, slots=True)
class Planned:
    """What a plan found in the catalogue."""

    wanted: int  # pictures within the scope
    withheld: int  # images left out for want of evidence about their rights


@dataclass(frozen=True, slots=True)
class DueRule:
    """Which of the wanted pictures are asked for now."""

    now: datetime
    stale_before: datetime | None = None  # copies older than this are asked about again
    dead_too: bool = False  # whether those that failed are tried before their time


@dataclass(frozen=True, slots=True)
class HostDue:
    """What is to be asked of one host."""

    host: str
    count: int
    rests_until: datetime | None  # as it asked an earlier run


class Verdict(StrEnum):
    """What asking for a picture came to."""

    FETCHED = "fetched"
    UNCHANGED = "unchanged"
    BUSY = "busy"  # the server asks for peace; nothing is wrong with the picture
    FAILED = "failed"  # no answer, or half of one: worth another try soon
    GONE = "gone"  # the server has no such picture, or will not give it
    WRONG = "wrong"  # what came is no picture that can be taken
    REFUSED = "refused"  # was not asked for


@dataclass(frozen=True, slots=True)
class Fetched:
    """One answer about a picture."""

    verdict: Verdict
    data: bytes = b""
    asked: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    status: int | None = None
    reason: str | None = None
    not_before: datetime | None = None  # when the host may be asked again, where it said so


@dataclass(frozen=True, slots=True)
class FetchReport:
    """What a run of fetching did; `asked` is the sum of stored to refused, and postponed."""

    wanted: int = 0  # pictures that the catalogue names within the scope
    withheld: int = 0  # images left out for want of evidence about their rights
    due: int = 0  # pictures that were to be asked for
    asked: int = 0
    stored: int = 0  # first copies
    changed: int = 0  # copies that took the place of an older one
    unchanged: int = 0
    dead: int = 0
    refused: int = 0
    postponed: int = 0  # their host asked for peace; they wait
    size_bytes: int = 0  # of the copies that came
    filled: int = 0  # images of the catalogue that got their copy
    in_peace: tuple[str, ...] = ()  # hosts that were left in peace, each with the reason
