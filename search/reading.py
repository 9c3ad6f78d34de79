"""The stage that reads a query's words: what it found, and what is searched for instead."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.filters import all_of
from core.ports import Snapshot
from core.queries import Query
from core.understanding import Understand, Understanding
from search.exact_hits import find_exact
from search.stages import StageLog
from search.understand.understand import unapplied, understand


@dataclass(frozen=True, slots=True)
class ReadQuery:
    """A query as it is searched for."""

    query: Query  # with the text that is left, and with the filters that were understood
    understanding: Understanding | None  # None where there was nothing to read, or it is off

    @property
    def away(self) -> Sequence[str]:
        """Texts that the hits should be far from."""
        return self.understanding.away if self.understanding else ()


def read_query(query: Query, snapshot: Snapshot, log: StageLog) -> ReadQuery:
    """Read the words of a query against the vocabulary of a snapshot."""
    if query.text is None or query.understand is Understand.OFF:
        return ReadQuery(query, None)
    with log.stage("understand", 1) as stage:
        found = understand(
            query.text,
            query.understand,
            where=query.where,
            vocabulary=snapshot.vocabulary,
            count=lambda where: snapshot.columns.select(where).count,
        )
        if _is_title(query, snapshot, found):
            found = unapplied(found, query.text, note="it is the title of a work")
        stage.output_count = sum(r.is_applied for span in found.spans for r in span.readings)
        stage.degraded = found.note
    where = all_of((query.where, found.where))
    text = found.text or found.ranked_by or query.text
    return ReadQuery(replace(query, text=text, where=where), found)


def _is_title(query: Query, snapshot: Snapshot, found: Understanding) -> bool:
    """Tell whether the text, with its subject, names a work that its own filters would hide."""
    if query.text is None or found.where is None or found.text is None:
        return False
    if not find_exact(snapshot, snapshot.columns.select(query.where), query.text):
        return False
    filtered = snapshot.columns.select(all_of((query.where, found.where)))
    return not find_exact(snapshot, filtered, query.text)
