"""Several texts at once, with weights: what the lexical index makes of them."""

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.types import Artwork
from index.lexical.lexical import Lexical
from tests.contract.test_lexical import build

WORKS = (
    Artwork("t:0", title="Portrait of a man"),
    Artwork("t:1", title="Portrait of a woman"),
    Artwork("t:2", title="A man on a horse"),
    Artwork("t:3", title="Portrait of a man with a red dog"),
)
WEIGHTED = st.lists(
    st.tuples(st.sampled_from(("portrait", "man", "red horse")), st.floats(-10, 10)), max_size=5
)


@pytest.fixture(scope="module")
def lexical(tmp_path_factory: pytest.TempPathFactory) -> Lexical:
    return build(WORKS, tmp_path_factory.mktemp("lexical"))


def scores(lexical: Lexical, *texts: tuple[str, float]) -> dict[int, float]:
    found, _ = lexical.search(texts, None, 10)
    return dict(zip(found.numbers.tolist(), found.scores.tolist(), strict=True))


def test_one_text_of_weight_one_is_the_text_itself(lexical: Lexical) -> None:
    found, _ = lexical.search("portrait man", None, 10)

    assert scores(lexical, ("portrait man", 1.0)) == dict(
        zip(found.numbers.tolist(), found.scores.tolist(), strict=True)
    )


def test_texts_add_up_by_their_weights(lexical: Lexical) -> None:
    portrait, man = scores(lexical, ("portrait", 1.0)), scores(lexical, ("man", 1.0))

    both = scores(lexical, ("portrait", 1.0), ("man", 2.0))

    assert both == pytest.approx(
        {n: portrait.get(n, 0) + 2 * man.get(n, 0) for n in portrait | man}, rel=1e-6
    )


def test_what_has_all_the_negative_words_falls_out(lexical: Lexical) -> None:
    assert scores(lexical, ("portrait", 1.0), ("man", -1.0)).keys() == {1}


def test_half_a_negative_takes_half_of_the_score(lexical: Lexical) -> None:
    before = scores(lexical, ("portrait", 2.0))

    after = scores(lexical, ("portrait", 2.0), ("man", -1.0))

    assert after == pytest.approx({0: before[0] / 2, 1: before[1], 3: before[3] / 2}, rel=1e-6)


def test_only_negatives_find_nothing(lexical: Lexical) -> None:
    assert scores(lexical, ("man", -1.0)) == {}


def test_a_share_counts_rare_words_more_and_unknown_words_not(lexical: Lexical) -> None:
    # Of 4 works 3 have "man" and 1 has "red": ln(1 + 1.5/3.5) and ln(1 + 3.5/1.5).
    man, red = np.log(1 + 1.5 / 3.5), np.log(1 + 3.5 / 1.5)

    share = lexical.share("man man red zeppelin")

    np.testing.assert_allclose(share, [man / (man + red), 0, man / (man + red), 1], rtol=1e-6)
    assert lexical.share("zeppelin").tolist() == [0, 0, 0, 0]


@settings(max_examples=50)
@given(WEIGHTED, st.randoms(use_true_random=False))
def test_negatives_never_add_and_order_hardly_matters(
    texts: list[tuple[str, float]], random: Random
) -> None:
    with TemporaryDirectory() as folder:
        lexical = build(WORKS, Path(folder))
        positive = scores(lexical, *((text, weight) for text, weight in texts if weight > 0))
        found = scores(lexical, *texts)
        shuffled = scores(lexical, *random.sample(texts, len(texts)))

    assert found.keys() <= positive.keys()
    assert all(score <= positive[number] for number, score in found.items())
    assert {n: found.get(n, 0) for n in positive} == pytest.approx(
        {n: shuffled.get(n, 0) for n in positive}, rel=1e-4, abs=1e-5
    )
