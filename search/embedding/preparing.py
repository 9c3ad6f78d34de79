"""Pictures before the encoder: read, decoded and brought to size, or a reason why not."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from core.blob_keys import picture_key
from core.errors import NotFoundError, PictureError
from core.ports import BlobStore, PictureDecoder, PicturePreparation
from core.types import Pixels

Prepared: TypeAlias = Pixels | str
"""A picture, or why there is none."""


@dataclass(frozen=True, slots=True)
class PictureSource:
    """Where pictures come from and how they are prepared; fit to be sent to processes."""

    blobs: BlobStore
    decode: PictureDecoder
    preparation: PicturePreparation | None = None  # None: the encoder takes them as they are

    def load(self, content_hash: str) -> Prepared:
        """Prepare a picture; one that cannot be read is its reason. Raises StorageError."""
        try:
            pixels = self.decode(self.blobs.get(picture_key(content_hash)))
        except (NotFoundError, PictureError) as error:
            return str(error)
        except MemoryError:
            return "it needs more memory than there is"
        return self.preparation.resize(pixels) if self.preparation else pixels


class Pending(Protocol):
    """Pictures that are being prepared."""

    def wait(self) -> list[Prepared]:
        """Give them in the order asked, once they are all there."""

    def release(self) -> None:
        """Let go of their memory: what `wait` gave may not be read any more."""


class Preparer(Protocol):
    """Prepares pictures ahead of the encoder."""

    def prepare(self, content_hashes: Sequence[str]) -> Pending:
        """Begin to prepare pictures."""

    def close(self) -> None:
        """Give up what is being prepared, and end."""


class ThreadPreparer:
    """Prepares pictures by threads of this process: quick to start, for few pictures."""

    def __init__(self, source: PictureSource, threads: int) -> None:
        self._source = source
        self._pool = ThreadPoolExecutor(max(1, threads), "prepare")

    def prepare(self, content_hashes: Sequence[str]) -> Pending:
        """Begin to prepare pictures."""
        return _PendingThreads([self._pool.submit(self._source.load, h) for h in content_hashes])

    def close(self) -> None:
        """Give up what is being prepared, and end."""
        self._pool.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True)
class _PendingThreads:
    futures: list[Future[Prepared]]

    def wait(self) -> list[Prepared]:
        return [future.result() for future in self.futures]

    def release(self) -> None:
        self.futures.clear()
