"""Files of a source that lie on a web server: downloaded once, resumed, never half there.

A file is written beside its place and renamed when it is whole. What the server said of it (ETag,
Last-Modified) and its SHA-256 are kept in `<name>.json`, so that the next run only asks whether it
has changed. A part is gone on with only where the server promises that it is of the same file.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import MissingExtraError, SourceError
from core.progress import Progress
from core.retry_after import retry_after_s
from ingest.download_files import LocalFile
from ingest.download_headers import promised_sha256, range_begins_at, total_bytes, validators

if TYPE_CHECKING:
    import httpx

_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_MOST_ATTEMPTS = 100  # of one file, however far each of them came
_REASON_CHARS = 200


@dataclass(frozen=True, slots=True)
class DownloadLimits:
    """How much of time, patience and disk one file may take."""

    max_bytes: int = 4_000_000_000
    tries: int = 6  # that bring nothing, one after another
    first_pause_s: float = 1.0
    longest_pause_s: float = 120.0  # a server that asks for more is left alone
    connect_s: float = 10.0
    read_s: float = 60.0  # between two pieces


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A file that is there as the server has it."""

    path: Path
    sha256: str
    size_bytes: int
    is_new: bool  # False: the server said that it is what we had


class _Again(Exception):  # noqa: N818 - not an error: an attempt that may be repeated, and why
    def __init__(self, reason: str, after_s: float = 0.0) -> None:
        self.after_s = after_s  # as the server asked
        super().__init__(reason)


class Downloader:
    """Brings files of web servers into a folder, one at a time."""

    def __init__(
        self,
        folder: Path,
        progress: Progress,
        *,
        user_agent: str = "Vasari",
        limits: DownloadLimits = DownloadLimits(),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Open connections. Raises MissingExtraError where httpx is not installed."""
        self._folder = folder
        self._progress = progress
        self._limits = limits
        self._sleep = sleep
        self._http = _open(user_agent, limits)

    def __enter__(self) -> "Downloader":
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self._http.close()

    def fetch(
        self, url: str, name: str, *, sha256: str | None = None, is_optional: bool = False
    ) -> Downloaded | None:
        """Bring a file up to date; None where it is optional and the server has none.

        Raises:
            SourceError: the server does not give it, or it is too large or not what was promised.
        """
        if not url.startswith(("http://", "https://")):
            raise SourceError(f"{url} is not an address of the web: it must begin with https://")
        file = LocalFile(self._folder / name, url)
        failures = 0
        for _ in range(_MOST_ATTEMPTS):
            before = file.part_bytes()
            try:
                return self._attempt(file, sha256, is_optional=is_optional)
            except _Again as again:
                failures = 1 if file.part_bytes() > before else failures + 1
                if failures >= self._limits.tries or again.after_s > self._limits.longest_pause_s:
                    raise SourceError(f"{url} cannot be downloaded: {again}") from again
                self._sleep(max(again.after_s, self._pause(failures)))
        raise SourceError(f"{url} cannot be downloaded: it was cut off {_MOST_ATTEMPTS} times")

    def _pause(self, failures: int) -> float:
        jitter = 0.5 + random.random()  # noqa: S311 - spreads the tries of many clients
        pause: float = self._limits.first_pause_s * 2 ** (failures - 1) * jitter
        return min(pause, self._limits.longest_pause_s)

    def _attempt(
        self, file: LocalFile, sha256: str | None, *, is_optional: bool
    ) -> Downloaded | None:
        import httpx

        try:
            with self._http.stream("GET", file.url, headers=file.request_headers()) as response:
                return self._take(file, response, sha256, is_optional=is_optional)
        except (httpx.UnsupportedProtocol, httpx.TooManyRedirects, httpx.InvalidURL) as error:
            raise SourceError(f"{file.url} cannot be downloaded: {error}") from error
        except httpx.TransportError as error:
            raise _Again(str(error)[:_REASON_CHARS] or type(error).__name__) from error
        except OSError as error:
            raise SourceError(f"{file.path} cannot be written: {error}") from error

    def _take(
        self,
        file: LocalFile,
        response: "httpx.Response",
        sha256: str | None,
        *,
        is_optional: bool,
    ) -> Downloaded | None:
        if file.url.startswith("https:") and response.url.scheme != "https":
            raise SourceError(f"{file.url} leads to {response.url}, which is not encrypted")
        status = response.status_code
        if status == 304 and (kept := file.kept()) is not None:
            return Downloaded(file.path, kept.sha256, kept.size_bytes, is_new=False)
        if status in (404, 410) and is_optional:
            file.remove()
            return None
        if status == 416:
            file.drop_part()
            raise _Again("the server does not go on with what it began")
        if status in _AGAIN:
            wait_s = retry_after_s(response.headers.get("Retry-After"), datetime.now(UTC))
            raise _Again(f"the server answers {status}", wait_s)
        if status not in (200, 206):
            raise SourceError(f"{file.url} cannot be downloaded: the server answers {status}")
        self._write(file, response)
        return self._finish(file, sha256 or promised_sha256(response.headers))

    def _write(self, file: LocalFile, response: "httpx.Response") -> None:
        """Write the body behind the part that is there, or anew."""
        offset, version = 0, validators(response.headers)
        if response.status_code == 206:
            offset = range_begins_at(response.headers)
            if offset != file.part_bytes() or not file.is_of_part(version):
                file.drop_part()
                raise _Again("the server sends another part than it was asked for")
        _check_kind(file, response)
        total = total_bytes(response.headers, offset)
        self._check_size(file, total or 0)
        self._progress.begin(f"Download {file.path.name}", total, "bytes")
        self._progress.advance(offset)
        size = offset
        with file.open_part(offset, version) as part:
            for chunk in response.iter_raw():
                size += part.write(chunk)
                self._check_size(file, size)
                self._progress.advance(len(chunk))
        if total is not None and size != total:
            if size > total:
                file.drop_part()
            raise _Again(f"{size} bytes came where {total} were promised")

    def _check_size(self, file: LocalFile, size: int) -> None:
        if size > self._limits.max_bytes:
            file.drop_part()
            raise SourceError(f"{file.url} has more than {self._limits.max_bytes / 1e6:g} MB")

    def _finish(self, file: LocalFile, promised: str | None) -> Downloaded:
        found = file.part_sha256()
        if promised is not None and found != promised:
            file.drop_part()
            raise _Again(f"its SHA-256 is {found}, and {promised} was promised")
        size = file.keep(found)
        return Downloaded(file.path, found, size, is_new=True)


def _check_kind(file: LocalFile, response: "httpx.Response") -> None:
    """Refuse what cannot be the file: a page that asks to log in, bytes packed unasked."""
    encoding = response.headers.get("Content-Encoding", "identity")
    if encoding.lower() not in ("", "identity"):
        raise SourceError(f"{file.url} comes compressed ({encoding}), which was not asked for")
    if response.headers.get("Content-Type", "").lower().startswith("text/html"):
        raise SourceError(f"{file.url} is a web page: give the address of the files themselves")


def _open(user_agent: str, limits: DownloadLimits) -> "httpx.Client":
    try:
        import httpx
    except ImportError as error:
        raise MissingExtraError("httpx", "remote") from error
    return httpx.Client(
        headers={"User-Agent": user_agent, "Accept-Encoding": "identity"},
        timeout=httpx.Timeout(limits.read_s, connect=limits.connect_s),
        follow_redirects=True,
        max_redirects=5,
    )
