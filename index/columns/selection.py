"""What a filter selects: one bit for each artwork, and what is made of the bits when asked for."""

from functools import cached_property
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.types import Mask, Numbers

Bits: TypeAlias = NDArray[np.uint8]
"""A mask with eight artworks in a byte, the lowest bit first; no bit beyond the last is set."""

_SPARSE = 128  # with a bit in one of two words at most, only those words are looked into
_WORD = 8  # bytes

Array = TypeVar("Array", bound=NDArray[Any])


class BitSelection:
    """The artworks that pass a filter; shared, so never written to."""

    def __init__(self, bits: Bits, size: int) -> None:
        self.bits = bits
        self.size = size  # artworks in all
        words, rest = _words(bits)
        used = np.not_equal(words, 0).nonzero()[0]  # where any bit is set
        self._few: Numbers | None = None
        if _SPARSE * len(used) <= size:
            self._few = sealed(_few_numbers(bits, used))
            self.count = len(self._few)
        else:
            self.count = int(np.bitwise_count(words).sum()) + _bits_of(rest).bit_count()

    @cached_property
    def mask(self) -> Mask:
        """One claim for each artwork of the snapshot."""
        return sealed(unpack(self.bits, self.size))

    @property
    def numbers(self) -> Numbers:
        """Their numbers, ascending."""
        return self._many if self._few is None else self._few

    @cached_property
    def _many(self) -> Numbers:
        return sealed(self.mask.nonzero()[0].astype(np.int32))


def _few_numbers(bits: Bits, used: NDArray[np.int64]) -> Numbers:
    """Find the few bits that are set: only the words in which there are any are unpacked."""
    words, rest = _words(bits)
    found = unpack(words[used].view(np.uint8)).nonzero()[0]
    numbers = (used[found >> 6] << 6) + (found & 63)
    if _bits_of(rest):
        numbers = np.concatenate([numbers, unpack(rest).nonzero()[0] + 64 * len(words)])
    found_numbers: Numbers = numbers.astype(np.int32)
    return found_numbers


def _bits_of(rest: Bits) -> int:
    """Read a few bytes as one number: numpy takes longer for each step."""
    return int.from_bytes(rest.tobytes(), "little")


def _words(bits: Bits) -> tuple[NDArray[np.uint64], Bits]:
    """Split bits into words of 64, which numpy works on eight times as fast, and the rest."""
    whole = len(bits) // _WORD * _WORD
    return bits[:whole].view(np.uint64), bits[whole:]


def pack(mask: Mask) -> Bits:
    """Put a mask into bits."""
    return sealed(np.packbits(mask, bitorder="little"))


def unpack(bits: Bits, size: int | None = None) -> Mask:
    """Make a mask of bits, or of the first ones."""
    return np.unpackbits(bits, count=size, bitorder="little").view(np.bool_)


def sealed(array: Array) -> Array:
    """Protect an array that is shared from being written to."""
    array.flags.writeable = False
    return array
