"""The wiring: turns settings into what lies below search. The one place that knows the adapters."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from core.errors import ConfigurationError
from core.ports import (
    ArtworkStore,
    BlobStore,
    EmbeddingStore,
    PictureDecoder,
    RunStore,
    SnapshotStore,
)
from core.progress import Progress
from core.settings import Settings
from core.types import Json, SpaceField
from search.encoders import Encoders
from search.engine import SearchEngine
from search.jobs import JobRunner
from search.publish import Publisher, Stores, parse_build_options

if TYPE_CHECKING:
    from db.session import Database
    from index.qdrant.collections import QdrantCollections
    from index.spec import IndexSpec


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that an entry point may use, wired together."""

    settings: Settings
    catalogue: ArtworkStore
    embeddings: EmbeddingStore
    blobs: BlobStore
    runs: RunStore
    snapshots: SnapshotStore
    encoders: Encoders
    engine: SearchEngine
    publisher: Publisher
    jobs: JobRunner
    decode_picture: PictureDecoder


def build_encoders(settings: Settings) -> Encoders:
    """Choose the configured encoders; each is loaded when it is first used."""
    from models.registry import load_encoder

    return Encoders(
        partial(load_encoder, settings.text_encoder, threads=settings.threads),
        partial(load_encoder, settings.picture_encoder, threads=settings.threads),
    )


def build_snapshots(settings: Settings) -> SnapshotStore:
    """Open the folder of snapshots, and Qdrant where one is set: it is asked when first needed."""
    from index.snapshot_store import DiskSnapshotStore

    specs = {
        SpaceField.CATALOGUE: _index_spec("VASARI_CATALOGUE_INDEX", settings.catalogue_index),
        SpaceField.PICTURE: _index_spec("VASARI_PICTURE_INDEX", settings.picture_index),
    }
    return DiskSnapshotStore(
        settings.snapshots_path,
        specs,
        use_gpu=settings.gpu == "auto",
        qdrant=_build_qdrant(settings),
    )


def _build_qdrant(settings: Settings) -> "QdrantCollections | None":
    from index.qdrant.collections import QdrantCollections
    from index.qdrant.connection import open_client

    if settings.qdrant_url is None:
        return None
    return QdrantCollections(partial(open_client, settings.qdrant_url, settings.qdrant_api_key))


def _index_spec(name: str, text: str) -> "IndexSpec | None":
    from index.spec import parse_spec

    try:
        return parse_spec(text)
    except ValueError as error:
        raise ConfigurationError(f"{name}={text!r}: {error}") from error


def build_decoder(settings: Settings) -> PictureDecoder:
    """Choose how pictures are decoded, and how large they may be."""
    from models.images import PictureLimits, decode_picture

    return partial(
        decode_picture, limits=PictureLimits(max_bytes=settings.max_upload_mb * 1_000_000)
    )


def build_engine(settings: Settings) -> SearchEngine:
    """Build what a search needs, without the catalogue."""
    return SearchEngine(build_snapshots(settings), build_encoders(settings))


def build_services(settings: Settings) -> Services:
    """Build everything; the catalogue is created or migrated where needed."""
    from db.jobs import SqlJobStore
    from db.runs import SqlRunStore
    from db.session import migrate, open_database
    from models.runtime import available_cores

    database = open_database(settings.catalogue_url)
    migrate(database)
    stores = _build_stores(settings, database)
    encoders, decode = build_encoders(settings), build_decoder(settings)
    work = settings.home / "work"
    publisher = Publisher(
        stores,
        encoders,
        decode,
        work=work,
        keep=settings.keep_snapshots,
        query_log=settings.query_log,
    )

    def reindex(parameters: Json, progress: Progress) -> Json:
        return publisher.build(progress, parse_build_options(parameters)).to_json()

    return Services(
        settings=settings,
        catalogue=stores.catalogue,
        embeddings=stores.embeddings,
        blobs=stores.blobs,
        runs=SqlRunStore(database),
        snapshots=stores.snapshots,
        encoders=encoders,
        engine=SearchEngine(stores.snapshots, encoders, at_once=available_cores()),
        publisher=publisher,
        jobs=JobRunner(SqlJobStore(database), reindex),
        decode_picture=decode,
    )


def _build_stores(settings: Settings, database: "Database") -> Stores:
    from db.catalogue import SqlArtworkStore
    from db.embeddings import SqlEmbeddingStore
    from db.snapshots import SqlSnapshotLog
    from storage.registry import open_blob_store

    return Stores(
        catalogue=SqlArtworkStore(database),
        embeddings=SqlEmbeddingStore(database),
        blobs=open_blob_store(
            settings.blobs_url, settings.blobs_path, endpoint_url=settings.s3_endpoint_url
        ),
        snapshots=build_snapshots(settings),
        log=SqlSnapshotLog(database),
    )
