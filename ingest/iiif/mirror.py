"""Documents of a IIIF server, kept on disk as they were last read, and what belongs together."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from core.atomic_files import beside, sync
from core.errors import SourceError
from core.types import Json

_STATE, _HARVEST = "state.json", "harvest.json"
_OLDEST = timedelta(days=7)  # a harvest that was stopped before that begins anew


@dataclass(frozen=True, slots=True)
class Kept:
    """A document, and what its server said of it."""

    address: str
    sha256: str
    checked_at: str  # UTC, ISO 8601: when the server last said that it is so
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class HarvestState:
    """What the last harvest that came to its end found."""

    root: str
    members: tuple[str, ...]  # addresses of the manifests, in the order of the source
    failed: Mapping[str, str] = field(default_factory=dict)  # address → why it could not be read
    newest: str | None = None  # endTime of the last change that was taken


class Mirror:
    """A folder with one file for each document: what is known of it in a line, then its bytes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def folder(self) -> Path:
        """Where the documents lie."""
        return self._folder

    def kept(self, address: str) -> Kept | None:
        """Tell what is known of a document; None where there is none, or a damaged file."""
        return _head(self._path(address))

    def read(self, address: str) -> bytes | None:
        """Read a document; None where there is none, or its file is damaged."""
        kept = self.kept(address)
        if kept is None:
            return None
        body = self._path(address).read_bytes().partition(b"\n")[2]
        return body if hashlib.sha256(body).hexdigest() == kept.sha256 else None

    def put(self, kept: Kept, body: bytes) -> None:
        """Keep a document, whole or not at all."""
        line = json.dumps(asdict(kept), ensure_ascii=True).encode()
        self._write(self._path(kept.address), line + b"\n" + body)

    def tidy(self, keep: Iterable[str], since: str) -> None:
        """Delete documents that are not to be kept, and were not read since a time either."""
        names = {_name(address) for address in keep}
        for path in self._folder.glob("??/*.doc"):
            if path.stem in names:
                continue
            kept = _head(path)
            if kept is None or kept.checked_at < since:
                path.unlink(missing_ok=True)

    def state(self) -> HarvestState | None:
        """Read what the last whole harvest found; None before the first."""
        found = self._json(_STATE)
        if found is None:
            return None
        return HarvestState(
            root=found["root"],
            members=tuple(found["members"]),
            failed=found["failed"],
            newest=found["newest"],
        )

    def finish(self, state: HarvestState) -> None:
        """Keep what a harvest found, and that it has come to its end."""
        self._write(self._folder / _STATE, json.dumps(asdict(state)).encode())
        (self._folder / _HARVEST).unlink(missing_ok=True)

    def begin(self, root: str, now: str) -> str:
        """Begin a harvest, or take up the one that was stopped: give the time it began."""
        found = self._json(_HARVEST)
        if found is not None and found.get("root") == root and _is_recent(found.get("began"), now):
            return str(found["began"])
        self._write(self._folder / _HARVEST, json.dumps({"root": root, "began": now}).encode())
        return now

    def _json(self, name: str) -> Json | None:
        try:
            found = json.loads((self._folder / name).read_bytes())
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def _path(self, address: str) -> Path:
        name = _name(address)
        return self._folder / name[:2] / f"{name}.doc"

    def _write(self, path: Path, data: bytes) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with beside(path) as prepared:
                prepared.write_bytes(data)
                sync(prepared)
                prepared.replace(path)
        except OSError as error:
            raise SourceError(f"{path} cannot be written: {error.strerror or error}") from error


def _is_recent(began: object, now: str) -> bool:
    """Tell whether what a harvest has read so far is still worth something."""
    try:
        age = datetime.fromisoformat(now) - datetime.fromisoformat(str(began))
    except (ValueError, TypeError):
        return False
    return age < _OLDEST


def _name(address: str) -> str:
    return hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()


def _head(path: Path) -> Kept | None:
    """Read what is known of a document from its first line."""
    try:
        with path.open("rb") as file:
            return Kept(**json.loads(file.readline()))
    except (OSError, ValueError, TypeError):
        return None
