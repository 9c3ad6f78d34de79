import numpy as np
import pytest

from core.errors import ModalityError
from core.types import PicturedText
from models.rerankers import load_reranker
from models.words_reranker import WordsReranker, load_words_reranker

CARDS = [PicturedText(None, "Boats in a Storm"), PicturedText(None, "The boats"), PicturedText()]


def test_the_score_is_the_share_of_the_querys_words_on_the_card() -> None:
    scores = WordsReranker().score("BOATS, storm", CARDS)

    assert scores.tolist() == [1.0, 0.5, 0.0]


def test_pairs_may_have_queries_of_their_own() -> None:
    pairs = [("a storm", PicturedText(text="storm")), ("sea", PicturedText(text="the sea"))]

    assert WordsReranker().score_pairs(pairs).tolist() == [0.5, 1]


def test_a_query_without_words_scores_nothing() -> None:
    assert WordsReranker().score("…", CARDS).tolist() == [0.0, 0.0, 0.0]


def test_a_picture_is_refused() -> None:
    with pytest.raises(ModalityError, match="words"):
        WordsReranker().score(np.zeros((2, 2, 3), np.uint8), CARDS)


def test_it_takes_the_time_that_its_name_says() -> None:
    slept: list[float] = []

    WordsReranker(0.02, slept.append).score("boats", CARDS)

    assert slept == [pytest.approx(0.06)]
    assert load_reranker("words+20ms").name == "words+20ms"
    assert load_reranker("words").name == "words"


@pytest.mark.parametrize("name", ["word", "words+", "words+20", "words+-1ms", "words+999999ms"])
def test_no_other_name_is_taken_for_it(name: str) -> None:
    assert load_words_reranker(name) is None
