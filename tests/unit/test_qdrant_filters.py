"""Filters and payloads of Qdrant, as they are sent."""

import numpy as np

from core.filters import And, Field, Filter, Leaf, Not, Op, Or
from core.types import Artist, Artwork, Contribution, Image
from index.qdrant.filters import Condition, FilterCompiler
from index.qdrant.payload import payload_of
from index.qdrant.points import level_ties
from index.qdrant.vocabulary import Vocabulary

TURNER = Artist("t:1", "J. M. W. Turner", gender="Male")
VALUES = {
    "subject": ["hot dog", "hot dog stand", "sea", "dog"],
    "artist": ["after|claude monet", "*|claude monet", "artist|claude lorrain"],
}
OIL = Leaf(Field.MEDIUM, Op.IN, ("Oil",))


def compiled(where: Filter | None) -> Condition:
    return FilterCompiler(Vocabulary(VALUES.__getitem__)).compile(where)


def test_a_payload_has_folded_words_with_the_role_of_their_link() -> None:
    artwork = Artwork(
        "t:9",
        contributions=(Contribution(TURNER, "After"),),
        end=1805,
        subjects=("Hot dog",),
        images=(Image(),),
    )

    assert payload_of(artwork, 4) == {
        "number": 4,
        "begin": -(2**31),
        "end": 1805,
        "subject": ["hot dog"],
        "subject_words": ["hot", "dog"],
        "image_rights": ["unknown"],
        "role": ["after"],
        "artist": ["after|j m w turner", "*|j m w turner"],
        "artist_id": ["after|t:1", "*|t:1"],
        "gender": ["after|male", "*|male"],
        "artist_words": [
            *("after|j", "after|m", "after|w", "after|turner"),
            *("*|j", "*|m", "*|w", "*|turner"),
        ],
        "present": [
            *("subject", "image_rights", "role", "year", "has_image"),
            *("after|artist", "*|artist", "after|artist_id", "*|artist_id"),
            *("after|gender", "*|gender"),
        ],
    }


def test_a_leaf_of_an_artist_compares_a_name_or_an_id_together_with_the_role() -> None:
    assert compiled(Leaf(Field.ARTIST, Op.IN, ("Turner", "t:1"), role="After")) == {
        "should": [
            {"key": "artist_id", "match": {"any": ["after|Turner", "after|t:1"]}},
            {"key": "artist", "match": {"any": ["after|t 1", "after|turner"]}},
        ]
    }


def test_two_words_must_stand_in_one_value() -> None:
    assert compiled(Leaf(Field.SUBJECT, Op.WORDS, ("Hot Dog", "sea"))) == {
        "should": [
            {"key": "subject_words", "match": {"value": "sea"}},
            {"key": "subject", "match": {"any": ["hot dog", "hot dog stand"]}},
        ]
    }
    assert compiled(Leaf(Field.SUBJECT, Op.WORDS, ("dog sea",))) is False


def test_the_words_of_a_name_stand_with_its_role() -> None:
    assert compiled(Leaf(Field.ARTIST, Op.WORDS, ("Monet Claude",), role="after")) == {
        "must": [{"key": "artist", "match": {"value": "after|claude monet"}}]
    }


def test_words_of_a_field_with_one_value_need_no_look_up() -> None:
    assert compiled(Leaf(Field.MEDIUM, Op.WORDS, ("Oil, canvas",))) == {
        "must": [
            {"key": "medium_words", "match": {"value": "oil"}},
            {"key": "medium_words", "match": {"value": "canvas"}},
        ]
    }


def test_years_are_compared_with_both_ends() -> None:
    assert compiled(Leaf(Field.YEAR, Op.OVERLAPS, begin=1800, end=1850)) == {
        "must": [
            {"key": "begin", "range": {"lte": 1850}},
            {"key": "end", "range": {"gte": 1800}},
        ]
    }


def test_what_all_or_none_pass_is_not_sent() -> None:
    nothing = Leaf(Field.MEDIUM, Op.IN, ("…",))
    either = Leaf(Field.HAS_IMAGE, Op.IN, ("true", "false"))

    assert compiled(None) is True
    assert compiled(And(())) is True
    assert compiled(Or((nothing, either))) is True
    assert compiled(And((OIL, nothing))) is False
    assert compiled(Not(either)) is False
    assert compiled(Or((nothing, OIL))) == compiled(OIL)


def test_scores_within_rounding_of_each_other_become_one() -> None:
    scores = np.array([0.9, 0.5 + 1e-7, 0.5, 0.4], np.float32)

    levelled = level_ties(scores)

    assert levelled.tolist() == [scores[0], scores[1], scores[1], scores[3]]
    assert level_ties(scores[:0]).tolist() == []
