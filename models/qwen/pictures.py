"""Pictures as Qwen3-VL reads them: whole visual tokens within a budget, to the bit."""

import math
from dataclasses import asdict, dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.errors import ConfigurationError
from core.types import Json, Pixels
from models.checkpoints import Checkpoint
from models.siglip.pictures import configured_processor

PATCH = 16  # pixels
MERGED = 2  # patches of a visual token, each way
FRAMES = 2  # of a patch: a picture is a film of two equal frames
TOKEN_SIDE = PATCH * MERGED
MOST_ELONGATED = 200  # the official code refuses pictures beyond; here they are squeezed to it
_KNOWN: Json = {
    "patch_size": PATCH,
    "merge_size": MERGED,
    "temporal_patch_size": FRAMES,
    "resample": 3,  # bicubic, as Pillow counts its filters
    "rescale_factor": 1 / 255,
    "image_mean": [0.5, 0.5, 0.5],
    "image_std": [0.5, 0.5, 0.5],
}


class Grid(NamedTuple):
    """Visual tokens of a picture."""

    rows: int
    columns: int

    @property
    def tokens(self) -> int:
        """How many they are."""
        return self.rows * self.columns


@dataclass(frozen=True, slots=True)
class PixelBudget:
    """Fewest and most visual tokens of a picture; small, and fit to be sent to other processes.

    The report on the model (figure 7) sees little gain past 640 tokens, and less at the top.
    """

    least_tokens: int = 256
    most_tokens: int = 640

    def __post_init__(self) -> None:
        if not 1 <= self.least_tokens <= self.most_tokens:
            raise ConfigurationError(
                f"a pixel budget of {self.least_tokens} to {self.most_tokens} visual tokens: "
                "write 1 or more, the fewer first"
            )

    def grid(self, height: int, width: int) -> Grid:
        """Choose the visual tokens of a picture as the official resizing does (`smart_resize`)."""
        height, width = _squeezed(height, width), _squeezed(width, height)
        rows, columns = (max(1, round(side / TOKEN_SIDE)) for side in (height, width))
        if rows * columns > self.most_tokens:
            shrink = math.sqrt((height * width) / (self.most_tokens * TOKEN_SIDE**2))
            rows, columns = (
                max(1, math.floor(side / shrink / TOKEN_SIDE)) for side in (height, width)
            )
        elif rows * columns < self.least_tokens:
            grow = math.sqrt(self.least_tokens * TOKEN_SIDE**2 / (height * width))
            rows, columns = (math.ceil(side * grow / TOKEN_SIDE) for side in (height, width))
        return Grid(rows, columns)

    @property
    def most_bytes(self) -> int:
        """Bytes of the largest picture that `resize` gives."""
        # A side is at most this many tokens, and growing a small picture rounds both sides up.
        longest = math.ceil(math.sqrt(MOST_ELONGATED * self.most_tokens))
        grown = self.least_tokens + longest + longest // MOST_ELONGATED + 3
        return max(self.most_tokens, grown) * TOKEN_SIDE**2 * 3

    def resize(self, pixels: Pixels) -> Pixels:
        """Bring a picture to whole visual tokens; nothing is cut off."""
        return resized(pixels, self.grid(*pixels.shape[:2]))

    def to_json(self) -> Json:
        """Write it as JSON."""
        return asdict(self)


def check_processor(checkpoint: Checkpoint) -> None:
    """See that a checkpoint prepares pictures as is done here. Raises ConfigurationError."""
    configured = configured_processor(checkpoint)
    for name, known in _KNOWN.items():
        if configured.get(name, known) != known:
            raise ConfigurationError(
                f"{checkpoint.name} prepares pictures in a way that is not known of Qwen3-VL: "
                f"{name} is {configured[name]} instead of {known}"
            )


def grid_of(picture: Pixels) -> Grid:
    """Tell the visual tokens of a resized picture."""
    return Grid(picture.shape[0] // TOKEN_SIDE, picture.shape[1] // TOKEN_SIDE)


def resized(pixels: Pixels, grid: Grid) -> Pixels:
    """Resize a picture to its visual tokens; one of that size stays as it is."""
    from PIL import Image

    height, width = grid.rows * TOKEN_SIDE, grid.columns * TOKEN_SIDE
    if pixels.shape[:2] == (height, width):
        return pixels
    image = Image.fromarray(pixels).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(image)


def patches(picture: Pixels) -> NDArray[np.uint8]:
    """Cut a resized picture into (patches, 3, 16, 16), the four of a visual token together."""
    grid = grid_of(picture)
    cut = picture.reshape(grid.rows, MERGED, PATCH, grid.columns, MERGED, PATCH, 3)
    return cut.transpose(0, 3, 1, 4, 6, 2, 5).reshape(-1, 3, PATCH, PATCH)


def numbers_of(values: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Scale values from 0..255 to -1..1, rounding where the image processor rounds."""
    rescaled = (values.astype(np.float64) * (1 / 255)).astype(np.float32)
    return (rescaled - np.float32(0.5)) / np.float32(0.5)


def _squeezed(side: int, other: int) -> int:
    return max(side, math.ceil(other / MOST_ELONGATED))
