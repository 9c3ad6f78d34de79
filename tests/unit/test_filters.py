import pytest
from hypothesis import given

from core.errors import FilterError
from core.filter_json import filter_json, parse_filter
from core.filters import And, Field, Filter, Leaf, Not, Op, Or, all_of, matches
from core.types import Artist, Artwork, Contribution
from tests.strategies import artworks, filters

TURNER = Artist("t:1", "Joseph Mallord William Turner", other_names=("J.M.W. Turner",))
AFTER_TURNER = Artwork("t:9", contributions=(Contribution(TURNER, "after"),))
BY_TURNER = Artwork(
    "t:8",
    contributions=(Contribution(TURNER),),
    begin=1840,
    end=1845,
    medium="Oil paint on canvas",
    subjects=("dog - non-specific", "boat, sailing"),
)


def leaf(field: str, op: str, value: object, **more: object) -> Filter:
    return parse_filter({"field": field, "op": op, "value": value, **more})


@pytest.mark.parametrize(
    ("where", "passes"),
    [
        (leaf("artist", "words", "turner"), True),
        (leaf("artist", "words", "turner william"), True),
        (leaf("artist", "words", "turn"), False),
        (leaf("artist", "in", "j. m. w. turner"), True),
        (leaf("artist", "in", "t:1"), True),
        (leaf("artist_id", "in", ["t:1", "t:2"]), True),
        (leaf("artist", "words", "turner", role="after"), False),
        (leaf("subject", "words", "DOG"), True),
        (leaf("subject", "in", "dog"), False),
        (leaf("subject", "words", "dog sailing"), False),
        (leaf("subject", "words", ["cat", "sailing"]), True),
        (leaf("medium", "words", "oil canvas"), True),
        (leaf("year", "overlaps", {"from": 1845}), True),
        (leaf("year", "overlaps", {"from": 1846}), False),
        (leaf("year", "overlaps", {"to": 1840, "from": None}), True),
        (leaf("gender", "exists", False), True),
        (leaf("has_image", "in", False), True),
        (leaf("movement", "exists", True), False),
    ],
)
def test_a_leaf_passes_what_it_says(where: Filter, passes: bool) -> None:
    assert matches(where, BY_TURNER) is passes


def test_after_turner_is_not_turner() -> None:
    assert not matches(leaf("artist", "words", "turner"), AFTER_TURNER)
    assert matches(leaf("artist", "words", "turner", role="after"), AFTER_TURNER)
    assert matches(leaf("artist", "words", "turner", role="any"), AFTER_TURNER)
    assert matches(leaf("role", "in", "After"), AFTER_TURNER)


def test_an_open_span_overlaps_everything_on_its_open_side() -> None:
    after_1923 = Artwork("t:1", begin=1923)

    assert matches(leaf("year", "overlaps", {"from": 2000, "to": 2001}), after_1923)
    assert not matches(leaf("year", "overlaps", {"to": 1922}), after_1923)


def test_a_missing_value_fails_the_leaf_and_passes_its_negation() -> None:
    undated = Artwork("t:1")
    where = leaf("year", "overlaps", {"from": 1800})

    assert not matches(where, undated)
    assert matches(Not(where), undated)


@given(artworks(), filters(), filters())
def test_de_morgan_holds(artwork: Artwork, a: Filter, b: Filter) -> None:
    either = matches(Or((a, b)), artwork)
    neither = matches(And((Not(a), Not(b))), artwork)

    assert either is not neither


@given(filters())
def test_a_filter_survives_json(where: Filter) -> None:
    if any(v == "%" for v in values_of(where)):
        return  # a value without letters or digits is refused at the door

    assert parse_filter(filter_json(where)) == where


def values_of(where: Filter) -> list[str]:
    match where:
        case And(parts) | Or(parts):
            return [value for part in parts for value in values_of(part)]
        case Not(part):
            return values_of(part)
        case Leaf():
            return list(where.values)


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ("monet", "filter"),
        ({}, "filter.field"),
        ({"field": "artst", "op": "in", "value": "x"}, "filter.field"),
        ({"field": "artist", "op": "like", "value": "x"}, "filter.op"),
        ({"field": "year", "op": "in", "value": "1800"}, "filter.op"),
        ({"field": "artist", "op": "in", "value": "…"}, "filter.value"),
        ({"field": "artist", "op": "in", "value": []}, "filter.value"),
        ({"field": "artist", "op": "in", "value": 7}, "filter.value"),
        ({"field": "has_image", "op": "in", "value": "yes"}, "filter.value"),
        ({"field": "image_rights", "op": "in", "value": "free"}, "filter.value"),
        ({"field": "medium", "op": "in", "value": "oil", "role": "artist"}, "filter.role"),
        ({"field": "medium", "op": "in", "value": "oil", "valeu": 1}, "filter.valeu"),
        ({"field": "year", "op": "overlaps", "value": {"from": 1900, "to": 1800}}, "filter.value"),
        ({"field": "year", "op": "overlaps", "value": {"from": 1e99}}, "filter.value.from"),
        ({"field": "year", "op": "overlaps", "value": {"from": 10**12}}, "filter.value.from"),
        ({"field": "year", "op": "overlaps", "value": {}}, "filter.value"),
        ({"and": []}, "filter.and"),
        ({"not": {"or": [{"field": "nope"}]}}, "filter.not.or[0].field"),
    ],
)
def test_a_wrong_filter_is_refused_by_place(data: object, place: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter(data)

    assert caught.value.field == place


def test_a_filter_nested_too_deep_is_refused() -> None:
    data: object = {"field": "medium", "op": "exists", "value": True}
    for _ in range(40):
        data = {"not": data}

    with pytest.raises(FilterError, match="nested deeper"):
        parse_filter(data)


def test_every_operator_of_every_field_is_drawn() -> None:
    assert {Op.IN, Op.WORDS, Op.OVERLAPS, Op.EXISTS} == set(Op)
    assert len(Field) == 12


def test_filters_are_asked_for_together() -> None:
    oil, sea = Leaf(Field.MEDIUM, Op.WORDS, ("oil",)), Leaf(Field.SUBJECT, Op.WORDS, ("sea",))

    assert all_of([None, oil, sea]) == And((oil, sea))
    assert all_of([None, oil]) == oil
    assert all_of([None]) is None
