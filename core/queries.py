"""What a search takes and gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.filters import Filter
from core.reports import StageReport
from core.rerank import Rerank, Reranked
from core.types import Json, Numbers, Pixels
from core.understanding import Match, Understand, Understanding

LONGEST_TEXT = 2000  # characters of a query; the text encoder reads about half of that
EXACT = 1.0  # the recall of exact search
DEFAULT_RECALL = 0.99
LEAST_RECALL = 0.5  # below, an answer is hardly a search
DEPTH = 1000  # candidates per leg

# Cormack, Clarke and Büttcher (SIGIR 2009) found 60 to work across collections. With legs that are
# weighted by query 20 does better over 69,202 works, with subjects indexed and without any: the
# part `choices` of `vasari bench quality`.
RRF_K = 20


WeightedTexts: TypeAlias = Sequence[tuple[str, float]]
"""Texts with their weights, of which negative ones push away."""


class Leg(StrEnum):
    """One search inside a request; each gives one list of candidates."""

    CATALOGUE = "catalogue"  # text → catalogue space
    TEXT_PICTURE = "text_picture"  # text → picture space; needs a cross-modal encoder
    LEXICAL = "lexical"  # text → BM25
    PICTURE = "picture"  # picture → picture space
    LIKE_CATALOGUE = "like_catalogue"  # artwork reference → its stored catalogue embedding
    LIKE_PICTURE = "like_picture"  # artwork reference → its stored picture embedding
    EXACT = "exact"  # text → the works with just this id, accession number or title, put first
    LIKE_SUBJECT = "like_subject"  # artwork reference → BM25 over its title and subjects
    LIKE_ARTIST = "like_artist"  # artwork reference → works by its artists, by catalogue likeness
    LIKE_PERIOD = "like_period"  # artwork reference → works of its years, by catalogue likeness
    LIKE_IMPORTED = "like_imported"  # artwork reference → its vectors that others published


class Strategy(StrEnum):
    """How candidates were found."""

    GATHER = "gather"  # exactly the matching rows, each scored in full precision
    SCAN = "scan"  # every row, in full precision
    IVF = "ivf"  # the cells nearest to the query
    HNSW = "hnsw"  # a graph of neighbours
    GPU = "gpu"
    QDRANT = "qdrant"
    LEXICAL = "lexical"


class RecallKind(StrEnum):
    """What an answer promises."""

    EXACT = "exact"  # every matching row was scored, or a bound proves that it cannot be a hit
    CERTIFIED = "certified"  # not all were visited, and a bound proves that none was missed
    CALIBRATED = "calibrated"  # as measured when the index was built


@dataclass(frozen=True, slots=True)
class Recall:
    """How exact a list of candidates is."""

    kind: RecallKind = RecallKind.EXACT
    target: float | None = None
    measured: float | None = None  # at build, on this snapshot; None where it was not measured


class InputKind(StrEnum):
    """What may be searched by, named as clients send it."""

    TEXT = "text"
    IMAGE = "image"
    ARTWORK = "artwork"


@dataclass(frozen=True, slots=True)
class PlanInput:
    """What one leg searched by; a negative weight pushed away."""

    kind: InputKind
    value: str | None  # the text or the artwork's id; None for a picture
    weight: float


@dataclass(frozen=True, slots=True)
class Plan:
    """How one leg was searched, in the shape that clients read."""

    leg: str
    space: str | None
    strategy: Strategy
    recall: Recall
    rows_matching: int
    rows_scored: int
    rows_refined: int | None = None  # in full precision, after a score of compressed rows
    nprobe: int | None = None
    estimates_ms: Mapping[str, float] = field(default_factory=dict)  # of each way that was open
    weight: float = 1.0  # of the leg in the fusion
    inputs: tuple[PlanInput, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidates:
    """One leg's artworks, best first; equal scores stand in the order of their numbers."""

    numbers: Numbers
    scores: NDArray[np.float32]


class Aspect(StrEnum):
    """In what a hit may be like a referenced artwork."""

    LOOKS = "looks"
    SUBJECT = "subject"
    ARTIST = "artist"
    PERIOD = "period"


class GroupBy(StrEnum):
    """What hits are put together by."""

    ARTIST = "artist"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Input:
    """One more text, picture or artwork to search by; a negative weight pushes away."""

    text: str | None = None
    picture: Pixels | None = None
    artwork: str | None = None  # id
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class LegQuery:
    """One leg that a query names; what it does not say, the query says."""

    leg: Leg
    name: str | None = None  # in the answer; None: the leg's own
    text: str | None = None  # with a text, picture or artwork of its own, the query's do not count
    picture: Pixels | None = None
    like: tuple[str, ...] = ()  # artwork ids
    weight: float | None = None  # None: as the query weighs this kind of leg
    depth: int = DEPTH  # candidates
    where: Filter | None = None  # beside the query's


@dataclass(frozen=True, slots=True)
class Query:
    """One search, already checked and decoded."""

    text: str | None = None
    picture: Pixels | None = None
    like: tuple[str, ...] = ()  # artwork ids
    where: Filter | None = None
    weights: Mapping[str, float] = field(default_factory=dict)  # by leg; 1 where not named
    limit: int = 20
    cursor: str | None = None
    facets: tuple[str, ...] = ()
    facet_limit: int = 20
    recall: float = DEFAULT_RECALL  # of each leg; EXACT for exact search
    include_self: bool = False  # whether a referenced artwork may be its own hit
    inputs: tuple[Input, ...] = ()  # beside text, picture and like
    aspects: tuple[Aspect, ...] = tuple(Aspect)  # in which hits are like the referenced artworks
    understand: Understand = Understand.APPLY
    min_match: float | None = None  # least `Match.score` of a hit
    collapse: bool = False  # whether near-duplicates are one hit
    group_by: GroupBy | None = None
    diversity: float = 0.0  # weight against likeness among the hits (MMR); 0: none, 1: all
    rerank: Rerank | None = None  # None: the fused order stays
    legs: tuple[LegQuery, ...] = ()  # just these, in their order; none: each that has an input
    fusion_k: float = RRF_K
    most: int | None = None  # hits of all pages together


@dataclass(frozen=True, slots=True)
class LegRank:
    """Where one leg put a hit."""

    name: str
    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class Group:
    """The artworks that a hit stands for."""

    value: str  # name of the artist, or the title
    id: str | None
    count: int  # ranked artworks in it, the hit included


@dataclass(frozen=True, slots=True)
class Hit:
    """An artwork with its final rank, its fused score and its place in each leg."""

    rank: int
    score: float | None  # None when nothing was searched for: the hits are browsed by id
    artwork: Json
    legs: tuple[LegRank, ...] = ()
    duplicates: tuple[str, ...] = ()  # ids of the ranked artworks that were collapsed into it
    group: Group | None = None
    rerank_score: float | None = None  # never compared with `score`; None: not reranked


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One bucket of a facet."""

    value: str
    id: str | None
    count: int


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The answer to a query."""

    hits: tuple[Hit, ...]
    total: int  # artworks that match the filter
    window: int  # hits that can be paged through: what was ranked, collapsed and grouped
    cursor: str | None
    facets: Mapping[str, tuple[FacetValue, ...]]
    stages: tuple[StageReport, ...]
    plan: tuple[Plan, ...]
    snapshot: str
    duration_ms: float
    understanding: Understanding | None = None
    match: Match | None = None
    reranked: Reranked | None = None  # None: it was not asked for, or has nothing to do
