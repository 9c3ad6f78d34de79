"""Takes a bundle: first all of it is checked, then what is not there yet is written."""

import json
import tempfile
from collections.abc import Collection, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path, PurePosixPath

from core.errors import ConfigurationError, InputError
from core.media_types import picture_type
from core.ports import BlobStore
from core.progress import Progress
from core.records import UpsertCounts
from core.rights import RightsPolicy, may_take
from core.types import Artwork
from exchange.bundle_format import JUDGEMENTS, WITHDRAWN, SpaceEntry
from exchange.bundle_reader import BundleReader, open_bundle
from exchange.files import replacing
from exchange.open_stores import vector_stores
from exchange.vector_import import ImportOptions, ImportReport, VectorImport, VectorStores
from exchange.vector_reader import OpenVectors
from search.build import Services
from search.gate import load_gate
from search.withdrawals import keep_gone

_BATCH = 500  # artworks in a transaction
_BLOBS = ("thumbnails/", "pictures/")


@dataclass(frozen=True, slots=True)
class BundleImportReport:
    """What became of a bundle."""

    created: int
    changed: int
    unchanged: int
    spaces: tuple[ImportReport, ...]
    pictures_new: int  # files, thumbnails included
    pictures_known: int
    pictures_withheld: int  # of no artwork, or rights forbid that they are kept here
    withdrawn: int
    judgements: str | None  # where the judged queries are now


@dataclass(frozen=True, slots=True)
class _Admitted:
    """The catalogue of a bundle, as far as this installation's policy of rights lets it in."""

    bundle: BundleReader
    policy: RightsPolicy

    def ids(self) -> list[str]:
        """List the ids of its artworks, ascending."""
        return [artwork.id for artwork in self.bundle.artworks()]

    def count(self) -> int:
        """Count its artworks."""
        return self.bundle.manifest.artworks

    def scan(self) -> Iterator[Artwork]:
        """Read its artworks; of pictures that may not be kept, we hold no copy."""
        return (_admitted(artwork, self.policy) for artwork in self.bundle.artworks())


def import_bundle(path: Path, services: Services, progress: Progress) -> BundleImportReport:
    """Take all of a bundle; a second time nothing is written.

    Raises:
        InputError: names the file of the bundle that is wrong; nothing was written.
        BuildRunningError: a build goes on, or another import.
    """
    with ExitStack() as stack:
        bundle = stack.enter_context(open_bundle(path))
        stack.enter_context(services.embedding.alone())
        work = services.settings.home / "work"
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=work)))
        bundle.verify(progress)
        catalogue = _Admitted(bundle, RightsPolicy(services.settings.rights))
        held = _checked_catalogue(catalogue, progress)
        stores = replace(vector_stores(services), catalogue=catalogue)
        vectors = [
            _checked_vectors(bundle, one, folder, stores, progress, name=one.name or path.stem)
            for one in bundle.manifest.spaces
        ]
        withdrawn = _checked_withdrawn(bundle, path.name)
        _check_judgements(bundle, folder, path.name)
        checked = _Checked(catalogue, held, vectors, withdrawn)
        return _write(checked, services, progress)


@dataclass(frozen=True, slots=True)
class _Checked:
    """What of a bundle is good, before anything is written."""

    catalogue: _Admitted
    held: frozenset[str]  # content hashes of pictures that an artwork has
    vectors: list[VectorImport]
    withdrawn: list[str]


def _write(checked: _Checked, services: Services, progress: Progress) -> BundleImportReport:
    bundle = checked.catalogue.bundle
    # Pictures first: an artwork that is seen has them.
    new, known = _write_blobs(bundle, services.blobs, checked.held, progress)
    services.snapshots.withdraw(checked.withdrawn)
    counts = _write_catalogue(checked.catalogue, services, progress)
    keep_gone(services.catalogue, services.snapshots)
    return BundleImportReport(
        created=counts.created,
        changed=counts.changed,
        unchanged=counts.unchanged,
        spaces=tuple(one.keep(progress) for one in checked.vectors),
        pictures_new=new,
        pictures_known=known,
        pictures_withheld=len(_blob_keys(bundle)) - new - known,
        withdrawn=len(checked.withdrawn),
        judgements=_write_judgements(bundle, services.settings.home),
    )


def _admitted(artwork: Artwork, policy: RightsPolicy) -> Artwork:
    images = tuple(
        image if may_take(image.rights, policy) else replace(image, content_hash=None)
        for image in artwork.images
    )
    return replace(artwork, images=images)


def _checked_catalogue(catalogue: _Admitted, progress: Progress) -> frozenset[str]:
    """Read all artworks, and list the pictures that they have. Raises InputError."""
    announced = catalogue.count()
    progress.begin("check artworks", announced, "artworks")
    count, held = 0, set[str]()
    for artwork in catalogue.scan():
        count += 1
        held.update(image.content_hash for image in artwork.images if image.content_hash)
        progress.advance()
    if count != announced:
        raise InputError(
            "catalogue.jsonl", f"has {count:,} artworks, and the manifest says {announced:,}"
        )
    return frozenset(held)


def _checked_vectors(
    bundle: BundleReader,
    one: SpaceEntry,
    folder: Path,
    stores: VectorStores,
    progress: Progress,
    *,
    name: str,
) -> VectorImport:
    path = folder / Path(one.file).name
    bundle.copy(one.file, path)
    work = VectorImport(OpenVectors(path), stores, ImportOptions(name))
    work.check(progress)
    return work


def _checked_withdrawn(bundle: BundleReader, file: str) -> list[str]:
    if WITHDRAWN not in bundle.manifest.files:
        return []
    try:
        listed = json.loads(bundle.read(WITHDRAWN))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file}, {WITHDRAWN}", "is no JSON") from error
    if not isinstance(listed, list) or not all(isinstance(id, str) for id in listed):
        raise InputError(f"{file}, {WITHDRAWN}", "is no list of artwork ids")
    return listed


def _check_judgements(bundle: BundleReader, folder: Path, file: str) -> None:
    if JUDGEMENTS not in bundle.manifest.files:
        return
    path = folder / JUDGEMENTS
    bundle.copy(JUDGEMENTS, path)
    try:
        load_gate(path, 0)
    except ConfigurationError as error:
        raise InputError(f"{file}, {JUDGEMENTS}", str(error)) from error


def _blob_keys(bundle: BundleReader) -> list[str]:
    return [name for name in bundle.manifest.files if name.startswith(_BLOBS)]


def _write_blobs(
    bundle: BundleReader, blobs: BlobStore, held: Collection[str], progress: Progress
) -> tuple[int, int]:
    keys = [key for key in _blob_keys(bundle) if PurePosixPath(key).stem in held]
    progress.begin("write pictures", len(keys), "files")
    new = 0
    for key in keys:
        if not blobs.exists(key):
            data = bundle.read(key)
            blobs.put(key, data, picture_type(data))
            new += 1
        progress.advance()
    return new, len(keys) - new


def _write_catalogue(catalogue: _Admitted, services: Services, progress: Progress) -> UpsertCounts:
    progress.begin("write artworks", catalogue.count(), "artworks")
    artworks, total = catalogue.scan(), UpsertCounts()
    while batch := list(islice(artworks, _BATCH)):
        done = services.catalogue.upsert(batch)
        total = UpsertCounts(
            total.created + done.created,
            total.changed + done.changed,
            total.unchanged + done.unchanged,
        )
        progress.advance(len(batch))
    return total


def _write_judgements(bundle: BundleReader, home: Path) -> str | None:
    if JUDGEMENTS not in bundle.manifest.files:
        return None
    path = home / JUDGEMENTS
    with replacing(path) as prepared:
        bundle.copy(JUDGEMENTS, prepared)
    return str(path)
