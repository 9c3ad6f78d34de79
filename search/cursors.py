"""Cursors: where the next page begins, pinned to a snapshot and a query."""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass

from core.errors import CursorError
from core.filter_json import filter_json
from core.queries import Query

MAX_OFFSET = 2**31


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the answer to one query on one snapshot."""

    snapshot: str
    fingerprint: str
    offset: int


def encode_cursor(cursor: Cursor) -> str:
    """Write a cursor as text that is safe in a URL."""
    data = json.dumps([cursor.snapshot, cursor.fingerprint, cursor.offset], separators=(",", ":"))
    return base64.urlsafe_b64encode(data.encode()).decode().rstrip("=")


def decode_cursor(text: str, query: Query) -> Cursor:
    """Read a cursor and check that it belongs to the query. Raises CursorError."""
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        data = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error) as error:
        raise CursorError("is not a cursor of this service") from error
    match data:
        case [str(snapshot), str(fingerprint), int(offset)] if 0 <= offset < MAX_OFFSET:
            cursor = Cursor(snapshot, fingerprint, offset)
        case _:
            raise CursorError("is not a cursor of this service")
    if cursor.fingerprint != query_fingerprint(query):
        raise CursorError("belongs to another query; send it with the query that it came from")
    return cursor


def query_fingerprint(query: Query) -> str:
    """Identify a query by what decides the order of its hits."""
    picture = None if query.picture is None else hashlib.sha256(query.picture.tobytes()).hexdigest()
    where = None if query.where is None else filter_json(query.where)
    parts = (
        query.text,
        picture,
        query.like,
        where,
        sorted(query.weights.items()),
        query.recall,
        query.include_self,
    )
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]
