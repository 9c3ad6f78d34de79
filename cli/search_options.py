"""Options of `vasari search` and `vasari similar`, and what their texts mean."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from core.errors import InputError
from core.queries import EXACT, LEAST_RECALL, LONGEST_TEXT, Aspect, GroupBy, Input, Leg
from core.text import blank_to_none
from core.understanding import Understand

HEAVIEST_INPUT = 10.0
HEAVIEST_LEG = 100.0

Texts = list[str] | None
Words = Annotated[str | None, typer.Argument(help="What you remember of it.")]
Picture = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, help="A picture to look like.")
]
Like = Annotated[Texts, typer.Option(help="Id of an artwork to be like; repeatable.")]
More = Annotated[
    Texts, typer.Option("--input", help="One more text; `0.5*text` weighs it; repeatable.")
]
Minus = Annotated[
    Texts, typer.Option(help="A text to be far from; `2*text` weighs it; repeatable.")
]
Unlike = Annotated[
    Texts, typer.Option(help="Id of an artwork to be unlike; `2*id` weighs it; repeatable.")
]
Aspects = Annotated[
    list[Aspect] | None,
    typer.Option("--aspect", help="In what hits are like it; repeatable; all if left out."),
]
Weights = Annotated[
    Texts, typer.Option("--weight", help="Weight of a leg, as `lexical=0.5`; repeatable.")
]
Artist = Annotated[Texts, typer.Option(help="Words of an artist's name, or an id.")]
Begin = Annotated[int | None, typer.Option("--from", help="First year.")]
End = Annotated[int | None, typer.Option("--to", help="Last year.")]
Medium = Annotated[Texts, typer.Option(help="Words of the medium.")]
Classification = Annotated[Texts, typer.Option(help="Words of the classification.")]
Subject = Annotated[Texts, typer.Option(help="Words of a subject.")]
Where = Annotated[
    str | None, typer.Option("--filter", help="A filter tree as JSON, as the API takes it.")
]
Exact = Annotated[bool, typer.Option("--exact", help="Search exactly: a recall of 1.")]
Share = Annotated[
    float, typer.Option(min=LEAST_RECALL, max=EXACT, help="Share of the true neighbours to find.")
]
LeastMatch = Annotated[
    float | None, typer.Option("--min-match", min=0, max=1, help="Least match of a hit: 0.9, say.")
]
Reads = Annotated[
    Understand,
    typer.Option("--understand", help="What words that name an artist, a date … become."),
]
Collapse = Annotated[bool, typer.Option("--collapse", help="Show near-duplicates as one hit.")]
Groups = Annotated[
    GroupBy | None, typer.Option("--group-by", help="Show the best hit of each artist or title.")
]
Diversity = Annotated[
    float, typer.Option(min=0, max=1, help="Weight against likeness among the hits.")
]
Reranks = Annotated[
    bool, typer.Option("--rerank", help="Rerank the best by the model that VASARI_RERANKER names.")
]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="Hits to show.")]
Explain = Annotated[bool, typer.Option("--explain", help="Show how the search was run.")]

_WEIGHTED = re.compile(r"(\d+(?:\.\d+)?)\*(.+)", re.DOTALL)


def checked_text(text: str | None, name: str = "text") -> str | None:
    """Refuse what no encoder can read; a blank text is none."""
    if text is not None and len(text) > LONGEST_TEXT:
        raise InputError(name, f"has {len(text)} characters; at most {LONGEST_TEXT} are allowed")
    try:
        (text or "").encode()
    except UnicodeEncodeError as error:
        raise InputError(name, "is not UTF-8") from error
    return blank_to_none(text)


def read_inputs(more: Texts, minus: Texts, unlike: Texts = None) -> tuple[Input, ...]:
    """Read the weighted texts and artworks of the options. Raises InputError."""
    return (
        *(Input(text=text, weight=w) for text, w in _weighted("input", more)),
        *(Input(text=text, weight=-w) for text, w in _weighted("minus", minus)),
        *(Input(artwork=id, weight=-w) for id, w in _weighted("unlike", unlike)),
    )


def read_weights(options: Texts) -> Mapping[str, float]:
    """Read the weights of legs. Raises InputError."""
    return dict(_leg_weight(option) for option in options or ())


def _weighted(name: str, options: Sequence[str] | None) -> Iterator[tuple[str, float]]:
    for option in options or ():
        found = _WEIGHTED.fullmatch(option)
        text, weight = (found[2], float(found[1])) if found else (option, 1.0)
        if weight > HEAVIEST_INPUT:
            raise InputError(name, f"{weight:g} is more than {HEAVIEST_INPUT:g}")
        if (checked := checked_text(text, name)) is None:
            raise InputError(name, "is blank")
        yield checked, weight


def _leg_weight(option: str) -> tuple[str, float]:
    leg, _, number = option.partition("=")
    if leg not in set(Leg):
        raise InputError("weight", f"{leg!r} is none of {', '.join(Leg)}")
    try:
        weight = float(number)
    except ValueError as error:
        raise InputError("weight", f"{option!r} is not written as {leg}=0.5") from error
    if not 0 <= weight <= HEAVIEST_LEG:
        raise InputError("weight", f"{leg} must be from 0 to {HEAVIEST_LEG:g}")
    return leg, weight
