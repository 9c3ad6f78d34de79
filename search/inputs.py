"""All that one search looks for and keeps away from, put together from the parts of a query."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.queries import Query, WeightedTexts
from core.types import Pixels

# What weighs less is none: weights that cancel out leave as much, and shares of it overflow.
_LEAST_WEIGHT = 1e-6


@dataclass(frozen=True, slots=True)
class Inputs:
    """Texts, pictures and artworks with their weights, the heaviest first; none weighs 0."""

    texts: WeightedTexts
    pictures: Sequence[tuple[Pixels, float]]
    artworks: Sequence[tuple[str, float]]  # ids

    @property
    def wanted_text(self) -> str:
        """All texts that are looked for, as one."""
        return " ".join(text for text, weight in self.texts if weight > 0)

    @property
    def has_negatives(self) -> bool:
        """Whether anything is to be kept away from."""
        parts = (self.texts, self.pictures, self.artworks)
        return any(weight < 0 for part in parts for _, weight in part)


def gather_inputs(query: Query, away: Sequence[str] = ()) -> Inputs:
    """Put a query's inputs together; `away` are texts that were understood as negatives.

    Equal inputs add up, and the order in which they came does not matter.
    """
    texts = [(i.text, i.weight) for i in query.inputs if i.text is not None]
    pictures = [(i.picture, i.weight) for i in query.inputs if i.picture is not None]
    artworks = [(i.artwork, i.weight) for i in query.inputs if i.artwork is not None]
    if query.text is not None:
        texts.append((query.text, 1.0))
    if query.picture is not None:
        pictures.append((query.picture, 1.0))
    return Inputs(
        _added_up((*texts, *((text, -1.0) for text in away))),
        tuple((picture, weight) for picture, weight in pictures if _counts(weight)),
        _added_up((*artworks, *((id, 1.0) for id in query.like))),
    )


def _added_up(inputs: Iterable[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    weights: defaultdict[str, float] = defaultdict(float)
    for value, weight in sorted(inputs):  # so that sums of equal inputs are the same to the bit
        weights[value] += weight
    found = [(value, weight) for value, weight in weights.items() if _counts(weight)]
    return tuple(sorted(found, key=lambda input: (-input[1], input[0])))


def _counts(weight: float) -> bool:
    return abs(weight) >= _LEAST_WEIGHT
