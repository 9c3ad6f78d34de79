"""The wiring: turns settings into what lies below search. The one place that knows the adapters."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from core.breaker import Breakers
from core.errors import ConfigurationError
from core.ports import (
    ArtworkStore,
    AuditLog,
    BlobStore,
    EmbeddingStore,
    ImportedSpaces,
    ObjectReader,
    PictureDecoder,
    PictureLedger,
    RunStore,
    SnapshotStore,
)
from core.settings import Settings
from core.types import SpaceField
from search.build_cache import build_cache
from search.build_encoders import build_encoder_options, build_encoders
from search.build_jobs import build_jobs, build_upkeep
from search.build_rerank import build_rerank
from search.build_retrievers import build_retrievers
from search.build_sharing import build_follower, share_snapshots
from search.caching.audited import AuditedCache
from search.caching.stages import StageCache
from search.candidate_pairs import CandidatePairs
from search.embedding.runs import EmbeddingRuns, EmbeddingStores
from search.encoders import Encoders
from search.engine import SearchEngine
from search.jobs import JobRunner
from search.loaded import Loaded
from search.publish import Publisher
from search.replicas import Follower
from search.rerank import RerankStage
from search.retrievers.registry import Retrievers

if TYPE_CHECKING:
    from db.session import Database
    from index.qdrant.collections import QdrantCollections
    from index.vectors.spec import IndexSpec


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that an entry point may use, wired together."""

    settings: Settings
    catalogue: ArtworkStore
    embeddings: EmbeddingStore
    imported: ImportedSpaces
    blobs: BlobStore
    runs: RunStore
    pictures: PictureLedger
    snapshots: SnapshotStore
    encoders: Encoders
    engine: SearchEngine
    embedding: EmbeddingRuns
    publisher: Publisher
    jobs: JobRunner
    audit: AuditLog
    decode_picture: PictureDecoder
    breakers: Breakers
    rerank: RerankStage | None  # None: no reranker is set
    follower: Follower | None  # None: no replica
    cache: AuditedCache
    retrievers: Retrievers


def build_loaded(settings: Settings) -> Loaded:
    """Build what a process may have in memory before it is frozen; connections come later."""
    breakers, cache = Breakers(), build_cache(settings)
    encoders = build_encoders(settings, breakers, cache)
    return Loaded(encoders, build_snapshots(settings), breakers, cache)


def _build_rerank(
    settings: Settings, breakers: Breakers, encoders: Encoders, blobs: BlobStore
) -> RerankStage | None:
    return build_rerank(
        settings,
        breakers,
        encoders=encoders,
        options=build_encoder_options(settings),
        pairs=partial(CandidatePairs, blobs=blobs, decode=build_decoder(settings)),
    )


def build_snapshots(settings: Settings) -> SnapshotStore:
    """Open the folder of snapshots, and Qdrant where one is set: it is asked when first needed."""
    from index.snapshots.snapshot_store import DiskSnapshotStore

    specs = {
        SpaceField.CATALOGUE: _index_spec("VASARI_CATALOGUE_INDEX", settings.catalogue_index),
        SpaceField.PICTURE: _index_spec("VASARI_PICTURE_INDEX", settings.picture_index),
    }
    local = DiskSnapshotStore(
        settings.snapshots_path,
        specs,
        use_gpu=settings.gpu == "auto",
        qdrant=_build_qdrant(settings),
    )
    return share_snapshots(local, settings)


def _build_qdrant(settings: Settings) -> "QdrantCollections | None":
    from index.qdrant.collections import QdrantCollections
    from index.qdrant.connection import open_client

    if settings.qdrant_url is None:
        return None
    return QdrantCollections(partial(open_client, settings.qdrant_url, settings.qdrant_api_key))


def _index_spec(name: str, text: str) -> "IndexSpec | None":
    from index.vectors.spec import parse_spec

    try:
        return parse_spec(text)
    except ValueError as error:
        raise ConfigurationError(f"{name}={text!r}: {error}") from error


def build_object_reader(settings: Settings, url: str) -> ObjectReader:
    """Open a prefix of an S3 store to read pictures from, such as `s3://bucket/prefix`."""
    from storage.options import S3Style
    from storage.s3_reader import S3ObjectReader

    return S3ObjectReader(url, settings.s3_endpoint_url, style=S3Style(settings.s3_style))


def build_decoder(settings: Settings) -> PictureDecoder:
    """Choose how pictures are decoded, and how large they may be."""
    from models.images import PictureLimits, decode_picture

    return partial(
        decode_picture, limits=PictureLimits(max_bytes=settings.max_upload_mb * 1_000_000)
    )


def build_engine(settings: Settings) -> SearchEngine:
    """Build what a search needs, without the catalogue."""
    loaded = build_loaded(settings)
    rerank = _build_rerank(settings, loaded.breakers, loaded.encoders, build_blobs(settings))
    return SearchEngine(loaded.snapshots, loaded.encoders, rerank=rerank)


def _build_cached_engine(
    loaded: Loaded, rerank: RerankStage | None, cache: AuditedCache
) -> SearchEngine:
    from models.builtin.runtime import available_cores

    return SearchEngine(
        loaded.snapshots,
        loaded.encoders,
        at_once=available_cores(),
        rerank=rerank,
        cache=StageCache(cache),
    )


def build_services(settings: Settings, loaded: Loaded | None = None) -> Services:
    """Build everything else; the catalogue is created or migrated where needed."""
    from db.audit import SqlAuditLog
    from db.picture_fetches import SqlPictureLedger
    from db.runs import SqlRunStore
    from db.session import migrate, open_database
    from db.snapshots import SqlSnapshotLog

    database = open_database(settings.catalogue_url)
    migrate(database)
    loaded = loaded or build_loaded(settings)
    encoders, snapshots, breakers = loaded.encoders, loaded.snapshots, loaded.breakers
    stores, decode = _embedding_stores(settings, database), build_decoder(settings)
    rerank = _build_rerank(settings, breakers, encoders, stores.blobs)
    embedding = _embedding_runs(settings, stores, encoders)
    cache = AuditedCache(loaded.cache or build_cache(settings))
    log, upkeep = SqlSnapshotLog(database), build_upkeep(settings)
    publisher = Publisher(snapshots, log, encoders, embedding=embedding, upkeep=upkeep)
    return Services(
        settings=settings,
        catalogue=stores.catalogue,
        embeddings=stores.embeddings,
        imported=stores.imported,
        blobs=stores.blobs,
        runs=SqlRunStore(database),
        pictures=SqlPictureLedger(database),
        snapshots=snapshots,
        encoders=encoders,
        engine=_build_cached_engine(loaded, rerank, cache),
        embedding=embedding,
        publisher=publisher,
        jobs=build_jobs(database, publisher),
        audit=SqlAuditLog(database),
        decode_picture=decode,
        breakers=breakers,
        rerank=rerank,
        follower=build_follower(snapshots, settings),
        cache=cache,
        retrievers=build_retrievers(settings, database),
    )


def _embedding_runs(
    settings: Settings, stores: EmbeddingStores, encoders: Encoders
) -> EmbeddingRuns:
    from models.builtin.runtime import available_cores

    return EmbeddingRuns(
        stores,
        encoders,
        build_decoder(settings),
        query_log=settings.query_log,
        processes=available_cores(),
    )


def _embedding_stores(settings: Settings, database: "Database") -> EmbeddingStores:
    from db.catalogue import SqlArtworkStore
    from db.embeddings import SqlEmbeddingStore
    from db.imported_spaces import SqlImportedSpaces

    return EmbeddingStores(
        catalogue=SqlArtworkStore(database),
        embeddings=SqlEmbeddingStore(database),
        imported=SqlImportedSpaces(database),
        blobs=build_blobs(settings),
        work=settings.home / "work",
    )


def build_blobs(settings: Settings) -> BlobStore:
    """Open the store of pictures: a folder, or S3 where one is set."""
    from storage.options import S3Style, StoreOptions
    from storage.registry import open_blob_store

    options = StoreOptions(
        settings.s3_endpoint_url,
        S3Style(settings.s3_style),
        settings.blobs_public_url,
        settings.presign_s,
    )
    return open_blob_store(settings.blobs_url, settings.blobs_path, options)
