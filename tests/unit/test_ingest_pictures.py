import hashlib
import io
from pathlib import Path

import pytest
from PIL import Image

from core.blob_keys import picture_key, thumbnail_key
from core.errors import PictureError
from ingest.pictures import StoredPicture, store_picture
from models.images import decode_picture
from storage.folder import FolderBlobStore
from tests.pictures import encoded, left_red


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobStore:
    return FolderBlobStore(tmp_path)


def turned(orientation: int, format: str) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(left_red(40, 20), format, exif=exif)


def test_a_picture_is_kept_by_its_content_with_a_thumbnail(blobs: FolderBlobStore) -> None:
    data = encoded(left_red(800, 400), "JPEG")

    stored = store_picture(data, blobs)

    hash = hashlib.sha256(data).hexdigest()
    assert stored == StoredPicture(hash, 800, 400, is_new=True)
    assert blobs.get(picture_key(hash)) == data
    with Image.open(io.BytesIO(blobs.get(thumbnail_key(hash)))) as thumbnail:
        assert (thumbnail.format, thumbnail.size) == ("WEBP", (320, 160))


def test_a_small_picture_is_not_enlarged(blobs: FolderBlobStore) -> None:
    stored = store_picture(encoded(left_red(40, 20)), blobs)

    assert decode_picture(blobs.get(thumbnail_key(stored.content_hash))).shape == (20, 40, 3)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP"])
@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_picture_that_is_kept_already_measures_the_same(
    blobs: FolderBlobStore, format: str, orientation: int
) -> None:
    data = turned(orientation, format)

    first, second = store_picture(data, blobs), store_picture(data, blobs)

    assert (first.is_new, second.is_new) == (True, False)
    assert (first.width, first.height) == (second.width, second.height)
    assert (first.height, first.width) == decode_picture(data).shape[:2]


def test_a_missing_thumbnail_is_made_again(blobs: FolderBlobStore, tmp_path: Path) -> None:
    data = encoded(left_red())
    key = thumbnail_key(store_picture(data, blobs).content_hash)
    (tmp_path / key).unlink()

    assert store_picture(data, blobs).is_new
    assert blobs.exists(key)


@pytest.mark.parametrize(
    "data", [b"", b"text", encoded(left_red(), "JPEG")[:200]], ids=["empty", "text", "cut off"]
)
def test_of_a_damaged_picture_nothing_is_kept(
    blobs: FolderBlobStore, tmp_path: Path, data: bytes
) -> None:
    with pytest.raises(PictureError):
        store_picture(data, blobs)

    assert list(tmp_path.iterdir()) == []
