"""What a Qdrant collection holds, as a hash: it has its name before anything is sent.

So a killed upload is taken up under the same name, and equal content is sent once, however many
snapshots are built of it.
"""

import hashlib
import json

import numpy as np

from core.ports import SpaceRows
from core.progress import Progress
from index.qdrant.batches import ReadArtworks, batches_of

_LAYOUT = b"1"  # raise it when equal payloads and vectors have to be kept in another way
_DIGITS = 16


def content_hash(rows: SpaceRows, artworks: ReadArtworks, progress: Progress) -> str:
    """Hash the vectors and payloads of a space; the payloads hold the artworks' numbers.

    Raises DamagedError as `batches_of` does.
    """
    progress.begin(f"hash {rows.space.name}", len(rows.numbers), "vectors")
    vectors, payloads = hashlib.sha256(_LAYOUT), hashlib.sha256()
    for batch in batches_of(rows, artworks):
        vectors.update(np.ascontiguousarray(batch.vectors, "<f4").tobytes())
        for payload in batch.payloads:
            payloads.update(json.dumps(payload).encode() + b"\n")
        progress.advance(len(batch.vectors))
    vectors.update(payloads.digest())
    return vectors.hexdigest()[:_DIGITS]
