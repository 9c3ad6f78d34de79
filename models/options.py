"""How the configured encoders are run; what is left alone the encoder chooses."""

from dataclasses import dataclass
from enum import StrEnum


class Device(StrEnum):
    """Where a torch model runs."""

    AUTO = "auto"  # the GPU where torch sees one
    CPU = "cpu"
    CUDA = "cuda"


class Dtype(StrEnum):
    """Precision of a torch model's weights and arithmetic."""

    AUTO = "auto"  # that of the checkpoint, on any device: it is part of the space
    FP32 = "fp32"
    BF16 = "bf16"
    FP16 = "fp16"


@dataclass(frozen=True, slots=True)
class EncoderOptions:
    """What the settings say of encoders."""

    threads: int = 0  # 0: one for each available core
    device: Device = Device.AUTO
    dtype: Dtype = Dtype.AUTO
    batch: int = 0  # texts or pictures of one forward pass; 0: as many as suit the device


DEFAULT_OPTIONS = EncoderOptions()
