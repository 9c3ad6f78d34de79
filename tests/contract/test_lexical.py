"""The lexical index ranks as BM25 does, under the same filters as everything else."""

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from bm25s import BM25
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalogue_text import lexical_fields
from core.filters import Field, Filter, Leaf, Op, matches
from core.queries import Strategy
from core.types import Artwork
from index.lexical.lexical import Lexical, open_lexical
from index.lexical.lexical_builder import DEFAULT, LexicalBuilder
from index.lexical.words import STOP_WORDS, WordSplitter
from tests.indexes import columns_of
from tests.strategies import WORDS, collections, filters

WORKS = (
    Artwork("t:0", title="The Ships"),
    Artwork("t:1", title="A ship at sea", medium="Oil on canvas"),
    Artwork("t:2", title="Élisabeth Vigée Le Brun", medium="Oil on canvas"),
    Artwork("t:3", title="Ship, ship, ship"),
    Artwork("t:4", title="The Ships", medium="Oil on canvas"),
    Artwork("t:5"),
)


def build(artworks: Sequence[Artwork], folder: Path) -> Lexical:
    builder = LexicalBuilder()
    for artwork in artworks:
        builder.add(artwork)
    builder.write(folder)
    return open_lexical(folder, len(artworks), columns_of(artworks))


def found(lexical: Lexical, text: str, where: Filter | None = None, k: int = 10) -> list[int]:
    candidates, _ = lexical.search(text, where, k)
    return [int(number) for number in candidates.numbers]


def repeated_words(artwork: Artwork) -> list[str]:
    """List an artwork's words, those of a weightier field as many times as it weighs."""
    splitter = WordSplitter(STOP_WORDS)
    return [
        word
        for field, text in lexical_fields(artwork)
        for word in splitter.words(text, of_document=True)
        for _ in range(int(DEFAULT.weights.get(field, 1)))
    ]


def naive_scores(artworks: Sequence[Artwork], query: str) -> list[float]:
    k1, b = DEFAULT.k1, DEFAULT.b
    splitter = WordSplitter(STOP_WORDS)
    texts = [Counter(repeated_words(artwork)) for artwork in artworks]
    mean = sum(text.total() for text in texts) / len(texts)
    scores = [0.0] * len(texts)
    for word in splitter.words(query):
        df = sum(word in text for text in texts)
        idf = math.log(1 + (len(texts) - df + 0.5) / (df + 0.5))
        for i, text in enumerate(texts):
            tf = text[word]
            scores[i] += idf * tf / (tf + k1 * (1 - b + b * text.total() / mean)) if tf else 0
    return scores


@pytest.fixture
def lexical(tmp_path: Path) -> Lexical:
    return build(WORKS, tmp_path)


@settings(max_examples=40)
@given(
    collections(min_size=1),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join),
    st.none() | filters(),
    st.integers(1, 30),
)
def test_scores_and_order_are_those_of_the_formula(
    artworks: tuple[Artwork, ...], query: str, where: Filter | None, k: int
) -> None:
    with TemporaryDirectory() as folder:
        candidates, plan = build(artworks, Path(folder)).search(query, where, k)

    passing = [i for i, a in enumerate(artworks) if where is None or matches(where, a)]
    scores = naive_scores(artworks, query)
    expected = sorted(((-scores[i], i) for i in passing if scores[i]), key=lambda pair: pair[0])
    assert plan.rows_matching == len(passing)
    assert candidates.scores == pytest.approx([-score for score, _ in expected][:k], rel=1e-5)
    assert candidates.scores == pytest.approx([scores[n] for n in candidates.numbers], rel=1e-5)


def test_scores_are_those_of_bm25s_over_texts_that_repeat_weighty_fields(
    lexical: Lexical,
) -> None:
    theirs = BM25(k1=DEFAULT.k1, b=DEFAULT.b, method="lucene")
    theirs.index([repeated_words(work) for work in WORKS], show_progress=False)
    numbers, scores = theirs.retrieve([["ship", "oil"]], k=5, show_progress=False)

    candidates, _ = lexical.search("ships in oil", None, 5)

    assert candidates.scores == pytest.approx(scores[0], rel=1e-6)
    assert set(candidates.numbers.tolist()) == set(numbers[0].tolist())


def test_a_plural_finds_the_singular(lexical: Lexical) -> None:
    assert sorted(found(lexical, "ships")) == sorted(found(lexical, "ship")) == [0, 1, 3, 4]


def test_accents_do_not_matter(lexical: Lexical) -> None:
    assert found(lexical, "vigee") == found(lexical, "VIGÉE") == [2]


def test_stop_words_alone_find_nothing(lexical: Lexical) -> None:
    assert found(lexical, "the of and") == []


@pytest.mark.parametrize("text", ["", "—", "zeppelin", "\ud800"])
def test_words_that_no_work_has_find_nothing(lexical: Lexical, text: str) -> None:
    assert found(lexical, text) == []


def test_a_filter_is_honoured(lexical: Lexical) -> None:
    oil = Leaf(Field.MEDIUM, Op.WORDS, ("oil",))

    candidates, plan = lexical.search("ship", oil, 10)

    assert sorted(candidates.numbers.tolist()) == [1, 4]
    assert (plan.rows_matching, plan.rows_scored) == (3, 2)
    assert (plan.strategy, plan.recall.kind) == (Strategy.LEXICAL, "exact")


def test_equal_works_stand_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    lexical = build([Artwork(f"t:{i}", title="Storm") for i in range(9)], tmp_path)

    candidates, _ = lexical.search("storm", None, 4)

    assert candidates.numbers.tolist() == [0, 1, 2, 3]
    assert len(np.unique(candidates.scores)) == 1


@pytest.mark.parametrize("works", [(), (Artwork("t:0"),)])
def test_a_collection_without_words_finds_nothing(
    tmp_path: Path, works: tuple[Artwork, ...]
) -> None:
    assert found(build(works, tmp_path), "ship") == []


def test_building_prints_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    build(WORKS, tmp_path)

    assert capfd.readouterr() == ("", "")


@given(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join), collections(min_size=1)
)
@settings(max_examples=30)
def test_no_score_exceeds_that_of_all_words(text: str, artworks: tuple[Artwork, ...]) -> None:
    with TemporaryDirectory() as folder:
        lexical = build(artworks, Path(folder))
        candidates, _ = lexical.search(text, None, 30)

    best = lexical.whole(((text, 1.0),), 99)
    assert all(score <= best for score in candidates.scores)


def test_some_of_the_words_are_worth_their_share(lexical: Lexical) -> None:
    four = lexical.whole((("ship sea oil canvas", 1.0),), 4)

    assert lexical.whole((("ship sea oil canvas", 1.0),), 2) == pytest.approx(four / 2)
    assert lexical.whole((("ship sea oil canvas", 2.0), ("storm", -1.0)), 9) == 2 * four
    assert lexical.whole((("the of", 1.0),), 4) == 0


def test_the_words_of_a_withdrawn_artwork_cover_nothing(tmp_path: Path) -> None:
    build(WORKS, tmp_path)
    columns = columns_of(WORKS)
    lexical = open_lexical(tmp_path, len(WORKS), columns)
    before = lexical.coverage("ship at sea")

    columns.withdraw(np.array([1], np.int32))

    assert before == 1
    assert 0 < lexical.coverage("ship at sea") < 1


@settings(max_examples=50)
@given(collections(), filters(), st.sampled_from(WORDS))
def test_an_explanation_counts_what_matches_and_never_more(
    artworks: list[Artwork], where: Filter, text: str
) -> None:
    with TemporaryDirectory() as folder:
        lexical = build(artworks, Path(folder))

        explained = lexical.explain(text, where)

        _, plan = lexical.search(text, where, 10)
    assert explained.strategy is plan.strategy
    assert explained.rows_matching == plan.rows_matching >= explained.rows_scored


def test_without_a_filter_the_works_that_have_a_word_are_known(tmp_path: Path) -> None:
    lexical = build(WORKS, tmp_path)

    assert lexical.explain("ship", None).rows_scored == 4
    assert lexical.search("ship", None, 10)[1].rows_scored == 4
