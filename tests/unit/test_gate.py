import math
from pathlib import Path

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConfigurationError
from search.gate import judged_id, load_gate, ndcg

IDS = st.lists(st.sampled_from([f"t:{n}" for n in range(30)]), unique=True, max_size=30)


def test_a_relevant_hit_counts_less_the_later_it_comes() -> None:
    found = ["t:1", "t:7", "t:3"]

    score = ndcg(found, {"t:1", "t:3"})

    assert score == pytest.approx((1 + 1 / 2) / (1 + 1 / math.log2(3)))


def test_nothing_found_scores_nothing() -> None:
    assert ndcg([], {"t:1"}) == 0


@given(found=IDS, relevant=IDS.filter(bool))
def test_the_gate_scores_as_ir_measures_does(found: list[str], relevant: list[str]) -> None:
    qrels = [ir_measures.Qrel("q", id, 1) for id in relevant]
    run = [ir_measures.ScoredDoc("q", id, -place) for place, id in enumerate(found)]

    theirs = ir_measures.calc_aggregate([ir_measures.nDCG @ 10], qrels, run)

    assert ndcg(found, set(relevant)) == pytest.approx(theirs[ir_measures.nDCG @ 10])


def test_judgements_without_a_source_are_of_any() -> None:
    assert judged_id("tate:5", {"5", "7"}) == "5"
    assert judged_id("tate:5", {"tate:5"}) == "tate:5"
    assert judged_id("tate:6", {"5"}) == "tate:6"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "has none"),
        ('{"query": "boats"}', "line 1: KeyError"),
        ("boats", "line 1: JSONDecodeError"),
        ('\n{"query": "boats", "relevant_ids": []}', "line 2: nothing is asked"),
    ],
)
def test_a_wrong_file_of_judged_queries_is_named_with_its_line(
    tmp_path: Path, content: str, fault: str
) -> None:
    path = tmp_path / "judged.jsonl"
    path.write_text(content)

    with pytest.raises(ConfigurationError, match=rf"judged\.jsonl.*{fault}"):
        load_gate(path, 0.5)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"none\.jsonl cannot be read"):
        load_gate(tmp_path / "none.jsonl", 0.5)
