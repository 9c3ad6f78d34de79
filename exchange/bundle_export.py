"""Writes a whole collection to one file: what is needed to serve it elsewhere without a network."""

import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

from core.artwork_json import artwork_to_json
from core.blob_keys import ThumbnailFormat, picture_key, thumbnail_key
from core.errors import NotFoundError
from core.progress import Progress
from core.release import release
from core.types import Artwork, Json, Rights, RightsStatus, SpaceField
from exchange.bundle_format import (
    CATALOGUE,
    FORMAT,
    JUDGEMENTS,
    MANIFEST,
    THUMBNAILS,
    VERSION,
    WITHDRAWN,
)
from exchange.bundle_tally import Tally, licence_of
from exchange.bundle_writer import BundleWriter, bundle_writer
from exchange.files import replacing
from exchange.vector_export import OwnVectors, write_imported
from exchange.vector_schema import Header
from search.build import Services
from search.spool import Spool


@dataclass(frozen=True, slots=True)
class BundleOptions:
    """What a bundle is to hold beside catalogue, embeddings and thumbnails."""

    pictures: bool = False  # the originals
    only_open: bool = False  # no picture whose rights are not open, nor what was made of it


@dataclass(frozen=True, slots=True)
class BundleReport:
    """What stands in a bundle."""

    file: str
    size_bytes: int
    counts: Json
    licences: Json
    notes: tuple[str, ...] = ()  # what is missing


def export_bundle(
    path: Path, services: Services, progress: Progress, options: BundleOptions = BundleOptions()
) -> BundleReport:
    """Write a bundle; it is there whole, or not at all.

    Raises:
        InputError: the catalogue is empty, or the file cannot be written.
    """
    tally = Tally()
    with (
        services.embedding.spooled(progress) as spool,
        replacing(path) as prepared,
        bundle_writer(prepared) as writer,
    ):
        artworks = _Shown(spool, only_open=options.only_open)
        progress.begin("catalogue", spool.count, "artworks")
        writer.add(CATALOGUE, _lines(artworks, tally, progress))
        _add_vectors(writer, services, artworks, tally, progress)
        _add_pictures(writer, services, artworks, tally, progress=progress, options=options)
        _add_rest(writer, services, tally)
        manifest = _manifest(writer, tally, options)
        writer.add_manifest(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode())
    return BundleReport(
        str(path),
        path.stat().st_size,
        dict(tally.counts),
        tally.licences(),
        tally.notes(),
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    """The artworks of a spool as a bundle has them."""

    spool: Spool
    only_open: bool

    def __iter__(self) -> Iterator[Artwork]:
        """Read them; of pictures that may not go out, we seem to hold no copy."""
        return (open_only(artwork) if self.only_open else artwork for artwork in self.spool)


def open_only(artwork: Artwork) -> Artwork:
    """Let go of the copies of pictures whose rights are not open."""
    images = tuple(
        image if image.rights.status is RightsStatus.OPEN else replace(image, content_hash=None)
        for image in artwork.images
    )
    return replace(artwork, images=images)


def _lines(artworks: Iterable[Artwork], tally: Tally, progress: Progress) -> Iterator[bytes]:
    artists: set[str] = set()
    for artwork in artworks:
        tally.counts["artworks"] += 1
        tally.data[licence_of(artwork.data_rights)] += 1
        for image in artwork.images:
            tally.pictures[licence_of(image.rights)] += 1
        artists.update(link.artist.id for link in artwork.contributions)
        yield _line(artwork_to_json(artwork))
        progress.advance()
    tally.counts["artists"] = len(artists)


def _add_vectors(
    writer: BundleWriter,
    services: Services,
    artworks: _Shown,
    tally: Tally,
    progress: Progress,
) -> None:
    own = [services.embedding.embedder(f).contents for f in SpaceField]
    keys = {contents.space.key for contents in own}
    with tempfile.TemporaryDirectory(dir=services.settings.home / "work") as folder:
        scratch = Path(folder) / "vectors.parquet"
        for contents in own:
            vectors = OwnVectors(contents, services.embeddings)
            progress.begin(f"vectors {contents.space.name}", artworks.spool.count, "artworks")
            header = vectors.write(scratch, artworks, progress)
            tally.missing[f"{contents.unit} have no embedding"] = vectors.missing
            _keep_vectors(writer, scratch, header, tally)
        ids = [artwork.id for artwork in artworks.spool]
        for one in services.imported.all():
            if one.space.key not in keys:
                header = write_imported(scratch, one, services.embeddings, ids)
                _keep_vectors(writer, scratch, header, tally, name=one.name)


def _keep_vectors(
    writer: BundleWriter, path: Path, header: Header, tally: Tally, name: str | None = None
) -> None:
    if not header.rows:
        return
    file = f"vectors/{header.space.key}.parquet"
    writer.add_file(file, path)
    tally.counts["vectors"] += header.rows
    tally.spaces.append({"file": file, "name": name, "rows": header.rows, **header.space.to_json()})


def _add_pictures(
    writer: BundleWriter,
    services: Services,
    artworks: _Shown,
    tally: Tally,
    *,
    progress: Progress,
    options: BundleOptions,
) -> None:
    index: list[bytes] = []
    seen: set[str] = set()
    progress.begin("pictures", artworks.spool.count, "artworks")
    for artwork in artworks:
        for image in artwork.images:
            content = image.content_hash
            if content and content not in seen:
                seen.add(content)
                for format in get_args(ThumbnailFormat):
                    key = thumbnail_key(content, format)
                    if _add_blob(writer, services, key, "thumbnails", tally):
                        index.append(_indexed(artwork, key, image.rights))
                if options.pictures:
                    _add_blob(writer, services, picture_key(content), "pictures", tally)
        progress.advance()
    if index:
        writer.add(THUMBNAILS, index)


def _add_blob(writer: BundleWriter, services: Services, key: str, kind: str, tally: Tally) -> bool:
    try:
        data = services.blobs.get(key)
    except NotFoundError:
        # Installations of before have no thumbnails in JPEG.
        tally.missing[f"{kind} are not in the store"] += not key.endswith(".jpeg")
        return False
    writer.add(key, [data])
    tally.counts[kind] += 1
    return True


def _add_rest(writer: BundleWriter, services: Services, tally: Tally) -> None:
    if withdrawn := services.snapshots.withdrawn():
        writer.add(WITHDRAWN, [json.dumps(withdrawn, ensure_ascii=False).encode()])
        tally.counts["withdrawn"] = len(withdrawn)
    if judged := services.settings.gate_queries:
        lines = [line for line in judged.read_bytes().splitlines(keepends=True) if line.strip()]
        writer.add(JUDGEMENTS, lines)
        tally.counts["judged queries"] = len(lines)


def _manifest(writer: BundleWriter, tally: Tally, options: BundleOptions) -> Json:
    return {
        "format": FORMAT,
        "version": VERSION,
        "vasari": release(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "options": asdict(options),
        "counts": dict(tally.counts),
        "licences": tally.licences(),
        "spaces": tally.spaces,
        "files": {name: asdict(entry) for name, entry in writer.entries.items()},
    }


def _indexed(artwork: Artwork, key: str, rights: Rights) -> bytes:
    said = {"status": rights.status.value, "statement": rights.statement}
    return _line({"file": key, "artwork_id": artwork.id, "rights": said})


def _line(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
