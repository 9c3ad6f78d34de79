"""The encoders that a service was configured with, each loaded when it is first needed."""

from collections.abc import Callable
from functools import cached_property
from threading import Lock

from core.ports import Encoder
from core.spaces import Space
from core.types import SpaceField
from search.language import TextLanguages


class Encoders:
    """One encoder of texts and one of pictures; a cross-modal one may serve as both."""

    def __init__(
        self,
        load_text: Callable[[], Encoder],
        load_picture: Callable[[], Encoder],
        languages: TextLanguages | None = None,
    ) -> None:
        self._load_text = load_text
        self._load_picture = load_picture
        self._languages = languages
        self._lock = Lock()

    @property
    def languages(self) -> TextLanguages | None:
        """The languages that the text encoder reads; None: many, or not known."""
        return self._languages

    @property
    def text(self) -> Encoder:
        """Encoder of catalogue texts and of queries."""
        with self._lock:
            return self._text

    @property
    def picture(self) -> Encoder:
        """Encoder of pictures."""
        with self._lock:
            return self._picture

    def space(self, field: SpaceField) -> Space:
        """Space that this service's encoder of a field fills and searches."""
        encoder = self.text if field is SpaceField.CATALOGUE else self.picture
        return Space(field, encoder.card)

    @cached_property
    def _text(self) -> Encoder:
        return self._load_text()

    @cached_property
    def _picture(self) -> Encoder:
        return self._load_picture()
