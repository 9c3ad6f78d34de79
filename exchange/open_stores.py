"""What exports and imports work on, of the services of an installation."""

from core.types import SpaceField
from exchange.vector_import import VectorStores
from search.build import Services


def vector_stores(services: Services) -> VectorStores:
    """Take what an import of vectors reads and writes; the encoders that are set are loaded."""
    return VectorStores(
        services.catalogue,
        services.embeddings,
        services.imported,
        {field: services.embedding.embedder(field).contents for field in SpaceField},
    )
