"""Chinese and Japanese, which put no spaces between words, are found by their parts."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.types import Artwork
from index.lexical.lexical import open_lexical
from index.lexical.lexical_builder import LexicalBuilder
from index.lexical.words import SPLITTING, STOP_WORDS, WordSplitter
from tests.indexes import columns_of

RUNS = st.text("山水畫の富士カ々", min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("富嶽", [0]),  # a part of its title
        ("神奈川沖浪裏", [0]),
        ("裏", [0]),  # one character, the last of a run
        ("嶽 山水", [1, 0]),
        ("畫", [1]),
        ("山畫", []),  # no neighbours
        ("wave 富士", [0]),  # of which no artwork has the second
    ],
)
def test_what_is_written_without_spaces_is_found_by_its_parts(
    tmp_path: Path, query: str, expected: list[int]
) -> None:
    works = (
        Artwork("t:0", title="富嶽三十六景 神奈川沖浪裏 (The Great Wave)"),
        Artwork("t:1", title="山水畫冊"),
    )

    builder = LexicalBuilder()
    for work in works:
        builder.add(work)
    builder.write(tmp_path)
    found, _ = open_lexical(tmp_path, 2, columns_of(works)).search(query, None, 10)

    assert found.numbers.tolist() == expected


@given(before=RUNS, middle=RUNS, after=RUNS)
def test_each_part_of_a_run_has_the_words_of_the_whole(
    before: str, middle: str, after: str
) -> None:
    splitter = WordSplitter(STOP_WORDS)

    whole = set(splitter.words(before + middle + after, of_document=True))

    assert set(splitter.words(middle)) <= whole


@given(text=st.text("abc é-,", max_size=20))
def test_documents_and_queries_with_spaces_have_the_same_words(text: str) -> None:
    splitter = WordSplitter(STOP_WORDS)

    assert list(splitter.words(text)) == list(splitter.words(text, of_document=True))


def test_an_index_that_has_whole_runs_is_asked_for_whole_runs(tmp_path: Path) -> None:
    whole = WordSplitter(STOP_WORDS, splits_runs=False)

    assert list(whole.words("富嶽三十六景", of_document=True)) == ["富嶽三十六景"]
    assert list(whole.words("富嶽三十六景")) == ["富嶽三十六景"]

    LexicalBuilder().write(tmp_path)
    (tmp_path / SPLITTING).unlink()
    open_lexical(tmp_path, 0, columns_of(()))
