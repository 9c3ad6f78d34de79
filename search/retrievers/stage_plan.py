"""One stage of a retriever, compiled: its parameters are rendered, checked, and found again."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from pydantic import ValidationError

from core.errors import InputError
from core.retrievers import StageType
from core.types import Json
from search.retrievers.parameter_types import Parameters
from search.retrievers.parameters import (
    Constant,
    Members,
    Part,
    Path,
    compile_part,
    find_expression,
    input_names,
    render_part,
)
from search.retrievers.recent import Recent
from search.retrievers.search_stage import OWN, AskedParameters, FeatureSearchParameters
from search.retrievers.stages import MODELS
from search.retrievers.template_filters import Budget

_STEP = re.compile(r"[.\[\]]+")
_PREFIX = "Value error, "
# What is remembered of a stage, at most: 64 kB of inputs, and parameters of their size.
_KEPT = 64
_MOST_INPUTS = 10
_LONGEST_BRIEF = 100  # characters


@dataclass(frozen=True)
class StagePlan:
    """A stage with its parameters ready to be rendered."""

    place: int
    type: StageType
    name: str
    part: Part
    _lately: Recent[Parameters] = field(
        default_factory=partial(Recent, _KEPT), init=False, repr=False, compare=False
    )

    @property
    def at(self) -> str:
        """Where its parameters stand in the definition."""
        return f"stages.{self.place}.parameters"

    @cached_property
    def _inputs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(input_names(self.part)))

    @cached_property
    def _search(self) -> tuple[FeatureSearchParameters, Members] | None:
        """A search that is checked but for what it goes by, where nothing else has templates."""
        if self.type is not StageType.FEATURE_SEARCH or not isinstance(self.part, Members):
            return None
        vary = {n: p for n, p in self.part.parts.items() if not isinstance(p, Constant)}
        if vary.keys() - AskedParameters.model_fields.keys():
            return None
        told = {n: p.value for n, p in self.part.parts.items() if isinstance(p, Constant)}
        with suppress(ValidationError):  # which is said of the whole
            given = given_parameters(self.type, told)
            return FeatureSearchParameters.model_validate(given), Members(vary)
        return None

    def read(self, values: Mapping[str, Any], budget: Budget) -> Parameters:
        """Render and check the parameters, or take what came of these inputs lately.

        Raises:
            ParameterError: they cannot be rendered, or are wrong.
        """
        asked = self._asked(values)
        parameters = self._lately.get(asked) if asked else None
        if parameters is None:
            parameters = self._read(values, budget)
            if asked:
                self._lately.put(asked, parameters)
        return parameters

    def _asked(self, values: Mapping[str, Any]) -> str | None:
        """Write the inputs that it reads, where they may well come again."""
        if self.type is StageType.FEATURE_SEARCH and self._inputs:
            return None  # its words are new nearly each time
        given = [values.get(name) for name in self._inputs]
        if len(given) > _MOST_INPUTS or not all(map(_is_brief, given)):
            return None
        return repr(given)

    def _read(self, values: Mapping[str, Any], budget: Budget) -> Parameters:
        try:
            if self._search is None:
                rendered = given_parameters(self.type, render_part(self.part, values, budget))
                return MODELS[self.type].model_validate(rendered)
            search, vary = self._search
            asked = AskedParameters.model_validate(_given(render_part(vary, values, budget)))
            return search.model_copy(update={name: getattr(asked, name) for name in vary.parts})
        except ValidationError as error:
            raise self._wrong(error) from error
        except InputError as error:
            raise ParameterError(path_of(error.field), error.message) from error

    def refusal(self, path: Path, message: str) -> InputError:
        """Say that a parameter is wrong: of an input, where that is all that it is."""
        found = find_expression(self.part, path)
        if found and found[0].is_input:
            return InputError(joined("inputs", found[0].names + found[1]), message)
        return self.refusal_of_stage(path, message)

    def refusal_of_stage(self, path: Path, message: str) -> InputError:
        """Say that a parameter is wrong, by its place in the definition."""
        told = f"parameter {joined('', path)!r}" if path else "parameters"
        return InputError(joined(self.at, path), f"stage {self.name!r}, {told}: {message}")

    def _wrong(self, error: ValidationError) -> "ParameterError":
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        path = tuple(step for step in first["loc"] if step != "[key]")
        message = first["msg"].removeprefix(_PREFIX)
        if first["type"] == "extra_forbidden":
            known = MODELS[self.type].model_fields if len(path) == 1 else ()
            message = "is not known; " + (
                f"allowed are {', '.join(known)}" if known else "`GET /v1/stages` lists what is"
            )
        elif first["type"] == "missing":
            message = "is required"
        return ParameterError(path, message[:1].lower() + message[1:])


class ParameterError(Exception):
    """A parameter is wrong; whose fault that is, its caller says."""

    def __init__(self, path: Path, message: str) -> None:
        self.path = path
        self.message = message
        super().__init__(message)


def _is_brief(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= _LONGEST_BRIEF
    return value is None or isinstance(value, bool | int | float)


def compile_stage(
    place: int, type: StageType, name: str, *, parameters: Json, inputs: Mapping[str, object]
) -> StagePlan:
    """Compile a stage's templates. Raises InputError."""
    try:
        return StagePlan(place, type, name, compile_part(parameters, inputs))
    except InputError as error:
        empty = StagePlan(place, type, name, Constant({}))
        raise empty.refusal_of_stage(path_of(error.field), error.message) from error


def given_parameters(type: StageType, rendered: Json) -> Json:
    """Leave out parameters that have no value, so that their defaults count."""
    given: Json = _given(rendered)
    if type is not StageType.FEATURE_SEARCH:
        return given
    for name, kept in _NESTED.items():
        if isinstance(inner := given.get(name), list):
            given[name] = [_given(one, kept) for one in inner if one is not None]
        elif inner is not None:
            given[name] = _given(inner)
    return given


# A leg that has a parameter of its own to search by does not take the stage's, given or not.
_NESTED: Mapping[str, frozenset[str]] = {
    "legs": OWN,
    "inputs": frozenset(),
    "fusion": frozenset(),
    "weights": frozenset(),
}


def _given(data: Any, kept: frozenset[str] = frozenset()) -> Any:  # noqa: ANN401 - any value; the model checks it
    if not isinstance(data, dict):
        return data
    return {name: one for name, one in data.items() if one is not None or name in kept}


def path_of(field: str) -> Path:
    """Read the place that an error names: `filter.and[1].value`."""
    steps = [step for step in _STEP.split(field) if step]
    return tuple(int(step) if step.isdigit() else step for step in steps)


def joined(root: str, path: Path) -> str:
    """Write a place as errors name it."""
    return ".".join([*([root] if root else []), *map(str, path)])
