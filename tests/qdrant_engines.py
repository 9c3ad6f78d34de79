"""What stands for a Qdrant server in tests, and a collection to search in it.

`local` is the Python double of qdrant-client, `edge` the real engine behind a small HTTP server,
`server` the one that VASARI_QDRANT_URL names.
"""

import os
import random
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from qdrant_client import QdrantClient

from core.ports import SpaceRows
from core.progress import SilentProgress
from core.types import Artwork, Contribution, Image, Json, Matrix, Numbers, Rights, RightsStatus
from index.qdrant.connection import open_client
from index.qdrant.publish import collection_name, drop_collections
from index.qdrant.space import QdrantSpace
from index.qdrant.upload import upload_space
from tests.indexes import rows_of, unit
from tests.qdrant_server import edge_qdrant, serving
from tests.requirements import require
from tests.strategies import (
    ARTISTS,
    CLASSIFICATIONS,
    COLLECTIONS,
    MEDIA,
    MOVEMENTS,
    ROLES,
    SUBJECTS,
)

ENGINES = ("local", "edge", "server")
# The double says of itself, once in a process, that it is a double.
LOCAL_WARNINGS = (
    "ignore:Payload indexes have no effect in the local Qdrant:UserWarning",
    "ignore:Local mode performs exact:UserWarning",
)


@contextmanager
def open_engine(name: str) -> Iterator[QdrantClient]:
    """Open a client of an engine; an empty one, but for the real server."""
    if name == "local":
        client = QdrantClient(":memory:")
        yield client
        client.close()
    elif name == "edge":
        with edge_qdrant() as qdrant, serving(qdrant) as url:
            client = open_client(url)
            yield client
            client.close()
    else:
        require("qdrant")
        client = open_client(
            os.environ["VASARI_QDRANT_URL"], os.environ.get("VASARI_QDRANT_API_KEY")
        )
        yield client
        client.close()


@dataclass(frozen=True)
class Uploaded:
    """A space in Qdrant, and what is in it."""

    artworks: Sequence[Artwork]
    vectors: Matrix
    numbers: Numbers
    card: Json
    index: QdrantSpace


@contextmanager
def uploaded(
    client: QdrantClient, artworks: Sequence[Artwork], rows: SpaceRows, *, scan_bytes: int
) -> Iterator[Uploaded]:
    """Upload a space for the time of a test."""
    # No other test run on the same server has this name.
    name = collection_name(rows.space.key, secrets.token_hex(8))
    card = upload_space(
        client,
        name,
        rows=rows,
        artworks=lambda: iter(artworks),
        progress=SilentProgress(),
        scan_bytes=scan_bytes,
    )
    vectors = np.concatenate([np.empty((0, rows.space.encoder.dim), np.float32), *rows.batches()])
    space = QdrantSpace(client, card, scan_bytes=scan_bytes)
    yield Uploaded(artworks, vectors, rows.numbers, card, space)
    drop_collections(client, [name], live_spaces=())


def random_rows(artworks: int, *, dim: int, seed: int, single: int = 0) -> SpaceRows:
    """Draw vectors: some artworks have none, some up to three, the last ones one; 40 are equal."""
    rng = np.random.default_rng(seed)
    counts = rng.choice([0, 1, 2, 3], artworks, p=[0.1, 0.4, 0.3, 0.2])
    counts[artworks - single :] = 1
    numbers = np.repeat(np.arange(artworks), counts).astype(np.int32)
    centres = rng.standard_normal((1 + artworks // 50, dim))
    near = centres[rng.integers(0, len(centres), len(numbers))]
    vectors = unit(near + 0.5 * rng.standard_normal((len(numbers), dim)))
    vectors[100:140] = vectors[100]
    return rows_of(vectors, numbers)


def messy_artworks(count: int, seed: int) -> list[Artwork]:
    """Draw artworks over the same few values as the random filters."""
    rng = random.Random(seed)  # noqa: S311 - a test's draw

    def some(values: Sequence[str]) -> tuple[str, ...]:
        return tuple(rng.sample(values, rng.randint(0, 3)))

    def one(i: int) -> Artwork:
        begin, length = rng.choice([None, rng.randint(-600, 2000)]), rng.randint(0, 60)
        links = [Contribution(rng.choice(ARTISTS), rng.choice(ROLES)) for _ in range(3)]
        end = rng.choice([None, (begin or 1800) + length])
        rights = Rights(rng.choice(list(RightsStatus)))
        return Artwork(
            f"t:{i:05}",
            contributions=tuple(links[: rng.randint(0, 3)]),
            begin=begin,
            end=end,
            medium=rng.choice(MEDIA),
            classification=rng.choice(CLASSIFICATIONS),
            collection=rng.choice(COLLECTIONS),
            subjects=some(SUBJECTS),
            movements=some(MOVEMENTS),
            images=(Image(rights=rights),) if rng.random() < 0.5 else (),
        )

    return [one(i) for i in range(count)]
