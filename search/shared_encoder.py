"""Queries that meet at one model share its forward pass.

Nobody waits for company: a query that comes while the model is idle is encoded at once, alone, and
those that come meanwhile are encoded together next.
"""

import hashlib
from collections import Counter, OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.batching import MicroBatcher
from core.ports import Encoder
from core.types import EncoderCard, Matrix, Pixels, Purpose

MOST = 16  # queries of one pass, unless told
_RECENT = 1024  # embeddings of queries, some kilobytes each

_Row: TypeAlias = NDArray[np.float32]


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

    In bf16 company changes the last digits of an embedding, so what was encoded lately is kept:
    the pages of a search go towards the same vector.
    """

    def __init__(self, encoder: Encoder, *, most: int = MOST, recent: int = _RECENT) -> None:
        self._encoder = encoder
        self._most = most
        self._batcher: MicroBatcher[_Job, Matrix | Exception] = MicroBatcher(self._run, most)
        self._recent = _Recent(recent)
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
        rows = {text: self._recent.get(text) for text in texts}
        missing = [text for text, row in rows.items() if row is None]
        if missing:
            found = _unwrapped(self._batcher.submit(_Job(texts=missing)))
            rows |= {t: self._recent.keep(t, row) for t, row in zip(missing, found, strict=True)}
        return np.stack([row for text in texts if (row := rows[text]) is not None])

    def encode_images(self, images: Sequence[Pixels]) -> Matrix:
        """Encode pictures: one alone is a query's and shares a pass, several go as they are."""
        if len(images) != 1:
            return self._encoder.encode_images(images)
        key = _digest(images[0])
        row = self._recent.get(key)
        if row is None:
            found = _unwrapped(self._batcher.submit(_Job(picture=images[0])))
            row = self._recent.keep(key, found[0])
        return row[None].copy()

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


class _Recent:
    """The embeddings of the latest queries; the first one that is kept stays."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._rows: OrderedDict[Hashable, _Row] = OrderedDict()

    def get(self, key: Hashable) -> _Row | None:
        """Find an embedding."""
        with self._lock:
            if key in self._rows:
                self._rows.move_to_end(key)
            return self._rows.get(key)

    def keep(self, key: Hashable, row: _Row) -> _Row:
        """Keep an embedding, and give the one that is kept: all that ask get the very same."""
        with self._lock:
            kept = self._rows.setdefault(key, row.copy())
            self._rows.move_to_end(key)
            while len(self._rows) > self._most:
                self._rows.popitem(last=False)
            return kept


def _digest(picture: Pixels) -> tuple[object, ...]:
    return (picture.shape, hashlib.sha256(np.ascontiguousarray(picture).data).digest())


def _unwrapped(found: Matrix | Exception) -> Matrix:
    if not isinstance(found, Exception):
        return found
    try:
        raise found
    finally:
        del found  # the error holds this frame: without this, a cycle of the two
