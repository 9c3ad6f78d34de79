"""The retrievers that ship with Vasari, run over the sample collection."""

from pathlib import Path
from typing import Any

import pytest

from core.errors import InputError
from core.queries import SearchPage
from core.settings import load_settings
from models.images import decode_picture
from search.build import build_engine
from search.engine import SearchEngine
from search.retrievers.builtin import builtin_retrievers
from search.retrievers.compile import compile_query
from search.retrievers.inputs import check_inputs
from tests.pictures import encoded, left_red

LILIES = "sample:monet-water-lilies-1906"
RED = encoded(left_red())


@pytest.fixture(scope="module")
def engine(sample_home: Path) -> SearchEngine:
    return build_engine(load_settings({"VASARI_HOME": str(sample_home)}))


def execute(engine: SearchEngine, name: str, inputs: dict[str, Any]) -> SearchPage:
    pipeline = builtin_retrievers()[name]
    checked = check_inputs(pipeline.definition, inputs, decode_picture)
    return engine.search(compile_query(pipeline, checked, limit=5, cursor=None).query)


@pytest.mark.parametrize(
    ("inputs", "legs"),
    [
        ({"text": "boats"}, {"text"}),
        ({"image": RED}, {"picture"}),
        ({"artwork": LILIES}, {"artwork"}),
        ({"text": "boats", "image": RED, "artwork": LILIES}, {"text", "picture", "artwork"}),
    ],
)
def test_three_ways_find_alone_and_together(
    engine: SearchEngine, inputs: dict[str, Any], legs: set[str]
) -> None:
    page = execute(engine, "three-ways", inputs)

    assert len(page.hits) == 5
    assert {leg.name for hit in page.hits for leg in hit.legs} <= legs
    assert {plan.leg for plan in page.plan} == legs


def test_three_ways_need_one(engine: SearchEngine) -> None:
    with pytest.raises(InputError, match="give one of text, image, artwork"):
        execute(engine, "three-ways", {"text": " "})


def test_like_this_but_otherwise_is_neither_the_one_nor_the_other(engine: SearchEngine) -> None:
    page = execute(engine, "like-but", {"artwork": LILIES, "but": "wearing blue"})
    alike = execute(engine, "three-ways", {"artwork": LILIES})
    in_words = execute(engine, "three-ways", {"text": "wearing blue"})

    found = [[hit.artwork["id"] for hit in one.hits] for one in (page, alike, in_words)]

    assert {plan.leg for plan in page.plan} >= {"like_picture", "catalogue"}
    assert LILIES not in found[0]
    assert found[0] not in found[1:]


def test_browsing_shows_what_passes_the_filters(engine: SearchEngine) -> None:
    everything = execute(engine, "browse", {})
    some = execute(engine, "browse", {"classification": "painting", "to": "1900"})

    assert 0 < some.total < everything.total
    assert all(hit.artwork["classification"] == "painting" for hit in some.hits)
    assert set(some.facets) == {"artist", "medium", "classification"}
