"""Retrievers of one stage or a few, made of their parts and run without an engine."""

import numpy as np
import pytest

from core.errors import InputError
from core.types import Json, Pixels
from search.retrievers.compile import Compiled, compile_query
from search.retrievers.definition import Pipeline, parse_definition
from search.retrievers.inputs import check_inputs
from search.retrievers.template_filters import Budget

INPUTS: Json = {
    "text": {"type": "string"},
    "away": {"type": "string"},
    "medium": {"type": "string"},
    "image": {"type": "image"},
    "artwork": {"type": "artwork"},
    "n": {"type": "number"},
    "from": {"type": "date"},
    "to": {"type": "date"},
    "has_image": {"type": "boolean"},
    "filter": {"type": "filter"},
}


def search(**parameters: object) -> Json:
    """Make a stage that searches by `text`, unless it is told otherwise."""
    return {"type": "feature_search", "parameters": {"text": "{{ INPUT.text }}", **parameters}}


def decode(_: bytes) -> Pixels:
    """Take anything for one picture."""
    return np.zeros((1, 1, 3), np.uint8)


def run(pipeline: Pipeline, inputs: Json, budget: Budget | None = None) -> Compiled:
    """Say what a retriever asks with some inputs."""
    checked = check_inputs(pipeline.definition, inputs, decode)
    return compile_query(pipeline, checked, limit=20, cursor=None, budget=budget)


def compiled(*stages: Json, **inputs: object) -> Compiled:
    """Say what some stages ask with some inputs."""
    return run(parse_definition({"inputs": INPUTS, "stages": list(stages)}), inputs)


def refused(*stages: Json, **inputs: object) -> InputError:
    """Tell why some stages refuse some inputs."""
    pipeline = parse_definition({"inputs": INPUTS, "stages": list(stages)})
    with pytest.raises(InputError) as caught:
        run(pipeline, inputs)
    return caught.value
