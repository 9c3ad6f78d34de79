"""Pictures to embed: those of the bundled sample, and of the shared data where that is there."""

import hashlib
import io
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from core.blob_keys import picture_key
from ingest.sources.sample import FOLDER

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "art_images" / "images"
_SUFFIXES = (".webp", ".jpg", ".png")


def keep_pictures(folder: Path, count: int, *, longest: int = 0) -> Iterator[str]:
    """Write so many pictures into the folder of a blob store, each of other bytes; list hashes.

    Those beyond what there is are the same ones again, told apart by bytes behind their end.
    """
    files = [*_files(FOLDER), *(() if longest else _files(SHARED))]
    contents = [_enlarged(file, longest) if longest else file.read_bytes() for file in files]
    for number, data in enumerate(islice(cycle(contents), count)):
        told_apart = data + (number // len(contents)).to_bytes(4, "little")
        content_hash = hashlib.sha256(told_apart).hexdigest()
        path = folder / picture_key(content_hash)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(told_apart)
        yield content_hash


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES)


def _enlarged(file: Path, longest: int) -> bytes:
    from PIL import Image

    with Image.open(file) as picture:
        scale = longest / max(picture.size)
        size = (round(picture.width * scale), round(picture.height * scale))
        buffer = io.BytesIO()
        picture.convert("RGB").resize(size).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()
