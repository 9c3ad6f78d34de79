"""Definitions of retrievers: checked as a whole, compiled once, named by their content."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from core.errors import InputError
from core.retrievers import StageType
from core.types import Json
from search.retrievers.coercion import canonical_number
from search.retrievers.declared import Definition, InputField, Stage
from search.retrievers.search_stage import OWN, FusionParameters, LegParameters, PartParameters
from search.retrievers.stage_plan import StagePlan, compile_stage, given_parameters
from search.retrievers.stages import MODELS, ORDER, REPEATED
from search.retrievers.trial import check_fields, try_stages


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A definition that was checked and can be run."""

    definition: Definition
    written: Json  # the definition with its defaults
    hash: str  # SHA-256 of its canonical form: equal content, equal hash
    stages: tuple[StagePlan, ...]


def parse_definition(data: object) -> Pipeline:
    """Check a definition and compile it.

    Raises:
        InputError: names the place, as `stages.1.parameters.weight`, and says the remedy.
    """
    try:
        definition = Definition.model_validate(data)
    except ValidationError as error:
        raise _wrong(error) from error
    _check_stages(definition.stages)
    check_fields(definition)
    stages = tuple(
        compile_stage(
            place, stage.type, stage.name, parameters=stage.parameters, inputs=definition.inputs
        )
        for place, stage in enumerate(definition.stages)
    )
    try_stages(definition, stages)
    written = definition.model_dump(mode="json")
    return Pipeline(definition, written, definition_hash(written), stages)


def definition_hash(written: Json) -> str:
    """Name a definition by its content, whatever the order of its keys."""
    stages = [
        {**stage, "parameters": _filled(StageType(stage["type"]), stage["parameters"])}
        for stage in written["stages"]
    ]
    whole = _canonical({**written, "stages": stages})
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


_PARTS: Mapping[str, type[BaseModel]] = {
    "legs": LegParameters,
    "inputs": PartParameters,
    "fusion": FusionParameters,
}


def _filled(type: StageType, parameters: Json) -> Json:
    """Fill defaults in, so that saying them makes no difference."""
    given = given_parameters(type, parameters)
    for name, model in _PARTS.items() if type is StageType.FEATURE_SEARCH else ():
        inner = given.get(name)
        if isinstance(inner, list):
            given[name] = [_with_defaults(model, one) for one in inner]
        elif inner is not None:
            given[name] = _with_defaults(model, inner)
    filled: Json = _with_defaults(MODELS[type], given)
    return filled


def _with_defaults(model: type[BaseModel], given: Any) -> Any:  # noqa: ANN401 - a template may stand for it
    if not isinstance(given, dict):
        return given
    # A leg's own inputs have no default: it takes the stage's where it does not speak of them.
    kept = OWN if model is LegParameters else frozenset()
    optional = {
        n: f for n, f in model.model_fields.items() if not f.is_required() and n not in kept
    }
    defaults = {
        name: field.get_default(call_default_factory=True, validated_data={})
        for name, field in optional.items()
    }
    told = {n: v.model_dump() if isinstance(v, BaseModel) else v for n, v in defaults.items()}
    return {n: v for n, v in told.items() if v is not None} | given


def _canonical(value: Any) -> Any:  # noqa: ANN401 - any JSON
    match value:
        case str():
            return unicodedata.normalize("NFC", value)
        case dict():
            return {_canonical(name): _canonical(one) for name, one in value.items()}
        case list():
            return [_canonical(one) for one in value]
        case float():
            return canonical_number(value)
    return value


def _check_stages(stages: Sequence[Stage]) -> None:
    seen: list[str] = []
    for place, stage in enumerate(stages):
        at = f"stages.{place}"
        before = stages[place - 1].type if place else None
        if before is stage.type and stage.type not in REPEATED:
            raise InputError(f"{at}.type", f"{stage.type} may stand once only; remove one of them")
        if stage.name in seen:
            raise InputError(f"{at}.name", f"two stages are called {stage.name}; name one of them")
        seen.append(stage.name)
        if before and ORDER[stage.type] < ORDER[before]:
            raise InputError(
                f"{at}.type",
                f"{stage.type} has to stand before {before}: the order is {', '.join(ORDER)}",
            )
    if not any(stage.type is StageType.FEATURE_SEARCH for stage in stages):
        raise InputError("stages", "need a stage of type feature_search; add one")


def _wrong(error: ValidationError) -> InputError:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(step) for step in first["loc"] if step != "[key]")
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        message = f"is not known; allowed are {', '.join(_known(first['loc']))}"
    return InputError(place or "definition", message[:1].lower() + message[1:])


def _known(loc: tuple[int | str, ...]) -> list[str]:
    models: dict[str, type[BaseModel]] = {"inputs": InputField, "stages": Stage}
    model = models.get(str(loc[0]), Definition) if len(loc) > 1 else Definition
    return list(model.model_fields)
