"""The store of pictures as one run sees it: a failure costs one picture, many in a row the run."""

from threading import Lock

from core.blob_keys import STORED_LONGEST
from core.errors import StorageError, UnstoredError
from core.ports import BlobStore
from ingest.pictures import StoredPicture, store_picture

# Each of them was retried by the store's client. One or two may be bad luck; after five of one
# picture each, the store is away, full or in trouble, and going on would only lose more.
MOST_IN_A_ROW = 5
_AWAY = f"the store of pictures failed {MOST_IN_A_ROW} times in a row"


class PictureStore:
    """Keeps the pictures of a run; safe to share among threads.

    Until it has kept one, a failure ends the run: then nothing says that the store works at all.
    """

    def __init__(self, blobs: BlobStore, *, longest: int = STORED_LONGEST) -> None:
        self._blobs = blobs
        self._longest = longest
        self._lock = Lock()
        self._has_worked = False
        self._failures = 0  # in a row
        self._end: StorageError | None = None

    def store(self, data: bytes) -> StoredPicture:
        """Keep a picture.

        Raises:
            PictureError: it cannot be read.
            UnstoredError: the store failed for this one.
            StorageError: the store failed at once, or too often in a row; from then on always.
            ConfigurationError: the store refuses, and no waiting mends it.
        """
        if self._end is not None:
            raise self._end
        try:
            stored = store_picture(data, self._blobs, longest=self._longest)
        except StorageError as error:
            self._fail(error)
            raise UnstoredError(f"it could not be stored: {error}") from error
        with self._lock:
            self._has_worked, self._failures = True, 0
        return stored

    def _fail(self, error: StorageError) -> None:
        with self._lock:
            self._failures += 1
            if not self._has_worked:
                self._end = error
            elif self._failures >= MOST_IN_A_ROW:
                self._end = StorageError(f"{_AWAY}; the last time: {error}")
        if self._end is not None:
            raise self._end from error
