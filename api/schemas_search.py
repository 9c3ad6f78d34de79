"""What the API answers to a search: the shapes that clients rely on."""

from pydantic import Field

from api.schemas import ArtworkCard, Schema
from core.queries import InputKind, RecallKind, Strategy
from core.retrievers import StageType
from core.types import Json
from core.understanding import MatchLevel, ReadingKind, Understand


class LegRank(Schema):
    """Where one leg put a hit; scores of different legs cannot be compared."""

    name: str = Field(description="Of the leg, or as the retriever names it")
    rank: int
    score: float


class Group(Schema):
    """What a hit was put together with."""

    value: str = Field(description="Name of the artist, or the title")
    id: str | None
    count: int = Field(description="Ranked artworks in it, the hit included")


class Hit(Schema):
    """An artwork with its final rank and its place in each leg that found it."""

    rank: int
    score: float | None = Field(description="Fused score; null when nothing was searched for")
    artwork: ArtworkCard
    legs: list[LegRank]
    duplicates: list[str] = Field(
        description="Ids of ranked near-duplicates, with `collapse`; without, of the same whole"
    )
    group: Group | None = Field(description="With `group_by`; null for a hit that stands alone")
    is_reranked: bool = Field(description="Whether it stands in the reranker's order")
    rerank_score: float | None = Field(
        description="From 0 to 1; never to be compared with `score`; null if not reranked"
    )


class Recall(Schema):
    """How exact a leg's candidates are."""

    kind: RecallKind = Field(
        description="exact; certified, where a bound proves it; or calibrated, as measured"
    )
    target: float | None
    measured: float | None = Field(description="Measured at build, on this snapshot")


class PlanInput(Schema):
    """What one leg searched by; a negative weight pushed away."""

    kind: InputKind
    value: str | None = Field(description="The text, or the artwork's id; null for a picture")
    weight: float


class Plan(Schema):
    """How one leg was searched."""

    leg: str = Field(description="Its name, or as the retriever names it")
    space: str | None
    strategy: Strategy
    recall: Recall
    rows_matching: int
    rows_scored: int
    rows_refined: int | None = Field(description="In full precision, after compressed rows")
    nprobe: int | None
    estimates_ms: dict[str, float] = Field(description="What each way was expected to take")
    weight: float = Field(description="Of the leg in the fusion")
    inputs: list[PlanInput] = Field(description="What it searched by, and kept away from")


class StageReport(Schema):
    """What one stage took and gave; why it was skipped or degraded, else null."""

    name: str
    duration_ms: float
    input_count: int
    output_count: int
    skipped: str | None
    degraded: str | None
    cache_hit: bool = Field(description="Whether what it gave was kept from an earlier search")
    error: str | None


class FacetValue(Schema):
    """How many of the matching artworks have a value."""

    value: str
    id: str | None
    count: int


class Match(Schema):
    """Whether anything fits the words, and how unusual the best hit's similarity is here."""

    level: MatchLevel = Field(description="good, weak, or none: nothing fits")
    score: float = Field(
        description="Share of off-topic queries whose best hit is less similar to their words"
    )
    cut: int = Field(description="Hits left out by `min_match`")


class Reading(Schema):
    """One thing that some words may be taken for."""

    kind: ReadingKind
    label: str
    filter: Json | None = Field(description="As `filter` of a request takes it")
    matching: int = Field(description="Artworks of the collection that pass it")
    confidence: float = Field(description="From 0 to 1")
    is_applied: bool


class SpanReadings(Schema):
    """Some words of the query with all that they may be taken for, the likeliest first."""

    begin: int = Field(description="First character")
    end: int = Field(description="One beyond the last")
    text: str
    readings: list[Reading]


class Understanding(Schema):
    """How the words of a query were read."""

    mode: Understand
    spans: list[SpanReadings]
    text: str | None = Field(
        description="What is left for the encoder; null: nothing but filters, and the matching "
        "artworks are ranked by all words but those that are not wanted"
    )
    away: list[str] = Field(description="Texts that the hits are kept away from")
    filter: Json | None = Field(description="What was applied beside the request's own filter")
    note: str | None = Field(description="Why less was applied than was understood")
    language: str | None = Field(description="ISO 639-1, where the encoder does not read it")


class Reranked(Schema):
    """How much of the ranking was reranked; the rest keeps its order behind it."""

    reranker: str | None = Field(description="Name and revision; null if it is not loaded")
    summary: str = Field(description='As "32 of 80"')
    count: int = Field(description="Artworks that stand in its order")
    of: int = Field(description="Artworks that were to be")
    deadline_ms: int
    overshoot_ms: float | None = Field(
        description="Beyond the deadline; null on a later page, which keeps the first one's order"
    )


class LeftOut(Schema):
    """A part of a stage that was left out, such as a leg without its input."""

    part: str
    reason: str


class PipelineStage(Schema):
    """What one stage of the retriever did; `stages` has the steps of the engine."""

    name: str
    type: StageType
    input_count: int
    output_count: int
    duration_ms: float
    queue_ms: float = Field(description="Of `duration_ms`, waited for a place")
    cache_hit: bool
    skipped: str | None
    degraded: str | None
    error: str | None
    left_out: list[LeftOut]


class RetrieverOfAnswer(Schema):
    """The version of a retriever that answered; its hash is its identity."""

    name: str
    version: int = Field(description="0 for one that came with the request")
    hash: str


class CacheOfAnswer(Schema):
    """Whether an answer was kept from an earlier request, and else what was new about this one."""

    hit: bool
    key: str = Field(description="Hash of the inputs and of all that decides the answer")
    age_s: float | None = Field(description="Of the answer that was kept; null on a miss")
    coalesced: bool = Field(description="Whether it was computed for another request just now")
    missed_because: list[str] = Field(
        description="Parts of the key that were new: inputs, page, pipeline, snapshot, "
        "withdrawals, models, rights; or `expired`"
    )


class Found(Schema):
    """What a search found, with its whole story."""

    hits: list[Hit]
    total: int = Field(description="Artworks that match the filter")
    window: int = Field(description="Hits that can be paged through")
    cursor: str | None = Field(description="Send it back for the next page; null on the last")
    facets: dict[str, list[FacetValue]]
    stages: list[StageReport]
    plan: list[Plan]
    pipeline: list[PipelineStage]
    snapshot: str
    models: dict[str, str | None] = Field(description="Revisions, by what the models serve")
    match: Match | None = Field(description="Whether anything fits; null without words")
    reranked: Reranked | None = Field(description="Null unless `rerank` was asked for and ran")
    understanding: Understanding | None = Field(
        description="What the words were taken for; null without words, and with `understand=off`"
    )


class SearchAnswer(Found):
    """The answer to a search, or of a retriever."""

    execution_id: str
    retriever: RetrieverOfAnswer
    cache: CacheOfAnswer
    duration_ms: float


class HitPlace(Schema):
    """Where a hit stood."""

    artwork: str = Field(description="Its id")
    rank: int
    score: float | None
    rerank_score: float | None


class FacetAnswer(Schema):
    """Counts of values over all artworks that match a filter."""

    facets: dict[str, list[FacetValue]]
    total: int
    snapshot: str
