"""Tries a definition before it is kept: with sample inputs, and with those left out that may be."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from core.errors import FilterError, InputError, PictureError
from core.filters import Field, Leaf, Op
from core.retrievers import InputType
from core.types import Pixels
from search.retrievers.coercion import InputReader, canonical_number
from search.retrievers.declared import Definition, InputField
from search.retrievers.filter_trees import read_tree
from search.retrievers.parameter_types import Parameters
from search.retrievers.parameters import Path, find_expression
from search.retrievers.search_stage import FeatureSearchParameters
from search.retrievers.stage_plan import ParameterError, StagePlan, joined, path_of
from search.retrievers.stages import AttributeFilterParameters
from search.retrievers.template_filters import Budget

MOST_TRIALS = 20
_MOST_MS = 1000  # a definition is not to be refused because the machine is busy
_PICTURE = np.zeros((2, 2, 3), np.uint8)
_SAMPLES: Mapping[InputType, Any] = {
    InputType.STRING: "example",
    InputType.BOOLEAN: True,
    InputType.DATE: 1900,
    InputType.ARTWORK: "source:1",
    InputType.IMAGE: _PICTURE,
    InputType.FILTER: Leaf(Field.YEAR, Op.OVERLAPS, begin=1800, end=1900),
}


def check_fields(definition: Definition) -> None:
    """Check that defaults, examples and choices are what they stand for. Raises InputError."""
    for name, field in definition.inputs.items():
        _check_field(field, f"inputs.{name}")


def _check_field(field: InputField, at: str) -> None:
    reader = InputReader(_no_picture)
    for i, choice in enumerate(field.enum or ()):
        bare = field.element if field.type is InputType.LIST else field
        reader.read(bare.model_copy(update={"enum": None}), choice, f"{at}.enum.{i}")
    reader.read(field, field.default, f"{at}.default")
    for i, example in enumerate(field.examples):
        InputReader(_any_picture).read(field, example, f"{at}.examples.{i}")
    for name, inner in (field.fields or {}).items():
        _check_field(inner, f"{at}.fields.{name}")


def try_stages(definition: Definition, stages: Sequence[StagePlan]) -> None:
    """Render and check all stages with inputs as they may come. Raises InputError."""
    for values in _trials(definition):
        budget = Budget(most_ms=_MOST_MS)
        for stage in stages:
            _try_stage(stage, values, budget)


def _try_stage(stage: StagePlan, values: Mapping[str, Any], budget: Budget) -> None:
    try:
        parameters = stage.read(values, budget)
        for path, tree in filter_trees(parameters):
            read_tree(tree, joined("", path))
    except ParameterError as error:
        raise _refusal(stage, error.path, error.message, values) from error
    except FilterError as error:
        raise _refusal(stage, path_of(error.field), error.message, values) from error


def filter_trees(parameters: Parameters) -> Iterator[tuple[Path, Any]]:
    """Give the filter trees of a stage, each with its place."""
    if isinstance(parameters, AttributeFilterParameters | FeatureSearchParameters):
        yield ("filter",), parameters.filter
    if isinstance(parameters, FeatureSearchParameters):
        for place, leg in enumerate(parameters.legs):
            yield ("legs", place, "filter"), leg.filter


def _refusal(stage: StagePlan, path: Path, message: str, values: Mapping[str, Any]) -> InputError:
    """Say where a stage is wrong, with which inputs it was tried, and what mends it."""
    found = find_expression(stage.part, path)
    if not found or not found[0].names:
        return stage.refusal_of_stage(path, message)
    tried = ", ".join(f"INPUT.{name} = {_told(values.get(name))}" for name in found[0].names)
    return stage.refusal_of_stage(
        path,
        f"{message} (tried with {tried}); give the input a default, an enum, bounds or examples "
        "that fit, make it required, or write a default into the template",
    )


def _told(value: object) -> str:
    if value is None:
        return "nothing"
    return repr(value)[:60] if isinstance(value, str | int | float | list) else "an example"


def _trials(definition: Definition) -> Iterator[dict[str, Any]]:
    samples = {name: _samples(field) for name, field in definition.inputs.items()}
    for i in range(min(MOST_TRIALS, max(map(len, samples.values()), default=1))):
        yield {name: values[i % len(values)] for name, values in samples.items()}
    yield {
        name: samples[name][0]
        for name, field in definition.inputs.items()
        if field.required or field.default is not None
    }


def _samples(field: InputField) -> list[Any]:
    """Give values that an input may have: of its examples, choices and default, else typical."""
    given = (field.default, *field.examples, *(field.enum or ()))
    reader = InputReader(_any_picture)
    read = [reader.read(field, one, "sample") for one in given]
    return [one.native for one in read if one is not None] or [_typical(field)]


def _typical(field: InputField) -> Any:  # noqa: ANN401 - of the input's type
    match field.type:
        case InputType.LIST:
            return [_samples(field.element.model_copy(update={"examples": [], "default": None}))[0]]
        case InputType.OBJECT:
            return {name: _samples(inner)[0] for name, inner in (field.fields or {}).items()}
        case InputType.NUMBER:
            bounds = (field.minimum, field.maximum)
            return canonical_number(next((bound for bound in bounds if bound is not None), 1))
    sample = _SAMPLES[field.type]
    return sample[: field.max_length] if isinstance(sample, str) and field.max_length else sample


def _any_picture(_: bytes) -> Pixels:
    return _PICTURE


def _no_picture(_: bytes) -> Pixels:
    raise PictureError("a picture may be no default and no choice")
