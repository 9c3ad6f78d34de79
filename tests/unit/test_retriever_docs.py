"""The examples of docs/retrievers.md about definitions, run as they stand."""

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from core.retrievers import StageType
from core.types import Pixels
from search.retrievers.builtin import builtin_retrievers
from search.retrievers.compile import compile_query
from search.retrievers.definition import parse_definition
from search.retrievers.inputs import check_inputs
from search.retrievers.stages import MODELS
from search.retrievers.template_filters import FILTERS, TESTS

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "retrievers.md").read_text()
OURS = ("A definition", "Inputs", "Templates", "Stages")


def section(heading: str) -> str:
    found = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", TEXT, re.M | re.S)
    assert found, heading
    return found[1]


def examples() -> list[dict[str, Any]]:
    blocks = [re.findall(r"^```json\n(.*?)^```", section(one), re.M | re.S) for one in OURS]
    return [json.loads(block) for found in blocks for block in found]


def definitions() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    found = examples()
    return [(a, b) for a, b in pairwise(found) if "stages" in a]


def decode(_: bytes) -> Pixels:
    raise AssertionError("no example has a picture")


@pytest.mark.parametrize(("definition", "asked"), definitions())
def test_a_definition_of_the_documents_is_executed_with_its_inputs(
    definition: dict[str, Any], asked: dict[str, Any]
) -> None:
    pipeline = parse_definition(definition)
    checked = check_inputs(pipeline.definition, asked["inputs"], decode)

    query = compile_query(pipeline, checked, limit=20, cursor=None).query

    assert query.text


@pytest.mark.parametrize("stage", [one for one in examples() if "type" in one])
def test_a_stage_of_the_documents_is_one(stage: dict[str, Any]) -> None:
    names = ("text", "artwork", "without")
    stages = [stage] if stage["type"] == "feature_search" else [stage, {"type": "feature_search"}]
    inputs = {name: {"type": "string"} for name in names}

    assert parse_definition({"inputs": inputs, "stages": stages}).stages


def test_the_documents_have_examples_of_each_kind() -> None:
    assert (len(definitions()), len(examples())) == (2, 6)


def test_the_documents_name_every_parameter_of_every_stage() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", section("Stages"), re.M))

    assert set(rows) == set(StageType)
    for type, model in MODELS.items():
        assert all(f"`{name}`" in rows[type] for name in model.model_fields), type


def test_the_documents_name_every_filter_and_test_of_templates() -> None:
    told = set(re.findall(r"`(\w+)`", section("Templates")))

    assert told >= set(FILTERS) | set(TESTS)


def test_the_documents_name_every_input_of_what_ships() -> None:
    rows = dict(re.findall(r"^\| `([\w-]+)` \| (.*?) \|", section("What ships with Vasari"), re.M))
    told = {name: re.findall(r"`(\w+)`", inputs) for name, inputs in rows.items()}

    assert told == {n: list(p.definition.inputs) for n, p in builtin_retrievers().items()}
