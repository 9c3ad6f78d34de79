"""Makes a query of a retriever and its inputs: rendered, checked, with what was left out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TypeVar, cast

from core.errors import FilterError
from core.filters import Filter, all_of
from core.queries import EXACT, Query
from core.rerank import Rerank
from core.understanding import Understand
from search.retrievers.definition import Pipeline
from search.retrievers.filter_trees import ReadTree, read_tree
from search.retrievers.inputs import CheckedInputs
from search.retrievers.parameter_types import Parameters
from search.retrievers.parameters import Path
from search.retrievers.search_legs import NOTHING, searched_by
from search.retrievers.search_stage import FeatureSearchParameters
from search.retrievers.stage_plan import ParameterError, StagePlan, joined, path_of
from search.retrievers.stages import (
    AttributeFilterParameters,
    DiversifyParameters,
    FacetsParameters,
    GroupParameters,
    LimitParameters,
    RerankParameters,
    UnderstandParameters,
)
from search.retrievers.template_filters import Budget

_Kind = TypeVar("_Kind", bound=Parameters)
_NO_UNDERSTAND = UnderstandParameters.model_validate({"mode": Understand.OFF})
_NO_RERANK = RerankParameters.model_validate({"enabled": False})
_NO_GROUP = GroupParameters.model_validate({})
_NO_DIVERSITY = DiversifyParameters.model_validate({})
_NO_FACETS = FacetsParameters.model_validate({})
_NO_LIMIT = LimitParameters.model_validate({})


@dataclass(frozen=True, slots=True)
class SkippedPart:
    """A part of a stage that was left out, and why."""

    stage: str
    part: str | None  # None: the whole stage
    reason: str


@dataclass(frozen=True, slots=True)
class Compiled:
    """A retriever with its inputs, as the engine takes it."""

    query: Query
    skipped: tuple[SkippedPart, ...] = ()

    @property
    def skipped_stages(self) -> dict[str, str]:
        """Why whole stages have nothing to do, by their names."""
        return {one.stage: one.reason for one in self.skipped if one.part is None}


@dataclass(frozen=True)
class _Read:
    """The stages with their parameters, and the filter trees in them."""

    stages: Sequence[tuple[StagePlan, Parameters]]
    skipped: list[SkippedPart] = field(default_factory=list)

    @cached_property
    def _by_kind(self) -> Mapping[type[Parameters], Parameters]:
        return {type(parameters): parameters for _, parameters in self.stages}

    def only(self, kind: type[_Kind], otherwise: _Kind) -> _Kind:
        """Give the parameters of the stage of a kind, or what counts without it."""
        return cast(_Kind, self._by_kind.get(kind, otherwise))

    def filter(self, plan: StagePlan, tree: object, path: Path) -> Filter | None:
        """Read a filter tree, leaving out what has no value. Raises InputError."""
        if tree is None:
            return None
        return self._read(plan, partial(read_tree, tree, joined("", path)), path)

    def skip(self, plan: StagePlan, parts: Sequence[tuple[str, str]]) -> None:
        """Note parts that were left out."""
        self.skipped.extend(SkippedPart(plan.name, part, reason) for part, reason in parts)

    def filters(self) -> list[Filter | None]:
        """Read the filters of all stages of them."""
        found = []
        for plan, parameters in self.stages:
            if type(parameters) is AttributeFilterParameters:
                where = self._read(plan, parameters.read_filter, ("filter",))
                found.append(where)
                if where is None:
                    self.skipped.append(SkippedPart(plan.name, None, NOTHING))
        return found

    def _read(self, plan: StagePlan, read: Callable[[], ReadTree], path: Path) -> Filter | None:
        try:
            tree = read()
        except FilterError as error:
            raise plan.refusal(path_of(error.field), error.message) from error
        self.skip(plan, [(joined("", (*path[:-1], part)), why) for part, why in tree.left_out])
        return tree.where


def compile_query(
    pipeline: Pipeline,
    checked: CheckedInputs,
    *,
    limit: int,
    cursor: str | None,
    budget: Budget | None = None,
) -> Compiled:
    """Say what a retriever asks with these inputs, as the engine takes it.

    Raises:
        InputError: names the input, or else the parameter, that is wrong; or there is nothing to
            search by.
    """
    budget = budget or Budget()
    read = _Read([(plan, _parameters(plan, checked.values, budget)) for plan in pipeline.stages])
    return Compiled(_query(read, limit, cursor), tuple(read.skipped))


def _parameters(plan: StagePlan, values: Mapping[str, object], budget: Budget) -> Parameters:
    try:
        return plan.read(values, budget)
    except ParameterError as error:
        raise plan.refusal(error.path, error.message) from error


def _query(read: _Read, limit: int, cursor: str | None) -> Query:
    where = read.filters()
    [(plan, search)] = [(plan, p) for plan, p in read.stages if type(p) is FeatureSearchParameters]
    where.append(read.filter(plan, search.filter, ("filter",)))
    by = searched_by(
        plan,
        search,
        {
            i: read.filter(plan, leg.filter, ("legs", i, "filter"))
            for i, leg in enumerate(search.legs)
        },
    )
    read.skip(plan, by.left_out)
    facets, group = read.only(FacetsParameters, _NO_FACETS), read.only(GroupParameters, _NO_GROUP)
    return Query(
        text=by.text,
        picture=by.picture,
        like=by.like,
        where=all_of(where),
        weights={leg.value: weight for leg, weight in search.weights.items()},
        limit=limit,
        cursor=cursor,
        facets=tuple(facets.fields),
        facet_limit=facets.limit,
        recall=EXACT if search.exact else search.recall,
        include_self=search.include_self,
        inputs=by.inputs,
        aspects=tuple(dict.fromkeys(search.aspects)),
        understand=read.only(UnderstandParameters, _NO_UNDERSTAND).mode,
        min_match=search.min_match,
        collapse=group.collapse,
        group_by=group.by,
        diversity=read.only(DiversifyParameters, _NO_DIVERSITY).weight,
        rerank=_rerank(read),
        legs=by.legs,
        fusion_k=search.fusion.k,
        most=read.only(LimitParameters, _NO_LIMIT).hits,
    )


def _rerank(read: _Read) -> Rerank | None:
    asked = read.only(RerankParameters, _NO_RERANK)
    if asked.enabled:
        return Rerank(asked.depth, asked.deadline_ms)
    for plan, parameters in read.stages:
        if parameters is asked:
            read.skipped.append(SkippedPart(plan.name, None, "it was not asked for"))
    return None
