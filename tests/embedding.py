"""Contents, encoders and stores for tests of embedding: small, real, and fit to be sent about."""

import hashlib
import io
import os
import random
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image as Pictures

from core.blob_keys import picture_key
from core.ports import PictureDecoder
from core.types import Artwork, EncoderCard, Image, Matrix, Modality, Pixels, Purpose
from models.images import decode_picture
from storage.folder import FolderBlobStore

SIZE = 16  # pixels of a picture brought to size
CARD = EncoderCard("seer", "1", "fp32", "0" * 16, 4, (Modality.TEXT, Modality.IMAGE))
KILLER = b"kills whoever decodes it"


@dataclass(frozen=True)
class Shrinking:
    """Brings pictures to SIZE × SIZE."""

    @property
    def most_bytes(self) -> int:
        return SIZE * SIZE * 3

    def resize(self, pixels: Pixels) -> Pixels:
        return np.asarray(Pictures.fromarray(pixels).resize((SIZE, SIZE)))


@dataclass(frozen=True)
class SeeingEncoder:
    """Encodes a picture by its mean colours, and a text by its hash; one row at a time."""

    card: EncoderCard = CARD
    at_once: int = 5
    pictures: Shrinking = Shrinking()

    def encode_texts(self, texts: Sequence[str], *, purpose: Purpose = Purpose.DOCUMENT) -> Matrix:
        del purpose
        drawn = [np.frombuffer(hashlib.sha256(t.encode()).digest()[:4], np.uint8) for t in texts]
        return unit_rows(drawn)

    def encode_images(self, images: Sequence[Pixels]) -> Matrix:
        return self.encode_resized([self.pictures.resize(image) for image in images])

    def encode_resized(self, images: Sequence[Pixels]) -> Matrix:
        return unit_rows([np.append(image.mean(axis=(0, 1)), image.std()) for image in images])

    def memory_bytes(self) -> int:
        return 0


def unit_rows(rows: Sequence[object]) -> Matrix:
    matrix = np.asarray(rows, np.float32).reshape(-1, 4) + 1
    return np.asarray(matrix / np.linalg.norm(matrix, axis=1, keepdims=True))


def decode_or_die(data: bytes) -> Pixels:
    """Decode a picture; one marked picture ends the process, as damage in a decoder would."""
    if data.endswith(KILLER):
        os.kill(os.getpid(), signal.SIGKILL)
    return decode_picture(data)


def die(data: bytes) -> Pixels:
    """End the process, whatever the picture."""
    del data
    os._exit(3)


def hashed(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def picture(seed: int, extra: bytes = b"") -> bytes:
    """Draw a picture of some size; bytes behind its end change its hash, not what it shows."""
    draw = random.Random(seed)  # noqa: S311 - pictures, no secrets
    pixels = np.random.default_rng(seed).integers(
        0, 256, (draw.randint(8, 40), draw.randint(8, 40), 3), np.uint8
    )
    buffer = io.BytesIO()
    Pictures.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue() + extra


def keep(blobs: FolderBlobStore, data: bytes) -> Artwork:
    """Keep a picture, and give an artwork that has it."""
    content_hash = hashed(data)
    blobs.put(picture_key(content_hash), data, "image/png")
    return Artwork(f"t:{content_hash[:8]}", "Sea", images=(Image(content_hash=content_hash),))


def gallery(folder: Path, count: int) -> tuple[FolderBlobStore, list[Artwork]]:
    """Make a blob store and artworks with a picture each."""
    blobs = FolderBlobStore(folder / "blobs")
    return blobs, [keep(blobs, picture(seed)) for seed in range(count)]


DECODE: PictureDecoder = partial(decode_picture)
