"""What a filter selects: one bit for each artwork, and what is made of the bits when asked for."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.types import Mask, Numbers

Bits: TypeAlias = NDArray[np.uint8]
"""A mask with eight artworks in a byte, the lowest bit first; no bit beyond the last is set."""

Array = TypeVar("Array", bound=NDArray[Any])


@dataclass(frozen=True)
class BitSelection:
    """The artworks that pass a filter; shared, so never written to."""

    bits: Bits
    size: int  # artworks in all

    @cached_property
    def count(self) -> int:
        """How many they are."""
        return int(np.bitwise_count(self.bits).sum())

    @cached_property
    def mask(self) -> Mask:
        """One claim for each artwork of the snapshot."""
        return sealed(unpack(self.bits, self.size))

    @cached_property
    def numbers(self) -> Numbers:
        """Their numbers, ascending."""
        return sealed(np.flatnonzero(self.mask).astype(np.int32))


def pack(mask: Mask) -> Bits:
    """Put a mask into bits."""
    return sealed(np.packbits(mask, bitorder="little"))


def unpack(bits: Bits, size: int) -> Mask:
    """Make a mask of bits."""
    return np.unpackbits(bits, count=size, bitorder="little").view(np.bool_)


def sealed(array: Array) -> Array:
    """Protect an array that is shared from being written to."""
    array.flags.writeable = False
    return array
