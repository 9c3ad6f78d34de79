import pytest
from hypothesis import given

from bench.ann.columns import FlatColumns
from bench.ann.conditions import conditions_of
from bench.ann.dataset import distinct
from bench.ann.predicates import Candidate, candidates, choose
from bench.ann.works import Work, artwork_of, flatten, work_of
from core.filters import And, Field, Filter, Leaf, Op, matches
from core.types import Artwork
from tests.strategies import collections

ASKED: tuple[Filter, ...] = (
    Leaf(Field.ARTIST, Op.IN, ("Claude Monet",)),
    Leaf(Field.MEDIUM, Op.WORDS, ("oil",)),
    Leaf(Field.MEDIUM, Op.WORDS, ("Canvas, oil",)),
    Leaf(Field.YEAR, Op.OVERLAPS, begin=1800, end=1900),
    Leaf(Field.YEAR, Op.OVERLAPS, begin=1500),
    Leaf(Field.YEAR, Op.OVERLAPS, end=1500),
    And(
        (
            Leaf(Field.MEDIUM, Op.WORDS, ("paint",)),
            Leaf(Field.YEAR, Op.OVERLAPS, begin=0, end=1700),
        )
    ),
)


@given(collections(min_size=1))
def test_conditions_leave_what_the_filter_leaves(artworks: tuple[Artwork, ...]) -> None:
    works = [work_of(artwork) for artwork in artworks]
    kept = [artwork_of(number, work) for number, work in enumerate(works)]
    columns = FlatColumns(map(flatten, works))

    for where in ASKED:
        mask = columns.mask(conditions_of(where)).tolist()

        assert mask == [matches(where, artwork) for artwork in kept]


def test_the_bench_refuses_a_filter_that_not_every_engine_can_compile() -> None:
    with pytest.raises(ValueError, match="does not ask"):
        conditions_of(Leaf(Field.SUBJECT, Op.WORDS, ("sea",)))


def works() -> list[Work]:
    """Write 200 works: 20 by Ann, the others by Bob; oil on every second; a year each."""
    return [
        Work(None, ("Ann" if i < 20 else "Bob",), 1800 + i, 1800 + i, "oil" if i % 2 else "ink")
        for i in range(200)
    ]


def test_every_candidate_leaves_what_it_says() -> None:
    columns = FlatColumns(map(flatten, works()))

    found = list(candidates(columns, 20))

    assert {candidate.kind for candidate in found} >= {"artist", "words", "years", "words+years"}
    for one in found:
        assert columns.mask(conditions_of(one.where)).sum() == one.count


def test_the_chosen_filters_leave_their_share_within_the_tolerance() -> None:
    columns = FlatColumns(map(flatten, works()))

    chosen = [one for one, _ in distinct(columns, 20)]

    assert len(chosen) == 8
    assert all(20 / 1.3 <= one.count <= 20 * 1.3 for one in chosen)
    assert chosen[0] == Candidate("artist", Leaf(Field.ARTIST, Op.IN, ("ann",)), 20)


def test_kinds_of_filters_are_chosen_in_turn() -> None:
    one, two, three = (Leaf(Field.ARTIST, Op.IN, (name,)) for name in ("a", "b", "c"))
    years = Leaf(Field.YEAR, Op.OVERLAPS, begin=1800)
    given_ = [
        Candidate("artist", one, 10),
        Candidate("artist", two, 11),
        Candidate("artist", three, 40),
        Candidate("years", years, 12),
    ]

    chosen = choose(given_, 10, 3)

    assert [(c.kind, c.count) for c in chosen] == [("artist", 10), ("years", 12), ("artist", 11)]
