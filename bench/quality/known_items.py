"""Known items: the description of a work as the query that has to find it, itself withheld."""

import hashlib
import re

from bench.quality.homes import Collection
from bench.quality.judged import Judged, JudgedSet, part_of, write_judged
from core.queries import LONGEST_TEXT
from core.types import Artwork

KIND = "known item"
WITHHELD = ("description", "alt_text")
MOST = 500  # queries; an even draw of more says no more
_MAPPED = re.compile(r"\s*(Also known as|Original title:) .*$")  # what a mapping adds: other titles


def known_items(collection: Collection) -> JudgedSet:
    """Ask for each work of a collection by its description, or else by its picture's text."""
    items = (item.artwork for item in collection.open().read() if item.artwork is not None)
    queries = sorted((q for artwork in items if (q := _query(artwork))), key=lambda q: q.qid)
    step = max(1, -(-len(queries) // MOST))
    drawn = tuple(queries[::step])
    name = f"known-items-{collection.name}"
    digest = hashlib.sha256(write_judged(drawn)).hexdigest()
    return JudgedSet(name, f"{name}.jsonl", digest, drawn)


def _query(artwork: Artwork) -> Judged | None:
    alt_texts = [image.alt_text for image in artwork.images if image.alt_text]
    said = _MAPPED.sub("", artwork.description or "") or next(iter(alt_texts), "")
    if not said.strip():
        return None
    qid = "K" + hashlib.sha256(artwork.id.encode()).hexdigest()[:8]
    text = said.strip()[:LONGEST_TEXT]
    return Judged(qid, text, KIND, frozenset({artwork.id}), part_of(qid))
