"""Cursors: where the next page begins, pinned to a snapshot and a query."""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import CursorError
from core.filter_json import filter_json
from core.queries import LegQuery, Query
from core.types import Pixels
from search.pinned_order import PinnedOrder, parse_pinned

MAX_OFFSET = 2**31


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the answer to one query on one snapshot."""

    snapshot: str
    fingerprint: str
    offset: int
    pinned: PinnedOrder | None = None  # what was reranked for the first page


def encode_cursor(cursor: Cursor) -> str:
    """Write a cursor as text that is safe in a URL."""
    parts = [cursor.snapshot, cursor.fingerprint, cursor.offset]
    pinned = [cursor.pinned.to_json()] if cursor.pinned else []
    data = json.dumps(parts + pinned, separators=(",", ":"))
    return base64.urlsafe_b64encode(data.encode()).decode().rstrip("=")


def decode_cursor(text: str, query: Query) -> Cursor:
    """Read a cursor and check that it belongs to the query. Raises CursorError."""
    cursor = _parse(text)
    if cursor.fingerprint != query_fingerprint(query):
        raise CursorError("belongs to another query; send it with the query that it came from")
    return cursor


def cursor_snapshot(text: str) -> str:
    """Tell which snapshot a cursor is pinned to, whatever its query. Raises CursorError."""
    return _parse(text).snapshot


def query_fingerprint(query: Query) -> str:
    """Identify a query by what decides the order of its hits."""
    parts = (
        legs_fingerprint(query),
        query.collapse,
        query.group_by,
        query.diversity,
        query.min_match,
        query.understand,
        # The deadline does not decide it: what there was time for stands in the cursor.
        query.rerank and (query.rerank.depth or "as configured"),
        float(query.fusion_k),
        query.most,
    )
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]


def legs_fingerprint(query: Query) -> str:
    """Identify a query by what decides what its legs find."""
    parts = (
        query.text,
        _picture_hash(query.picture),
        query.like,
        [(i.text, _picture_hash(i.picture), i.artwork, i.weight) for i in query.inputs],
        sorted(query.aspects),
        None if query.where is None else filter_json(query.where),
        sorted(query.weights.items()),
        query.recall,
        query.include_self,
        [_leg_parts(leg) for leg in query.legs],
    )
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _leg_parts(leg: LegQuery) -> Sequence[object]:
    where = None if leg.where is None else filter_json(leg.where)
    inputs = (leg.text, _picture_hash(leg.picture), leg.like)
    return (leg.leg, leg.name or leg.leg, *inputs, leg.weight, leg.depth, where)


def _parse(text: str) -> Cursor:
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        data = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, RecursionError) as error:  # bad base64 is a ValueError too
        raise CursorError("is not a cursor of this service") from error
    match data:
        case [str(snapshot), str(fingerprint), int(offset), *more] if 0 <= offset < MAX_OFFSET:
            return Cursor(snapshot, fingerprint, offset, parse_pinned(more))
        case _:
            raise CursorError("is not a cursor of this service")


def _picture_hash(picture: Pixels | None) -> str | None:
    if picture is None:
        return None
    shape = "x".join(map(str, picture.shape))
    return hashlib.sha256(shape.encode() + picture.tobytes()).hexdigest()
