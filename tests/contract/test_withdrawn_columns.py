"""Withdrawn artworks are in no selection, no facet and no lexical answer, and nothing is short."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.filters import And, Field, Filter, Leaf, Not, Op, matches
from core.types import Artwork
from index.columns.columns import Columns
from index.lexical.lexical import open_lexical
from index.lexical.lexical_builder import LexicalBuilder
from tests.indexes import columns_of
from tests.strategies import collections, filters

SEA = Leaf(Field.SUBJECT, Op.IN, ("sea",))
DOG = Leaf(Field.SUBJECT, Op.IN, ("dog",))
WORKS = tuple(
    Artwork(f"t:{i}", title="Storm", subjects=("sea",) if i % 2 else ("dog",)) for i in range(20)
)
_withdrawn = st.sets(st.integers(0, 24))


def withdraw(columns: Columns, *numbers: int) -> None:
    columns.withdraw(np.array(numbers, np.int32))


@pytest.fixture
def columns() -> Columns:
    return columns_of(WORKS)


@given(collections(), st.lists(filters(), min_size=1, max_size=5), _withdrawn, _withdrawn)
def test_a_selection_is_what_matches_and_is_not_withdrawn(
    artworks: tuple[Artwork, ...], wheres: list[Filter], before: set[int], now: set[int]
) -> None:
    columns = columns_of(artworks)
    for withdrawn in (before, now):  # the second time some come back
        withdraw(columns, *(n for n in withdrawn if n < len(artworks)))

        for where in [None, *wheres]:
            passing = [where is None or matches(where, artwork) for artwork in artworks]
            expected = [n for n, passes in enumerate(passing) if passes and n not in withdrawn]
            selection = columns.select(where)
            assert selection.numbers.tolist() == expected
            assert np.flatnonzero(selection.mask).tolist() == expected
            assert selection.count == len(expected)
            bits = np.unpackbits(selection.bits, bitorder="little")
            assert np.flatnonzero(bits).tolist() == expected


@given(collections(), filters(), _withdrawn)
def test_facets_count_what_is_not_withdrawn(
    artworks: tuple[Artwork, ...], where: Filter, withdrawn: set[int]
) -> None:
    columns = columns_of(artworks)
    withdraw(columns, *(n for n in withdrawn if n < len(artworks)))

    facet = columns.facet(Field.HAS_IMAGE, columns.select(where), 9)

    left = [a for n, a in enumerate(artworks) if n not in withdrawn and matches(where, a)]
    expected = Counter("true" if artwork.images else "false" for artwork in left)
    assert {value.value: value.count for value in facet} == dict(expected)


@settings(max_examples=30)  # each example writes some ten files
@given(
    st.none() | st.sampled_from([SEA, Not(SEA), And((SEA, DOG))]), _withdrawn, st.integers(1, 25)
)
def test_a_lexical_answer_is_never_short(where: Filter | None, withdrawn: set[int], k: int) -> None:
    columns, builder = columns_of(WORKS), LexicalBuilder()
    withdraw(columns, *(n for n in withdrawn if n < len(WORKS)))
    for work in WORKS:
        builder.add(work)
    with TemporaryDirectory() as folder:
        builder.write(Path(folder))
        lexical = open_lexical(Path(folder), len(WORKS), columns)

        found, plan = lexical.search("storm", where, k)

    matching = columns.select(where).numbers.tolist()
    assert found.numbers.tolist() == matching[:k]  # equal scores, so in their order
    assert plan.rows_matching == len(matching)


def test_columns_are_whole_until_something_is_withdrawn_and_again_when_it_is_back(
    columns: Columns,
) -> None:
    whole = [columns.is_whole]
    for numbers in ([3], []):
        withdraw(columns, *numbers)
        whole.append(columns.is_whole)

    assert whole == [True, False, True]
    assert columns.select(None).count == 20


def test_columns_tell_what_is_withdrawn(columns: Columns) -> None:
    withdraw(columns, 3, 19)

    assert [n for n in range(20) if columns.is_withdrawn(n)] == [3, 19]


def test_a_filter_resolved_before_is_resolved_anew(columns: Columns) -> None:
    before = columns.select(SEA)

    withdraw(columns, 1)

    assert columns.select(SEA).numbers.tolist() == before.numbers.tolist()[1:]
    assert before.count == 10  # a search in flight keeps what it has


def test_withdrawing_the_same_again_forgets_nothing(columns: Columns) -> None:
    withdraw(columns, 1, 2)
    before = columns.select(SEA)

    withdraw(columns, 2, 1)

    assert columns.select(SEA) is before


def test_forgetting_keeps_what_is_withdrawn(columns: Columns) -> None:
    withdraw(columns, 1)
    before = columns.select(SEA)

    columns.forget(values=True)

    assert columns.select(SEA) is not before
    assert columns.select(SEA).numbers.tolist() == before.numbers.tolist()


def test_selections_in_many_threads_are_of_before_or_of_after(columns: Columns) -> None:
    def select(turn: int) -> int:
        if turn % 3 == 0:
            withdraw(columns, *([1, 3, 5] if turn % 2 else []))
        return columns.select(SEA).count

    with ThreadPoolExecutor(8) as pool:
        counts = set(pool.map(select, range(300)))

    assert counts <= {10, 7}
