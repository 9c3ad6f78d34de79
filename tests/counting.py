"""An encoder that counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.ports import Encoder
from core.types import EncoderCard, Matrix, Pixels, Purpose


@dataclass
class Counting:
    """An encoder that writes down what it is asked for."""

    inner: Encoder
    texts: list[str] = field(default_factory=list)
    pictures: int = 0

    @property
    def card(self) -> EncoderCard:
        return self.inner.card

    def encode_texts(self, texts: Sequence[str], *, purpose: Purpose = Purpose.DOCUMENT) -> Matrix:
        self.texts.extend(texts)
        return self.inner.encode_texts(texts, purpose=purpose)

    def encode_images(self, images: Sequence[Pixels]) -> Matrix:
        self.pictures += len(images)
        return self.inner.encode_images(images)

    def memory_bytes(self) -> int:
        return 0
