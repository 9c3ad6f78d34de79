"""Prompts become what the network reads: tokens, their places, and patches of pictures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.errors import ConfigurationError
from core.types import Pixels
from models.qwen.pictures import MERGED, PATCH, Grid, patches, resized
from models.qwen.prompt import CLOSING_PARTS, Marker, Prompt

Piece: TypeAlias = int | Grid | list[int]
"""A marker, a picture, or the tokens of a text."""

GridOf: TypeAlias = Callable[[Pixels], Grid]
"""Chooses the visual tokens of a picture."""


class Side(StrEnum):
    """Where shorter rows of a batch are padded."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, eq=False)
class Tokenised:
    """A prompt in tokens; each picture stands for as many as it has visual tokens."""

    pieces: tuple[Piece, ...]
    pictures: tuple[Pixels, ...]  # as they came

    @property
    def length(self) -> int:
        """Tokens of it."""
        return sum(_length(piece) for piece in self.pieces)


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Rows of equal length for one forward pass."""

    input_ids: NDArray[np.int64]  # (n, length)
    attention_mask: NDArray[np.int64]  # (n, length)
    position_ids: NDArray[np.int64]  # (3, n, length): time, row, column
    last: NDArray[np.int64]  # (n,): place of each row's last token
    patches: NDArray[np.uint8]  # (patches, 3, 16, 16) of all pictures
    grids: NDArray[np.int64]  # (pictures, 3): frames, and patches each way


@dataclass(frozen=True, slots=True)
class QwenInputs:
    """Tokenises prompts and puts them together, for one checkpoint. Safe among threads."""

    tokenizer: Any  # of transformers, which is not there in every installation
    max_length: int
    side: Side

    def tokenise(self, prompts: Sequence[Prompt], grid: GridOf) -> list[Tokenised]:
        """Tokenise prompts; texts are cut at their ends to fit.

        Raises:
            ConfigurationError: a prompt is too long even without its texts.
        """
        texts = dict.fromkeys(
            part for prompt in prompts for part in prompt.parts if not isinstance(part, Marker)
        )
        tokens = dict(zip(texts, self._tokens(list(texts)), strict=True))
        return [self._tokenised(prompt, tokens, grid) for prompt in prompts]

    def batch(self, rows: Sequence[Tokenised]) -> Batch:
        """Put rows together, the shorter ones padded."""
        longest = max(row.length for row in rows)
        ids = np.full((len(rows), longest), self.tokenizer.pad_token_id, dtype=np.int64)
        mask = np.zeros((len(rows), longest), dtype=np.int64)
        positions = np.zeros((3, len(rows), longest), dtype=np.int64)
        last = np.empty(len(rows), dtype=np.int64)
        picture = self._id(Marker.PICTURE)
        for number, row in enumerate(rows):
            start = longest - row.length if self.side is Side.LEFT else 0
            end = start + row.length
            ids[number, start:end] = [i for piece in row.pieces for i in _ids(piece, picture)]
            mask[number, start:end] = 1
            positions[:, number, start:end] = positions_of(row.pieces)
            last[number] = end - 1
        return Batch(ids, mask, positions, last, *_seen(rows))

    def _tokenised(
        self, prompt: Prompt, tokens: Mapping[str, list[int]], grid: GridOf
    ) -> Tokenised:
        grids = iter([grid(picture) for picture in prompt.pictures])
        pieces: list[Piece] = []
        for part in prompt.parts:
            if part is Marker.PICTURE:
                pieces.append(next(grids))
            else:
                pieces.append(self._id(part) if isinstance(part, Marker) else tokens[part])
        return Tokenised(fitted(pieces, self.max_length), prompt.pictures)

    def _id(self, marker: Marker) -> int:
        return int(self.tokenizer.convert_tokens_to_ids(marker.value))

    def _tokens(self, texts: list[str]) -> list[list[int]]:
        # Markers in somebody's text are characters: else a search for "<|image_pad|>" would ask
        # for a picture that is not there, and "<|im_end|>" would end the prompt.
        tokens: list[list[int]] = self.tokenizer(
            texts, add_special_tokens=False, split_special_tokens=True, verbose=False
        )["input_ids"]
        return tokens


def fitted(pieces: Sequence[Piece], max_length: int) -> tuple[Piece, ...]:
    """Cut texts, the last one first, until all fits; markers, pictures and the closing stay.

    As the official reranker does; the official encoder cuts the closing off, too, and then pools
    a token in the middle of the text, which it was not trained to do.
    """
    excess = sum(_length(piece) for piece in pieces) - max_length
    kept = list(pieces)
    for place in reversed(range(len(pieces) - CLOSING_PARTS)):
        piece = kept[place]
        if excess > 0 and isinstance(piece, list):
            kept[place] = piece[: max(0, len(piece) - excess)]
            excess -= len(piece) - _length(kept[place])
    if excess > 0:
        raise ConfigurationError(
            f"a prompt of at most {max_length} tokens has no room for its pictures: "
            "lower the pixel budget"
        )
    return tuple(kept)


def positions_of(pieces: Sequence[Piece]) -> NDArray[np.int64]:
    """Number tokens by time, row and column: (3, length).

    After a picture the count goes on from its longer side (`get_rope_index` in transformers).
    Given to the network, they keep it from caching them on itself, where threads would meet.
    """
    start, columns = 0, []
    for piece in pieces:
        if isinstance(piece, Grid):
            row, column = np.divmod(np.arange(piece.tokens), piece.columns)
            columns.append(start + np.stack([np.zeros_like(row), row, column]))
            start += max(piece)
        else:
            count = _length(piece)
            columns.append(np.broadcast_to(start + np.arange(count), (3, count)))
            start += count
    return np.concatenate(columns, axis=1)


def _length(piece: Piece) -> int:
    if isinstance(piece, Grid):
        return piece.tokens
    return len(piece) if isinstance(piece, list) else 1


def _ids(piece: Piece, picture: int) -> list[int]:
    if isinstance(piece, Grid):
        return [picture] * piece.tokens
    return piece if isinstance(piece, list) else [piece]


def _seen(rows: Sequence[Tokenised]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Cut the pictures of all rows into patches, and tell their grids of patches."""
    grids = [piece for row in rows for piece in row.pieces if isinstance(piece, Grid)]
    pictures = [picture for row in rows for picture in row.pictures]
    cut = [patches(resized(p, grid)) for p, grid in zip(pictures, grids, strict=True)]
    sizes = [(1, grid.rows * MERGED, grid.columns * MERGED) for grid in grids]
    nothing = np.empty((0, 3, PATCH, PATCH), np.uint8)
    return np.concatenate([nothing, *cut]), np.asarray(sizes, np.int64).reshape(-1, 3)
