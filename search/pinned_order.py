"""What was reranked for a first page, written into its cursor so that later pages agree.

How much is reranked depends on the clock, so it cannot be found out again; the scores can be kept
by who asks for the next page, on any process of the service and for as long as the snapshot lives.
"""

import base64
import binascii
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import CursorError
from core.rerank import MOST_RERANKED, Reranked
from core.types import Numbers


@dataclass(frozen=True, slots=True, eq=False)
class PinnedOrder:
    """The scores of the first candidates, and which candidates those were."""

    reranker: str | None
    of: int
    deadline_ms: int
    candidates: int  # checksum of all candidates, in their order
    scores: NDArray[np.float32]  # NaN where the reranker could not judge

    def to_json(self) -> list[str | int | None]:
        """Write it for a cursor."""
        scores = base64.b85encode(self.scores.astype("<f4").tobytes()).decode()
        return [self.reranker, self.of, self.deadline_ms, self.candidates, scores]

    def fits(self, candidates: Numbers) -> bool:
        """Tell whether candidates are those that were reranked."""
        return len(candidates) == self.of and checksum(candidates) == self.candidates

    def report(self) -> Reranked:
        """Say what was reranked for the first page."""
        count = int(np.count_nonzero(~np.isnan(self.scores)))
        return Reranked(self.reranker, count, self.of, self.deadline_ms, None)


def checksum(candidates: Numbers) -> int:
    """Identify candidates in their order."""
    return zlib.crc32(candidates.astype("<i4").tobytes())


def parse_pinned(more: Sequence[Any]) -> PinnedOrder | None:
    """Read the end of a cursor, which may be nothing. Raises CursorError."""
    match more:
        case []:
            return None
        case [[str() | None as name, int(of), int(deadline_ms), int(candidates), str(text)]]:
            scores = _parse_scores(text)
            if len(scores) <= of <= MOST_RERANKED and 0 < deadline_ms < 2**31:
                return PinnedOrder(name, of, deadline_ms, candidates, scores)
    raise CursorError("is not a cursor of this service")


def _parse_scores(text: str) -> NDArray[np.float32]:
    try:
        scores = np.frombuffer(base64.b85decode(text), "<f4").astype(np.float32)
    except (ValueError, binascii.Error) as error:
        raise CursorError("is not a cursor of this service") from error
    if np.isinf(scores).any():
        raise CursorError("is not a cursor of this service")
    return scores
