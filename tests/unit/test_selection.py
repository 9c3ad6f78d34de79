"""What a selection makes of its bits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.columns.selection import BitSelection, pack


@given(st.lists(st.booleans(), max_size=40))
def test_bits_mask_numbers_and_count_say_the_same(claims: list[bool]) -> None:
    mask = np.array(claims, np.bool_)

    selection = BitSelection(pack(mask), len(mask))

    assert selection.bits.tolist() == np.packbits(mask, bitorder="little").tolist()
    assert selection.mask.tolist() == claims
    assert selection.numbers.dtype == np.int32
    assert selection.numbers.tolist() == [n for n, claim in enumerate(claims) if claim]
    assert selection.count == sum(claims)


def test_the_first_artwork_is_the_lowest_bit() -> None:
    selection = BitSelection(np.array([0b00000001, 0b00000010], np.uint8), 10)

    assert selection.numbers.tolist() == [0, 9]


def test_what_is_shared_cannot_be_written_to() -> None:
    selection = BitSelection(pack(np.ones(9, np.bool_)), 9)

    for array in (selection.bits, selection.mask, selection.numbers):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
