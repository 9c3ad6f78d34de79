"""Reading IIIF documents: from a server through the mirror, or from files."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from core.errors import SourceError
from core.fetching import Fetched, Verdict
from core.ports import DocumentFetcher
from core.types import Json
from ingest.iiif.mirror import Kept, Mirror
from ingest.values import is_web_address

MOST_BYTES = 50_000_000  # of a file, as of a document of a server
_GONE = frozenset({404, 410})


class DocumentError(Exception):
    """A document that cannot be had; the text is the reason."""

    def __init__(self, reason: str, *, is_gone: bool = False) -> None:
        super().__init__(reason)
        self.is_gone = is_gone  # its server says that there is none


class Documents:
    """Documents by address; each is asked for once in a harvest, and only where it has changed."""

    def __init__(self, mirror: Mirror, fetcher: DocumentFetcher, began: str) -> None:
        """Read through a mirror.

        Args:
            mirror: keeps what was read.
            fetcher: asks servers.
            began: when the harvest began; what was checked since then is not asked for again.
        """
        self._mirror = mirror
        self._fetcher = fetcher
        self._began = began
        self.fetched = 0
        self.unchanged = 0

    def read(self, address: str) -> Json:
        """Read a JSON document.

        Raises:
            DocumentError: it cannot be had.
            SourceError: its host wants to be left in peace; a later harvest goes on here.
        """
        return parse_document(self.body(address), address)

    def body(self, address: str) -> bytes:
        """Read the bytes of a document. Raises as `read` does."""
        if not is_web_address(address):
            return read_file(Path(address))
        kept = self._mirror.kept(address)
        body = self._mirror.read(address) if kept else None
        if kept and body is not None and kept.checked_at >= self._began:
            return body
        known = kept if body is not None else None
        answer = self._fetcher.fetch_document(
            address,
            etag=known.etag if known else None,
            last_modified=known.last_modified if known else None,
        )
        return self._take(address, answer, known, body)

    def _take(self, address: str, answer: Fetched, known: Kept | None, body: bytes | None) -> bytes:
        if answer.verdict is Verdict.FETCHED:
            self.fetched += 1
            body = answer.data
            sha256 = hashlib.sha256(body).hexdigest()
            self._mirror.put(Kept(address, sha256, now(), answer.etag, answer.last_modified), body)
            return body
        if answer.verdict is Verdict.UNCHANGED and known is not None and body is not None:
            self.unchanged += 1
            self._mirror.put(replace(known, checked_at=now()), body)
            return body
        told = f"{address}: {answer.reason or f'the answer is {answer.status}'}"
        if answer.verdict is Verdict.BUSY:
            raise SourceError(f"{told}; the same command goes on where it was")
        raise DocumentError(told, is_gone=answer.status in _GONE)


def parse_document(body: bytes, address: str) -> Json:
    """Read the bytes of a document. Raises DocumentError where they are no JSON object."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"{address} is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise DocumentError(f"{address} is not a JSON object")
    return found


def read_file(path: Path) -> bytes:
    """Read a document from a file. Raises DocumentError."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DocumentError(f"{path} has more than {MOST_BYTES / 1e6:g} MB")
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(
            f"{path} cannot be read: {error.strerror or error}", is_gone=not path.exists()
        ) from error


def now() -> str:
    """Tell the time in UTC, so that texts compare as times do."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


class OnDemand:
    """Asks by a fetcher that is built when a server is first to be asked: files need none."""

    def __init__(self, build: Callable[[], DocumentFetcher]) -> None:
        self._build = build
        self._fetcher: DocumentFetcher | None = None

    def fetch_document(
        self, address: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> Fetched:
        """Ask once for a document, or whether it is still the same. Raises FetchStoppedError."""
        if self._fetcher is None:
            self._fetcher = self._build()
        return self._fetcher.fetch_document(address, etag=etag, last_modified=last_modified)
