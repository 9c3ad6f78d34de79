"""What is asked during the load: words, filters, facets, likeness, pictures, later pages."""

import base64
import http.client
import io
import json
import random
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from bench.serving import QUERIES

FILTERS: tuple[dict[str, Any], ...] = (
    {"field": "classification", "op": "words", "value": "painting"},
    {"field": "medium", "op": "words", "value": "oil"},
    {"field": "year", "op": "overlaps", "value": {"from": 1800, "to": 1900}},
    {"field": "classification", "op": "words", "value": "print"},
)
FACETS = ["classification", "medium", "artist"]
LIMIT = 10
TIMEOUT_S = 30.0
BODY, CURSOR = "body", "cursor"


@dataclass(frozen=True, slots=True)
class Request:
    """One thing to ask; a paged one is followed by its next page, by cursor."""

    number: int
    kind: str
    body: str  # JSON, without a cursor

    def json(self, cursor: str | None = None) -> bytes:
        """Write the body, with the cursor of the page before."""
        return json.dumps(json.loads(self.body) | ({"cursor": cursor} if cursor else {})).encode()


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer says that must be the same for each snapshot."""

    status: int  # 0: none came
    snapshot: str = ""
    hits: int = 0  # checksum of ids and scores as they are printed, of the total and the facets
    cursor: str | None = None


def requests(artworks: Sequence[str], *, seed: int, count: int) -> list[Request]:
    """Draw requests, the same for a seed; artworks are what may be referred to."""
    chance = random.Random(seed)  # noqa: S311 - a load, no secrets
    kinds: dict[str, Callable[[], dict[str, Any]]] = {
        "words": lambda: {"q": _words(chance)},
        "filter": lambda: {"q": _words(chance), "filter": chance.choice(FILTERS)},
        "facets": lambda: {"q": _words(chance), "facets": FACETS},
        "browse": lambda: {"filter": chance.choice(FILTERS), "facets": FACETS},
        "like": lambda: {"like": chance.choice(artworks)},
        "like and words": lambda: {"like": chance.choice(artworks), "q": chance.choice(QUERIES)},
        "picture": lambda: {"image": _picture(chance.randrange(1000))},
        "page": lambda: {"q": _words(chance)},
    }
    names = list(kinds)
    drawn = []
    for number in range(count):
        kind = names[number % len(names)]
        drawn.append(Request(number, kind, json.dumps({**kinds[kind](), "limit": LIMIT})))
    return drawn


def ask(connection: http.client.HTTPConnection, body: bytes) -> tuple[int, bytes]:
    """Send a search; the status and the body. Raises OSError, HTTPException."""
    connection.request("POST", "/v1/search", body, {"Content-Type": "application/json"})
    response = connection.getresponse()
    return response.status, response.read()


def read_answer(status: int, body: bytes) -> Answer:
    """Read what must be the same whenever a snapshot is asked."""
    if status != 200:
        return Answer(status)
    page = json.loads(body)
    hits = [[hit["artwork"]["id"], hit["score"]] for hit in page["hits"]]
    kept = json.dumps([hits, page["total"], page["facets"]], sort_keys=True)
    return Answer(status, page["snapshot"], zlib.crc32(kept.encode()), page["cursor"])


def open_connection(port: int) -> http.client.HTTPConnection:
    """Make a connection to a service of this machine."""
    return http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)


def _words(chance: random.Random) -> str:
    # Two queries in one, so that few requests are equal.
    first, second = chance.sample(QUERIES, 2)
    return f"{first} {second}" if chance.random() < 0.5 else first


def _picture(seed: int) -> str:
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 5, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(np.kron(coarse, np.ones((40, 40, 1), np.uint8))).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()
