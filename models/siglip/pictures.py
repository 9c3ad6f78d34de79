"""Pictures as SigLIP reads them: equal to the bit to what transformers' image processor makes."""

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import ConfigurationError
from core.types import Json, Pixels
from models.checkpoints import Checkpoint

PREPROCESSOR = "preprocessor_config.json"
PROCESSOR = "processor_config.json"  # transformers 5 writes all processors of a model into one
_DEFAULTS: Json = {
    "resample": 3,
    "rescale_factor": 1 / 255,
    "image_mean": [0.5, 0.5, 0.5],
    "image_std": [0.5, 0.5, 0.5],
}
_REFUSED = ("do_center_crop", "do_pad")


@dataclass(frozen=True, slots=True)
class PictureInput:
    """How pictures become numbers; small, and fit to be sent to other processes."""

    height: int
    width: int
    resample: int  # as Pillow counts its filters: 2 bilinear, 3 bicubic
    rescale_factor: float
    mean: tuple[float, ...]  # by channel
    std: tuple[float, ...]

    @property
    def most_bytes(self) -> int:
        """Bytes of a picture that `resize` gives."""
        return self.height * self.width * 3

    def resize(self, pixels: Pixels) -> Pixels:
        """Bring a picture to the network's size, whatever its shape; nothing is cut off."""
        from PIL import Image

        resized = Image.fromarray(pixels).resize(
            (self.width, self.height), Image.Resampling(self.resample)
        )
        return np.asarray(resized)

    def table(self) -> NDArray[np.float32]:
        """List the number that each of 256 values becomes, by channel: (3, 256)."""
        rescaled = (np.arange(256, dtype=np.float64) * self.rescale_factor).astype(np.float32)
        mean, std = np.asarray(self.mean, np.float32), np.asarray(self.std, np.float32)
        numbers: NDArray[np.float32] = (rescaled[None, :] - mean[:, None]) / std[:, None]
        return numbers

    def to_json(self) -> Json:
        """Write it as JSON."""
        return asdict(self)


def read_picture_input(checkpoint: Checkpoint) -> PictureInput:
    """Read how a checkpoint's pictures are prepared.

    Raises:
        ConfigurationError: it does not say, or asks for what SigLIP checkpoints do not.
    """
    config = _DEFAULTS | configured_processor(checkpoint)
    size = config.get("size") or {}
    steps = [config.get(f"do_{step}", True) for step in ("resize", "rescale", "normalize")]
    refused = [name for name in _REFUSED if config.get(name)]
    if refused or not all(steps) or set(size) != {"height", "width"}:
        raise ConfigurationError(
            f"{checkpoint.name} prepares pictures in a way that is not known of SigLIP "
            f"({', '.join(refused) or f'size {size}'}); only fixed sizes are read"
        )
    return PictureInput(
        height=size["height"],
        width=size["width"],
        resample=config["resample"],
        rescale_factor=config["rescale_factor"],
        mean=_by_channel(config["image_mean"]),
        std=_by_channel(config["image_std"]),
    )


def configured_processor(checkpoint: Checkpoint) -> Json:
    """Read what a checkpoint says of its image processor. Raises ConfigurationError."""
    if (checkpoint.folder / PREPROCESSOR).exists():
        config = checkpoint.read_json(PREPROCESSOR)
    elif (checkpoint.folder / PROCESSOR).exists():
        config = checkpoint.read_json(PROCESSOR).get("image_processor") or {}
    else:
        config = checkpoint.read_json(PREPROCESSOR)  # says that it is missing
    return {name: value for name, value in config.items() if value is not None}


def _by_channel(value: float | list[float]) -> tuple[float, ...]:
    return tuple(value) if isinstance(value, list) else (value,) * 3
