"""Homes of the suite: a collection without the fields that judge it, built once."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bench.quality.places import code_key
from core.ports import Source, SourceItem
from core.progress import Progress
from core.settings import Settings, load_settings
from core.types import Artwork
from ingest.pipeline import ingest
from search.build import Services, build_services


@dataclass(frozen=True, slots=True)
class Collection:
    """A source, and what of its artworks is kept from the index."""

    name: str
    open: Callable[[], Source]
    withheld: tuple[str, ...] = ()
    with_pictures: bool = False  # words need none, and encoding them takes minutes

    @property
    def folder(self) -> str:
        """Name of its home."""
        return "-without-".join((self.name, *self.withheld))


@dataclass(frozen=True, slots=True)
class Home:
    """A published collection, and what decides its answers."""

    services: Services
    key: str  # of source, code and encoders
    snapshot: str


_CLEARED: Mapping[str, Callable[[Artwork], Artwork]] = {
    "title": lambda artwork: replace(artwork, title=None),
    "subjects": lambda artwork: replace(artwork, subjects=()),
    "movements": lambda artwork: replace(artwork, movements=()),
    "description": lambda artwork: replace(artwork, description=None),
    "alt_text": lambda artwork: replace(
        artwork, images=tuple(replace(image, alt_text=None) for image in artwork.images)
    ),
}


def withhold(artwork: Artwork, fields: tuple[str, ...]) -> Artwork:
    """Clear fields of an artwork, so that nothing of them is indexed."""
    for field in fields:
        artwork = _CLEARED[field](artwork)
    return artwork


class WithheldSource:
    """A source whose artworks lack what would give their judgements away."""

    def __init__(self, collection: Collection) -> None:
        self._source = collection.open()
        self._collection = collection

    @property
    def name(self) -> str:
        """First half of its artwork ids."""
        return self._source.name

    def fingerprint(self) -> str:
        """Identify the data and what is withheld of it."""
        kept = ",".join((*self._collection.withheld, str(self._collection.with_pictures)))
        return f"{self._source.fingerprint()}-{kept}"

    def count(self) -> int | None:
        """Count its rows, where that is cheap."""
        return self._source.count()

    def read(self) -> Iterator[SourceItem]:
        """Read its rows."""
        for item in self._source.read():
            yield replace(item, artwork=self._kept(item.artwork), needs_picture=False)

    def read_picture(self, path: str) -> bytes:
        """Read a picture."""
        return self._source.read_picture(path)

    def _kept(self, artwork: Artwork | None) -> Artwork | None:
        if artwork is None:
            return None
        kept = withhold(artwork, self._collection.withheld)
        return kept if self._collection.with_pictures else replace(kept, images=())


def encoders_of(settings: Settings) -> str:
    """Name the encoders that decide an answer."""
    names = f"{settings.text_encoder}, {settings.picture_encoder}"
    return names if settings.dtype == "auto" else f"{names}, {settings.dtype}"


def home_settings(folder: Path) -> Settings:
    """Take the encoders that are set, and how they run; keep everything else in the folder."""
    base, given = load_settings({}), load_settings()
    return replace(
        base,
        home=folder,
        text_encoder=given.text_encoder,
        picture_encoder=given.picture_encoder,
        device=given.device,
        dtype=given.dtype,
        batch=given.batch,
        threads=given.threads,
    )


def open_home(collection: Collection, homes: Path, progress: Progress) -> Home:
    """Open the home of a collection; ingest and build what is missing or of older code.

    Embeddings are kept by content, so a build after a change of code encodes new texts alone, and
    one that was stopped goes on where it was.
    """
    folder = homes / collection.folder
    services = build_services(home_settings(folder))
    source = WithheldSource(collection)
    made_by = {
        "source": source.fingerprint(),
        "code": code_key(),
        "encoders": encoders_of(services.settings),
    }
    marker = folder / "built.json"
    before = json.loads(marker.read_text()) if marker.exists() else {}
    if before.get("source", made_by["source"]) != made_by["source"]:
        shutil.rmtree(folder)  # works that are gone from a source would stay in the catalogue
        return open_home(collection, homes, progress)
    if before != made_by:
        _build(services, source, progress)
        marker.write_text(json.dumps(made_by))
    snapshot = services.snapshots.current().id
    return Home(services, f"{code_key()}-{snapshot}", snapshot)


def _build(services: Services, source: Source, progress: Progress) -> None:
    ingest(
        source,
        catalogue=services.catalogue,
        blobs=services.blobs,
        runs=services.runs,
        progress=progress,
    )
    services.publisher.build(progress)
