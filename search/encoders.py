"""The encoders that a service was configured with, each loaded when it is first needed."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cached_property
from threading import Lock

from core.ports import Cache, Encoder
from core.spaces import Space
from core.types import SpaceField
from search.caching.embeddings import CachedEncoder
from search.language import TextLanguages
from search.shared_encoder import MOST, SharedEncoder, SharingReport


class QueryWay(StrEnum):
    """How an encoder takes queries."""

    INSIDE = "inside"  # in the place of a search, by the core of that place
    SHARED = "shared"  # before it has a place, queries that wait for the model together
    APART = "apart"  # before it has a place, each for itself: another machine does the work


class Encoders:
    """One encoder of texts and one of pictures; a cross-modal one may serve as both."""

    def __init__(
        self,
        load_text: Callable[[], Encoder],
        load_picture: Callable[[], Encoder],
        languages: TextLanguages | None = None,
        *,
        ways: Mapping[SpaceField, QueryWay] | None = None,
        most: Callable[[], int] = lambda: MOST,
        cache: Cache | None = None,
    ) -> None:
        """Take loaders, and how each encoder takes queries: inside their places unless told.

        `most` says how many queries a forward pass takes; it is asked once a model is loaded. With
        a cache, an embedding of a query is kept there.
        """
        self._load_text = load_text
        self._load_picture = load_picture
        self._languages = languages
        self._ways = ways or {}
        self._most = most
        self._lock = Lock()
        self._cache = cache
        self._spaces: dict[SpaceField, Space] = {}
        # By the identity of the encoder.
        self._shared: dict[int, SharedEncoder] = {}
        self._cached: dict[int, CachedEncoder] = {}

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

    def of(self, field: SpaceField) -> Encoder:
        """Encoder that fills and searches a space."""
        return self.text if field is SpaceField.CATALOGUE else self.picture

    def for_queries(self, field: SpaceField) -> Encoder:
        """Encoder of queries to a space; one for a model, whatever spaces it serves."""
        encoder = self.of(field)
        with self._lock:
            key, one = id(encoder), encoder
            if self.way(field) is QueryWay.SHARED:
                if key not in self._shared:
                    self._shared[key] = SharedEncoder(encoder, most=self._most())
                one = self._shared[key]
            if self._cache is None:
                return one
            if key not in self._cached:
                self._cached[key] = CachedEncoder(one, self._cache)
            return self._cached[key]

    def way(self, field: SpaceField) -> QueryWay:
        """Tell how the encoder of a space takes queries."""
        return self._ways.get(field, QueryWay.INSIDE)

    def sharing(self) -> list[SharingReport]:
        """Tell how often queries have met at each model that they share."""
        with self._lock:
            shared = list(self._shared.values())
        return [encoder.report() for encoder in shared]

    def space(self, field: SpaceField) -> Space:
        """Space that this service's encoder of a field fills and searches."""
        card, known = self.of(field).card, self._spaces.get(field)
        if known is None or (known.encoder is not card and known.encoder != card):
            # Kept, since every search asks for its key, which takes a while to make.
            known = self._spaces[field] = Space(field, card)
        return known

    @cached_property
    def _text(self) -> Encoder:
        return self._load_text()

    @cached_property
    def _picture(self) -> Encoder:
        return self._load_picture()
