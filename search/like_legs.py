"""More like this: legs that say in what a hit should be like the referenced artworks."""

from collections.abc import Iterable
from dataclasses import replace

from core.filters import Field, Filter, Leaf, Op, Or, all_of
from core.queries import Aspect, Candidates, InputKind, Leg, Plan, PlanInput
from core.text import fold
from core.titles import telling_title
from core.types import DEFAULT_ROLE, Json, SpaceField
from search.dense_legs import artwork_inputs, check_positive, search_space, space_of
from search.leg_context import LegContext, Reference, SkipLeg

PERIOD_YEARS = 20  # a narrower date is widened to so many: works of one year are no period
NAMELESS = frozenset(  # folded "artists" who are many people
    {"unknown", "anonymous", "anon", "unknown artist", "artist unknown", "unidentified artist"}
)


def search_like_catalogue(context: LegContext) -> tuple[Candidates, Plan]:
    """Search by the stored catalogue embeddings of the referenced artworks."""
    _liked(context, Aspect.SUBJECT)
    return _search_like(context, Leg.LIKE_CATALOGUE, SpaceField.CATALOGUE)


def search_like_picture(context: LegContext) -> tuple[Candidates, Plan]:
    """Search by the stored picture embeddings of the referenced artworks."""
    _liked(context, Aspect.LOOKS)
    return _search_like(context, Leg.LIKE_PICTURE, SpaceField.PICTURE)


def search_like_subject(context: LegContext) -> tuple[Candidates, Plan]:
    """Search by the words of the referenced artworks' titles and subjects."""
    liked = _liked(context, Aspect.SUBJECT)
    told = [(r, words) for r in context.references if (words := subject_words(r.card))]
    if not any(r.weight > 0 for r, _ in told):
        raise SkipLeg(f"{_the(liked)} neither a telling title nor subjects")
    away = [(text, weight) for text, weight in context.inputs.texts if weight < 0]
    texts = [*((words, r.weight) for r, words in told), *away]
    found, plan = context.search_words(texts)
    inputs = (
        *(PlanInput(InputKind.ARTWORK, r.id, r.weight) for r, _ in told),
        *(PlanInput(InputKind.TEXT, text, weight) for text, weight in away),
    )
    return found, replace(plan, leg=Leg.LIKE_SUBJECT, inputs=inputs)


def search_like_artist(context: LegContext) -> tuple[Candidates, Plan]:
    """Rank works by the artists of the referenced artworks by their catalogue likeness."""
    liked = _liked(context, Aspect.ARTIST)
    ids = sorted({id for r in liked for id in artist_ids(r.card)})
    if not ids:
        raise SkipLeg(f"{_the(liked)} no artist with a name")
    by_them = Leaf(Field.ARTIST_ID, Op.IN, tuple(ids))
    return _search_like(context, Leg.LIKE_ARTIST, SpaceField.CATALOGUE, by_them)


def search_like_period(context: LegContext) -> tuple[Candidates, Plan]:
    """Rank works from the years of the referenced artworks by their catalogue likeness."""
    liked = _liked(context, Aspect.PERIOD)
    periods = sorted({years for r in liked if (years := period_of(r.card))})
    if not periods:
        raise SkipLeg(f"{_the(liked)} no date")
    leaves = tuple(Leaf(Field.YEAR, Op.OVERLAPS, begin=b, end=e) for b, e in periods)
    then = leaves[0] if len(leaves) == 1 else Or(leaves)
    return _search_like(context, Leg.LIKE_PERIOD, SpaceField.CATALOGUE, then)


def subject_words(card: Json) -> str:
    """Write what an artwork shows: its subjects, and its title unless it says nothing."""
    title = card["title"] if telling_title(card["title"]) else None
    return "\n".join(filter(None, (title, *card["subjects"])))


def artist_ids(card: Json) -> Iterable[str]:
    """Name the artists of an artwork who are somebody, in the role "artist"."""
    for artist in card["artists"]:
        if fold(artist["role"]) == DEFAULT_ROLE and fold(artist["name"]) not in NAMELESS:
            yield artist["id"]


def period_of(card: Json) -> tuple[int, int] | None:
    """Find the years around an artwork, at least `PERIOD_YEARS`; an open end is closed there."""
    begin, end = card["begin"], card["end"]
    if begin is None and end is None:
        return None
    if begin is None or end is None:
        return (end - PERIOD_YEARS, end) if begin is None else (begin, begin + PERIOD_YEARS)
    missing = max(0, PERIOD_YEARS - (end - begin))
    return begin - missing // 2, end + missing - missing // 2


def _liked(context: LegContext, aspect: Aspect) -> list[Reference]:
    """List the artworks to be like, where that is asked for in this aspect."""
    check_positive([r.weight for r in context.references], "artwork")
    if aspect not in context.query.aspects:
        raise SkipLeg(f"likeness in {aspect} was not asked for")
    return [r for r in context.references if r.weight > 0]


def _search_like(
    context: LegContext, leg: Leg, field: SpaceField, within: Filter | None = None
) -> tuple[Candidates, Plan]:
    index = space_of(context, field)
    towards = artwork_inputs(context, index)
    if not any(v.input.weight > 0 for v in towards):
        raise SkipLeg(f"the artwork has no embedding of its {field}")
    where = all_of((context.query.where, within))
    return search_space(context, leg, index, towards=towards, where=where)


def _the(liked: list[Reference]) -> str:
    return "the artwork has" if len(liked) == 1 else "the artworks have"
