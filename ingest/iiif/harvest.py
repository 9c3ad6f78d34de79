"""A harvest: from one address to all the manifests behind it, each read once and kept."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import SourceError
from core.ports import DocumentFetcher
from core.progress import Progress
from core.types import Json
from ingest.iiif.changes import Changes, is_stream, read_changes
from ingest.iiif.documents import DocumentError, Documents, now
from ingest.iiif.mirror import HarvestState, Mirror
from ingest.iiif.resources import (
    is_collection,
    is_manifest,
    kind_of,
    members,
    pages,
)
from ingest.values import is_web_address


@dataclass(frozen=True, slots=True)
class HarvestReport:
    """What a harvest did."""

    manifests: int
    fetched: int  # documents, collections and pages included
    unchanged: int  # of which the server said so
    failed: int


def harvest(
    root: str, mirror: Mirror, fetcher: DocumentFetcher, progress: Progress
) -> HarvestReport:
    """Bring a mirror in line with a source: a collection, a stream of changes, a list, a manifest.

    One that was stopped is taken up. A manifest that cannot be read is remembered with the reason;
    what was kept of it stays, unless its server says that there is none. Where a collection itself
    cannot be read, nothing changes.

    Raises:
        SourceError: the root or a collection below it cannot be read.
    """
    began = mirror.begin(root, now())
    documents = Documents(mirror, fetcher, began)
    before = mirror.state()
    known = before if before is not None and before.root == root else None
    try:
        wanted, kept, newest = _wanted(root, documents, known)
    except DocumentError as error:
        raise SourceError(str(error)) from error
    failed = dict(_fetch_all(wanted, documents, progress))
    found = tuple(dict.fromkeys((*kept, *wanted)))
    reasons = {address: str(error) for address, error in failed.items()}
    mirror.finish(HarvestState(root, found, reasons, newest))
    mirror.tidy((a for a in found if a not in failed or not failed[a].is_gone), began)
    return HarvestReport(len(found), documents.fetched, documents.unchanged, len(failed))


def _wanted(
    root: str, documents: Documents, known: HarvestState | None
) -> tuple[list[str], list[str], str | None]:
    """Find the manifests to ask for, those that have not changed, and the newest change."""
    if not is_web_address(root):
        return _local(Path(root), documents), [], None
    document = documents.read(root)
    if not is_stream(document):
        return list(_manifests(document, root, documents)), [], None
    since = known.newest if known else None
    changes = read_changes(document, documents.read, since)
    if known is None or since is None:  # the first time, and where a stream has no times
        return list(reversed(changes.changed)), [], changes.newest
    return _difference(changes, known)


def _difference(changes: Changes, known: HarvestState) -> tuple[list[str], list[str], str | None]:
    again = [a for a in known.members if a in known.failed and a not in changes.removed]
    wanted = list(dict.fromkeys((*again, *reversed(changes.changed))))
    asked = set(wanted)
    kept = [a for a in known.members if a not in changes.removed and a not in asked]
    return wanted, kept, changes.newest


def _fetch_all(
    wanted: Sequence[str], documents: Documents, progress: Progress
) -> Iterator[tuple[str, DocumentError]]:
    progress.begin("Harvest manifests", len(wanted), "documents")
    for address in wanted:
        try:
            documents.read(address)
        except DocumentError as error:
            yield address, error
        progress.advance()


def _manifests(root: Json, address: str, documents: Documents) -> Iterator[str]:
    """Walk a collection and those below it, each once."""
    if is_manifest(root):
        yield address
        return
    if not is_collection(root):
        raise SourceError(f"{address} is no IIIF document, but {kind_of(root) or 'without a type'}")
    waiting, seen = deque([(address, root)]), {address}
    found: set[str] = set()
    while waiting:
        _, collection = waiting.popleft()
        below = list(pages(collection))
        for member, is_leaf in members(collection):
            if not is_leaf:
                below.append(member)
            elif member not in found:
                found.add(member)
                yield member
        for one in below:
            if one not in seen:
                seen.add(one)
                waiting.append((one, documents.read(one)))


def _local(path: Path, documents: Documents) -> list[str]:
    """Read the manifests of a folder, of a list with one address on each line, or of one file."""
    if path.is_dir():
        return [str(one) for one in sorted(path.rglob("*.json"))]
    if path.suffix.lower() == ".json":
        document = documents.read(str(path))
        return list(_manifests(document, str(path), documents))
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError as error:
        raise SourceError(f"{path} is neither a file nor the address of a collection") from error
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path} cannot be read: {error}") from error
    named = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return [one if is_web_address(one) else str(path.parent / one) for one in named]
