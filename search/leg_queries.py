"""What the legs that a query names search by, and what all of them come to as one query."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from core.errors import InputError
from core.filters import all_of
from core.queries import Input, Leg, LegQuery, Query
from core.types import Pixels

# Steps of a search: a leg of such a name could not be told from them in its story.
_TAKEN = frozenset(
    (
        *(Leg.EXACT, "understand", "encode_text", "encode_picture", "queue", "filter", "fusion"),
        *("match", "language", "prior", "rerank", "collapse", "wholes", "group", "diversity"),
        *("limit", "cards", "facets"),
    )
)


def has_inputs(leg: LegQuery) -> bool:
    """Tell whether a leg has something of its own to search by."""
    return leg.text is not None or leg.picture is not None or bool(leg.like)


def asks(query: Query) -> bool:
    """Tell whether a query searches for anything; else it browses."""
    weighted = any(input.weight for input in query.inputs)
    of_its_own = bool(query.text or query.like or weighted) or query.picture is not None
    return of_its_own or any(map(has_inputs, query.legs))


def query_of(query: Query, leg: LegQuery) -> Query:
    """Write what one leg searches as a query of its own.

    Inputs of its own stand for what the query looks for; what the query keeps away from counts in
    every leg.
    """
    weights = query.weights if leg.weight is None else {**query.weights, leg.leg: leg.weight}
    own = replace(query, legs=(), weights=weights, where=all_of((query.where, leg.where)))
    if not has_inputs(leg):
        return own
    away = tuple(input for input in query.inputs if input.weight < 0)
    return replace(own, text=leg.text, picture=leg.picture, like=leg.like, inputs=away)


def as_one(query: Query) -> Query:
    """Write all that a query and its legs search by as one query without legs.

    For what looks at a whole search, not at a leg: the judgement of a match, exact hits, the
    prior, reranking. The words are those of the query, else the only text of its legs; with
    several there are none, since none of them alone is what was asked.
    """
    legs = [leg for leg in query.legs if has_inputs(leg) and leg.weight != 0]
    texts = [] if query.text else list(dict.fromkeys(leg.text for leg in legs if leg.text))
    pictures = [] if query.picture is not None else _distinct(leg.picture for leg in legs)
    several = (
        *(Input(text=text) for text in texts if len(texts) > 1),
        *(Input(picture=picture) for picture in pictures if len(pictures) > 1),
    )
    return replace(
        query,
        text=texts[0] if len(texts) == 1 else query.text,
        picture=pictures[0] if len(pictures) == 1 else query.picture,
        like=tuple(dict.fromkeys((*query.like, *(id for leg in legs for id in leg.like)))),
        inputs=(*query.inputs, *several),
        legs=(),
    )


def check_legs(query: Query) -> None:
    """Refuse legs that cannot be told apart, or not be searched. Raises InputError."""
    named = Counter(leg.name or leg.leg.value for leg in query.legs)
    for place, leg in enumerate(query.legs):
        name = leg.name or leg.leg.value
        if leg.leg is Leg.EXACT:
            reason = (
                "what a query names is put first by itself; its weight 0 in `weights` ends that"
            )
            raise InputError(f"legs[{place}].leg", reason)
        if named[name] > 1:
            raise InputError(f"legs[{place}].name", f"{name!r} is the name of another leg")
        if name in _TAKEN:
            raise InputError(f"legs[{place}].name", f"{name!r} is the name of another step")
        if leg.depth < 1:
            raise InputError(f"legs[{place}].depth", "must be at least 1")


def place_of(query: Query, artwork: str) -> str:
    """Name the field in which a query refers to an artwork."""
    if artwork in query.like:
        return "like"
    places = (
        f"inputs[{i}].artwork" for i, one in enumerate(query.inputs) if one.artwork == artwork
    )
    return next(places, "artwork")


def _distinct(pictures: Iterable[Pixels | None]) -> list[Pixels]:
    return list({id(picture): picture for picture in pictures if picture is not None}.values())
