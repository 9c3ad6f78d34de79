"""The contenders by name."""

from bench.contenders.base import Contender
from bench.contenders.faiss_flat import FaissFlat
from bench.contenders.faiss_ivfflat import FaissIvfFlat
from bench.contenders.hnswlib import HnswLib
from bench.contenders.lancedb import LanceDb
from bench.contenders.pgvector import PgVector
from bench.contenders.qdrant_edge import QdrantEdge
from bench.contenders.sqlite_vec import SqliteVec
from bench.contenders.usearch import USearch
from bench.contenders.vasari import Vasari, VasariExact

CONTENDERS: dict[str, type[Contender]] = {
    contender.traits.name: contender
    for contender in (
        Vasari,
        VasariExact,
        FaissFlat,
        FaissIvfFlat,
        QdrantEdge,
        HnswLib,
        USearch,
        LanceDb,
        PgVector,
        SqliteVec,
    )
}
