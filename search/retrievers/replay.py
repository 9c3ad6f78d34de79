"""What differs between two answers to one request; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from search.retrievers.answers import HitPlace


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing that was one way and is another."""

    name: str  # of a part of the conditions, or an artwork's id
    before: str | int | float | None
    after: str | int | float | None


@dataclass(frozen=True, slots=True)
class Differences:
    """How an answer differs from an earlier one; nothing of it where they are the same."""

    conditions: tuple[Changed, ...]  # what is not as it was, such as a model
    added: tuple[str, ...]  # artwork ids
    removed: tuple[str, ...]
    moved: tuple[Changed, ...]  # by rank
    rescored: tuple[Changed, ...]
    reranked: tuple[Changed, ...]  # by the reranker's score

    @property
    def is_same(self) -> bool:
        """Tell whether hits, ranks and scores are those of before."""
        return not (self.added or self.removed or self.moved or self.rescored or self.reranked)


def compare(
    before: Sequence[HitPlace],
    after: Sequence[HitPlace],
    *,
    conditions: tuple[Mapping[str, str], Mapping[str, str]],
) -> Differences:
    """Compare two pages of hits, and the conditions under which they were found."""
    old, new = {hit.artwork: hit for hit in before}, {hit.artwork: hit for hit in after}
    both = [(old[id], hit) for id, hit in new.items() if id in old]
    was, now = conditions
    return Differences(
        conditions=tuple(
            Changed(name, was.get(name), now.get(name))
            for name in dict.fromkeys((*was, *now))
            if was.get(name) != now.get(name)
        ),
        added=tuple(id for id in new if id not in old),
        removed=tuple(id for id in old if id not in new),
        moved=_changed([(a.artwork, a.rank, b.rank) for a, b in both]),
        rescored=_changed([(a.artwork, a.score, b.score) for a, b in both]),
        reranked=_changed([(a.artwork, a.rerank_score, b.rerank_score) for a, b in both]),
    )


def _changed(
    values: Sequence[tuple[str, float | None, float | None]],
) -> tuple[Changed, ...]:
    return tuple(Changed(id, was, now) for id, was, now in values if was != now)
