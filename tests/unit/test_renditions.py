"""What is kept of a picture: itself or a smaller copy, and its thumbnails."""

import hashlib
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.blob_keys import picture_key, reduction_key, thumbnail_key
from core.errors import StorageError, UnstoredError
from ingest.picture_store import MOST_IN_A_ROW, PictureStore
from ingest.pictures import store_picture
from models.images import decode_picture
from storage.folder import FolderBlobStore
from tests.colour_profiles import ADOBE_RGB, rgb_profile
from tests.pictures import encoded, left_red

ADOBE = rgb_profile(ADOBE_RGB, 2.19921875)


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobStore:
    return FolderBlobStore(tmp_path)


class Recording(FolderBlobStore):
    """A folder that remembers what was written, and fails when it is told to."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.written: list[str] = []
        self.failing = 0  # writes from now on; -1: all

    def put(self, key: str, data: bytes, content_type: str) -> None:
        self._write(key)
        super().put(key, data, content_type)

    def put_new(self, key: str, data: bytes, content_type: str) -> bool:
        self._write(key)
        return super().put_new(key, data, content_type)

    def _write(self, key: str) -> None:
        if self.failing:
            self.failing -= 1
            raise StorageError("no space left")
        self.written.append(key.partition("/")[0])


def turned_and_coloured(width: int, height: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "a maker of cameras"
    image = Image.new("RGB", (width, height), (180, 140, 90))
    return encoded(image, "JPEG", exif=exif, icc_profile=ADOBE, quality=100, subsampling=0)


@pytest.mark.parametrize("format", ["webp", "jpeg"])
def test_a_thumbnail_is_upright_in_srgb_and_says_nothing_else(
    blobs: FolderBlobStore, format: str
) -> None:
    stored = store_picture(turned_and_coloured(800, 400), blobs)

    data = blobs.get(thumbnail_key(stored.content_hash, "webp" if format == "webp" else "jpeg"))
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.size) == (format.upper(), (160, 320))
        assert not image.getexif()
        assert not {"icc_profile", "exif", "xmp"} & set(image.info)
    assert np.abs(decode_picture(data)[100, 100].astype(int) - (195, 141, 86)).max() <= 3


def test_a_picture_within_the_limit_is_kept_as_it_came(blobs: FolderBlobStore) -> None:
    data = turned_and_coloured(100, 50)

    stored = store_picture(data, blobs, longest=100)

    assert blobs.get(picture_key(stored.content_hash)) == data
    assert not blobs.exists(reduction_key(stored.content_hash, 100))


def test_of_a_larger_picture_a_smaller_copy_is_kept(blobs: FolderBlobStore) -> None:
    data = turned_and_coloured(800, 400)

    stored = store_picture(data, blobs, longest=400)

    copy = blobs.get(picture_key(stored.content_hash))
    assert (stored.width, stored.height) == (200, 400)
    assert stored.content_hash == hashlib.sha256(copy).hexdigest()
    assert not blobs.exists(picture_key(hashlib.sha256(data).hexdigest()))
    with Image.open(io.BytesIO(copy)) as image:
        assert (image.format, image.size, "icc_profile" in image.info) == (
            "JPEG",
            (200, 400),
            False,
        )
        assert not image.getexif()  # it was turned: told twice, it would be turned twice
    assert np.abs(decode_picture(copy)[200, 100].astype(int) - (195, 141, 86)).max() <= 2


def test_a_picture_that_was_reduced_before_is_not_decoded_again(
    blobs: FolderBlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = turned_and_coloured(800, 400)
    first = store_picture(data, blobs, longest=400)

    monkeypatch.delattr("ingest.pictures.decode_picture")
    second = store_picture(data, blobs, longest=400)

    assert (first.is_new, second.is_new) == (True, False)
    assert (second.content_hash, second.width) == (first.content_hash, first.width)


def test_a_note_of_a_copy_that_is_gone_leads_to_a_new_one(
    blobs: FolderBlobStore, tmp_path: Path
) -> None:
    data = turned_and_coloured(800, 400)
    first = store_picture(data, blobs, longest=400)
    (tmp_path / picture_key(first.content_hash)).unlink()

    again = store_picture(data, blobs, longest=400)

    assert again == first
    assert blobs.exists(picture_key(first.content_hash))


def test_without_a_limit_a_picture_is_kept_as_it_came(blobs: FolderBlobStore) -> None:
    data = encoded(left_red(3000, 30), "JPEG")

    assert blobs.get(picture_key(store_picture(data, blobs, longest=0).content_hash)) == data


def test_who_finds_a_picture_finds_its_thumbnails(tmp_path: Path) -> None:
    blobs = Recording(tmp_path)

    store_picture(encoded(left_red(800, 400)), blobs, longest=400)

    assert blobs.written == ["thumbnails", "thumbnails", "pictures", "reduced"]


def red(width: int) -> bytes:
    return encoded(left_red(width, 20))


def test_a_failure_of_the_store_costs_one_picture(tmp_path: Path) -> None:
    blobs = Recording(tmp_path)
    store = PictureStore(blobs)
    store.store(red(40))
    blobs.failing = 1

    with pytest.raises(UnstoredError, match="it could not be stored: no space left"):
        store.store(red(41))

    assert store.store(red(41)).is_new


def test_a_store_that_fails_at_the_first_picture_ends_the_run(tmp_path: Path) -> None:
    blobs = Recording(tmp_path)
    store = PictureStore(blobs)
    blobs.failing = 1

    with pytest.raises(StorageError, match=r"^no space left$"):
        store.store(red(40))


def test_a_store_that_fails_again_and_again_ends_the_run(tmp_path: Path) -> None:
    blobs = Recording(tmp_path)
    store = PictureStore(blobs)
    store.store(red(40))
    blobs.failing = -1
    for width in range(1, MOST_IN_A_ROW):
        with pytest.raises(UnstoredError):
            store.store(red(40 + width))

    with pytest.raises(StorageError, match="failed 5 times in a row; the last time: no space left"):
        store.store(red(50))

    blobs.failing = 0
    with pytest.raises(StorageError, match="failed 5 times in a row"):  # the run is over
        store.store(red(40))


def test_failures_apart_from_each_other_are_not_in_a_row(tmp_path: Path) -> None:
    blobs = Recording(tmp_path)
    store = PictureStore(blobs)
    for width in range(1, 3 * MOST_IN_A_ROW):
        blobs.failing = 0
        store.store(red(width))
        blobs.failing = 1
        with pytest.raises(UnstoredError):
            store.store(red(100 + width))
