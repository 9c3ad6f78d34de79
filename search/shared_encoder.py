"""Queries that meet at one model share its forward pass.

Nobody waits for company: a query that comes while the model is idle is encoded at once, alone, and
those that come meanwhile are encoded together next.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np

from core.batching import MicroBatcher
from core.ports import Encoder
from core.types import EncoderCard, Matrix, Pixels, Purpose

MOST = 16  # queries of one pass, unless told


@dataclass(frozen=True, slots=True)
class SharingReport:
    """How often queries have met at a model since the process began."""

    name: str
    passes: Mapping[int, int]  # queries of a pass → how many passes had so many


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    """What one query waits for: texts, or one picture."""

    texts: Sequence[str] = ()
    picture: Pixels | None = None


class SharedEncoder:
    """Encodes queries by an encoder that takes one forward pass at a time. Safe among threads.

    In bf16 company changes the last digits of an embedding; `CachedEncoder` keeps it, so that the
    pages of a search go towards the same vector.
    """

    def __init__(self, encoder: Encoder, *, most: int = MOST) -> None:
        self._encoder = encoder
        self._most = most
        self._batcher: MicroBatcher[_Job, Matrix | Exception] = MicroBatcher(self._run, most)
        self._lock = Lock()
        self._passes: Counter[int] = Counter()

    @property
    def card(self) -> EncoderCard:
        """All that decides whether its embeddings may be compared with others."""
        return self._encoder.card

    @property
    def most(self) -> int:
        """Queries that a pass takes."""
        return self._most

    @property
    def waiting(self) -> int:
        """Queries that wait for the next pass."""
        return self._batcher.waiting

    def encode_texts(self, texts: Sequence[str], *, purpose: Purpose = Purpose.DOCUMENT) -> Matrix:
        """Encode texts: those of queries together with queries of others, documents as they are."""
        if purpose is not Purpose.QUERY or not texts:
            return self._encoder.encode_texts(texts, purpose=purpose)
        return _unwrapped(self._batcher.submit(_Job(texts=texts)))

    def encode_images(self, images: Sequence[Pixels]) -> Matrix:
        """Encode pictures: one alone is a query's and shares a pass, several go as they are."""
        if len(images) != 1:
            return self._encoder.encode_images(images)
        return _unwrapped(self._batcher.submit(_Job(picture=images[0])))

    def memory_bytes(self) -> int:
        """Bytes that the loaded model takes, about."""
        return self._encoder.memory_bytes()

    def report(self) -> SharingReport:
        """Tell how often queries have met."""
        with self._lock:
            return SharingReport(self.card.name, dict(self._passes))

    def _run(self, jobs: Sequence[_Job]) -> list[Matrix | Exception]:
        with self._lock:
            self._passes[len(jobs)] += 1
        try:
            return list(self._together(jobs))
        except Exception as error:  # noqa: BLE001 - it is raised in the thread that it belongs to
            if len(jobs) == 1:
                return [error]
        return [found for job in jobs for found in self._run([job])]

    def _together(self, jobs: Sequence[_Job]) -> list[Matrix]:
        texts = [text for job in jobs for text in job.texts]
        pictures = [job.picture for job in jobs if job.picture is not None]
        nothing = np.empty((0, 0), np.float32)
        of_texts = self._encoder.encode_texts(texts, purpose=Purpose.QUERY) if texts else nothing
        of_pictures = self._encoder.encode_images(pictures) if pictures else nothing
        found, text, picture = [], 0, 0
        for job in jobs:
            if job.picture is None:
                found.append(of_texts[text : text + len(job.texts)])
                text += len(job.texts)
            else:
                found.append(of_pictures[picture : picture + 1])
                picture += 1
        return found


def _unwrapped(found: Matrix | Exception) -> Matrix:
    if not isinstance(found, Exception):
        return found
    try:
        raise found
    finally:
        del found  # the error holds this frame: without this, a cycle of the two
