"""What a search goes by: the stage's own inputs, its legs, and what of them was not given."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from core.errors import InputError
from core.filters import Filter
from core.queries import Input, LegQuery
from core.types import Pixels
from search.retrievers.parameters import Elements, Members, Part, input_names
from search.retrievers.search_stage import (
    READS,
    FeatureSearchParameters,
    LegParameters,
    OnAllEmpty,
    OnEmpty,
    PartParameters,
)
from search.retrievers.stage_plan import StagePlan

NOTHING = "nothing was given"
_AMONG = {"text": "text", "image": "picture", "like": "artwork"}  # the same in an `Input`
_SEARCHED_BY = frozenset({"text", "image", "like", "inputs", "legs", "artwork"})


@dataclass(frozen=True, slots=True)
class SearchedBy:
    """All that a query searches by, and the parts that have nothing, with the reason."""

    text: str | None = None
    picture: Pixels | None = None
    like: tuple[str, ...] = ()
    inputs: tuple[Input, ...] = ()
    legs: tuple[LegQuery, ...] = ()
    left_out: tuple[tuple[str, str], ...] = field(default=())


def searched_by(
    plan: StagePlan, stage: FeatureSearchParameters, filters: dict[int, Filter | None]
) -> SearchedBy:
    """Put together what a stage searches by; `filters` are those of its legs, by place.

    Raises:
        InputError: a leg, or the whole stage, has nothing to search by and may not do without.
    """
    left_out: list[tuple[str, str]] = []
    inputs: list[Input] = []
    for place, part in enumerate(stage.inputs):
        if _is_given(part):
            inputs.append(Input(part.text, part.image, part.artwork, part.weight))
        else:
            left_out.append((f"inputs.{place}", NOTHING))
    legs: list[LegQuery] = []
    for place, leg in enumerate(stage.legs):
        if missing := _missing(stage, leg, inputs):
            if leg.on_empty is OnEmpty.ERROR:
                own = ("legs", place, missing) if missing in leg.own else (missing,)
                raise plan.refusal(own, f"{NOTHING} for the leg {leg.name or leg.leg}")
            left_out.append((f"legs.{place}", f"{NOTHING}: it searches by {missing}"))
        else:
            legs.append(_leg_query(leg, filters.get(place)))
    asks = bool(legs) if stage.legs else _asks(stage, inputs)
    if not asks and stage.on_all_empty is OnAllEmpty.ERROR:
        raise _nothing(plan)
    if stage.legs and not legs:  # or the engine would run each leg that has an input
        return SearchedBy(left_out=tuple(left_out))
    like = tuple(dict.fromkeys(stage.like))
    return SearchedBy(stage.text, stage.image, like, tuple(inputs), tuple(legs), tuple(left_out))


def _leg_query(leg: LegParameters, where: Filter | None) -> LegQuery:
    return LegQuery(
        leg=leg.leg,
        name=leg.name,
        text=leg.text,
        picture=leg.image,
        like=tuple(dict.fromkeys(leg.like)),
        weight=leg.weight,
        depth=leg.k,
        where=where,
    )


def _is_given(part: PartParameters) -> bool:
    return part.image is not None or bool(part.text or part.artwork)


def _asks(stage: FeatureSearchParameters, inputs: list[Input]) -> bool:
    is_weighted = any(one.weight for one in inputs)
    return bool(stage.text or stage.like or is_weighted) or stage.image is not None


def _missing(stage: FeatureSearchParameters, leg: LegParameters, inputs: list[Input]) -> str | None:
    """Name what a leg would search by, where it is not there."""
    wanted = READS[leg.leg]
    if wanted in leg.own:
        return None if _has(getattr(leg, wanted)) else wanted
    among = (getattr(one, _AMONG[wanted]) for one in inputs if one.weight)
    return None if _has(getattr(stage, wanted)) or any(map(_has, among)) else wanted


def _has(value: str | list[str] | Pixels | None) -> bool:
    return value is not None and len(value) > 0


def _nothing(plan: StagePlan) -> InputError:
    names = list(dict.fromkeys(_names(plan.part)))
    if not names:
        return plan.refusal_of_stage((), "there is nothing to search by; give it text or legs")
    return InputError("inputs", f"there is nothing to search by; give one of {', '.join(names)}")


def _names(part: Part) -> Iterator[str]:
    """Name the inputs that are searched by, of all that the parameters read."""
    match part:
        case Members(parts):
            for name, one in parts.items():
                if name in _SEARCHED_BY:
                    yield from _names(one)
        case Elements(parts):
            for one in parts:
                yield from _names(one)
        case _:
            yield from input_names(part)
