"""The wiring: turns settings into what lies below search. The one place that knows the adapters."""

from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

from core.breaker import Breakers
from core.errors import ConfigurationError
from core.ports import (
    ArtworkStore,
    BlobStore,
    EmbeddingStore,
    Encoder,
    PictureDecoder,
    RunStore,
    SnapshotStore,
)
from core.progress import Progress
from core.settings import Settings
from core.types import Json, SpaceField
from search.build_rerank import build_rerank
from search.candidate_pairs import CandidatePairs
from search.encoders import Encoders
from search.engine import SearchEngine
from search.jobs import JobRunner
from search.language import TextLanguages
from search.publish import GateFile, Publisher, Stores, Upkeep, parse_build_options
from search.rerank import RerankStage

if TYPE_CHECKING:
    from db.session import Database
    from index.qdrant.collections import QdrantCollections
    from index.vectors.spec import IndexSpec
    from models.options import EncoderOptions


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
    breakers: Breakers
    rerank: RerankStage | None  # None: no reranker is set


def build_encoders(settings: Settings, breakers: Breakers | None = None) -> Encoders:
    """Choose the configured encoders; each is loaded when it is first used."""
    from models.languages import rank_languages
    from models.registry import encoder_reads

    load = cache(partial(_load_encoder, settings, breakers or Breakers()))
    reads = encoder_reads(settings.text_encoder)
    return Encoders(
        partial(load, settings.text_encoder),
        partial(load, settings.picture_encoder),  # the very same where one serves as both
        TextLanguages(reads, rank_languages) if reads else None,
    )


def _load_encoder(settings: Settings, breakers: Breakers, name: str) -> Encoder:
    from models.registry import load_encoder
    from models.remote.encoder import load_remote_encoder
    from models.remote.spec import is_remote

    if is_remote(name):
        return load_remote_encoder(name, breakers, settings.remote_api_key)
    return load_encoder(name, build_encoder_options(settings))


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


def build_encoder_options(settings: Settings) -> "EncoderOptions":
    """Say how encoders are run."""
    from models.options import Device, Dtype, EncoderOptions

    return EncoderOptions(
        threads=settings.threads,
        device=Device(settings.device),
        dtype=Dtype(settings.dtype),
        batch=settings.batch,
    )


def build_snapshots(settings: Settings) -> SnapshotStore:
    """Open the folder of snapshots, and Qdrant where one is set: it is asked when first needed."""
    from index.snapshots.snapshot_store import DiskSnapshotStore

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
    from index.vectors.spec import parse_spec

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
    breakers = Breakers()
    encoders = build_encoders(settings, breakers)
    rerank = _build_rerank(settings, breakers, encoders, _build_blobs(settings))
    return SearchEngine(build_snapshots(settings), encoders, rerank=rerank)


def build_services(settings: Settings) -> Services:
    """Build everything; the catalogue is created or migrated where needed."""
    from db.jobs import SqlJobStore
    from db.runs import SqlRunStore
    from db.session import migrate, open_database
    from models.builtin.runtime import available_cores

    database = open_database(settings.catalogue_url)
    migrate(database)
    stores = _build_stores(settings, database)
    breakers = Breakers()
    encoders, decode = build_encoders(settings, breakers), build_decoder(settings)
    rerank = _build_rerank(settings, breakers, encoders, stores.blobs)
    work = settings.home / "work"
    publisher = Publisher(
        stores,
        encoders,
        decode,
        work=work,
        upkeep=_upkeep(settings),
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
        engine=SearchEngine(stores.snapshots, encoders, at_once=available_cores(), rerank=rerank),
        publisher=publisher,
        jobs=JobRunner(SqlJobStore(database), reindex),
        decode_picture=decode,
        breakers=breakers,
        rerank=rerank,
    )


def _upkeep(settings: Settings) -> Upkeep:
    path = settings.gate_queries
    gate = GateFile(path, settings.gate_least) if path else None
    return Upkeep(settings.keep_snapshots, settings.query_log, gate)


def _build_stores(settings: Settings, database: "Database") -> Stores:
    from db.catalogue import SqlArtworkStore
    from db.embeddings import SqlEmbeddingStore
    from db.snapshots import SqlSnapshotLog

    return Stores(
        catalogue=SqlArtworkStore(database),
        embeddings=SqlEmbeddingStore(database),
        blobs=_build_blobs(settings),
        snapshots=build_snapshots(settings),
        log=SqlSnapshotLog(database),
    )


def _build_blobs(settings: Settings) -> BlobStore:
    from storage.registry import open_blob_store

    return open_blob_store(
        settings.blobs_url, settings.blobs_path, endpoint_url=settings.s3_endpoint_url
    )
