"""Examples of answers for the OpenAPI document; a test holds each against its schema."""

from core.types import Json

ARTWORK_ID = "sample:monet-water-lilies-1906"
JOB_ID = "b215c019ae344594957df7ac4ec76afa"
EXECUTION_ID = "5d1c2f7be7d64b9e9c35b8a6a0f2f9d3"
RETRIEVER = "search"
RUN_ID = "0f9c4a64a38b4d0fb7f2f3f5a9d1c7e2"
SNAPSHOT_ID = "20261122T024210Z-42e32066"
SPACE = "minilm@72af32b45ce4/catalogue"

_OPEN: Json = {
    "status": "open",
    "statement": "https://creativecommons.org/publicdomain/zero/1.0/",
    "source_field": "ingest/sample",
    "value": "drawn by the Vasari project",
}
CARD: Json = {
    "id": ARTWORK_ID,
    "title": "Water Lilies",
    "artists": [
        {
            "id": "sample:claude-monet",
            "name": "Claude Monet",
            "role": "artist",
            "begin": 1840,
            "end": 1926,
        }
    ],
    "date": "1906",
    "begin": 1906,
    "end": 1906,
    "medium": "oil on canvas",
    "classification": "painting",
    "collection": "Art Institute of Chicago",
    "place": "Chicago, United States",
    "credit_line": None,
    "accession_number": None,
    "other_titles": [],
    "identifiers": [],
    "part_of": None,
    "description": "There is no bank or sky, only rafts of lilies over mirrored clouds.",
    "dimensions": "89.9 × 94.1 cm",
    "subjects": ["water lilies", "pond", "reflection"],
    "movements": ["Impressionism"],
    "url": None,
    "image": {
        "thumbnail": "/v1/images/sample%3Amonet-water-lilies-1906?size=thumb",
        "full": "/v1/images/sample%3Amonet-water-lilies-1906?size=full",
        "url": None,
        "iiif_url": None,
        "width": 480,
        "height": 459,
        "alt_text": None,
    },
    "rights": {"image": _OPEN, "data": _OPEN},
}
SEARCH_ANSWER: Json = {
    "hits": [
        {
            "rank": 1,
            "score": 0.032787,
            "artwork": CARD,
            "legs": [
                {"name": "catalogue", "rank": 1, "score": 0.6123},
                {"name": "lexical", "rank": 1, "score": 14.2},
            ],
            "duplicates": [],
            "group": None,
            "is_reranked": True,
            "rerank_score": 0.8731,
        }
    ],
    "total": 464,
    "window": 464,
    "cursor": "WyIyMDI2MTEyMlQwMjQyMTBaLTQyZTMyMDY2IiwiM2YyYjFhOWMwZDRlIiwxXQ",
    "facets": {"classification": [{"value": "painting", "id": None, "count": 288}]},
    "stages": [
        {
            "name": "picture",
            "duration_ms": 0.002,
            "input_count": 0,
            "output_count": 0,
            "skipped": "no picture was given",
            "degraded": None,
            "cache_hit": False,
            "error": None,
        }
    ],
    "plan": [
        {
            "leg": "catalogue",
            "space": SPACE,
            "strategy": "scan",
            "recall": {"kind": "exact", "target": None, "measured": None},
            "rows_matching": 464,
            "rows_scored": 464,
            "rows_refined": None,
            "nprobe": None,
            "estimates_ms": {},
            "weight": 1.0,
            "inputs": [{"kind": "text", "value": "boats in a storm", "weight": 1.0}],
        }
    ],
    "pipeline": [
        {
            "name": "feature_search",
            "type": "feature_search",
            "input_count": 464,
            "output_count": 464,
            "duration_ms": 5.91,
            "queue_ms": 0.004,
            "cache_hit": False,
            "skipped": None,
            "degraded": None,
            "error": None,
            "left_out": [{"part": "legs.1", "reason": "nothing was given: it searches by image"}],
        }
    ],
    "snapshot": SNAPSHOT_ID,
    "models": {
        "catalogue": f"{SPACE}#9a4f0c1d2e3b5a67",
        "picture": "efficientnet-lite0@0b1c2d3e4f50/picture#1b7e2d3c4f5a6978",
        "reranker": "qwen3-vl-reranker-2b@5a1f3c",
    },
    "execution_id": EXECUTION_ID,
    "retriever": {"name": "search", "version": 1, "hash": "6b86b273ff34fce1"},
    "cache": {
        "hit": False,
        "key": "d4735e3a265e16ee",
        "age_s": None,
        "coalesced": False,
        "missed_because": ["inputs"],
    },
    "duration_ms": 6.42,
    "match": {"level": "good", "score": 0.995065, "cut": 0},
    "reranked": {
        "reranker": "qwen3-vl-reranker-2b@5a1f3c",
        "summary": "32 of 80",
        "count": 32,
        "of": 80,
        "deadline_ms": 500,
        "overshoot_ms": 0.0,
    },
    "understanding": {
        "mode": "apply",
        "spans": [
            {
                "begin": 0,
                "end": 8,
                "text": "Turner's",
                "readings": [
                    {
                        "kind": "artist",
                        "label": "J. M. W. Turner",
                        "filter": {"field": "artist_id", "op": "in", "value": ["sample:turner"]},
                        "matching": 2,
                        "confidence": 0.9,
                        "is_applied": True,
                    }
                ],
            }
        ],
        "text": "boats in a storm",
        "away": [],
        "filter": {"field": "artist_id", "op": "in", "value": ["sample:turner"]},
        "note": None,
        "language": None,
    },
}
PROBLEM: Json = {
    "type": "urn:vasari:filter",
    "title": "The filter cannot be understood",
    "status": 422,
    "detail": "from: years are reversed: from 1900 is after to 1800",
    "errors": [{"field": "from", "message": "years are reversed: from 1900 is after to 1800"}],
}
READINESS: Json = {
    "status": "ready",
    "checks": [
        {
            "name": "snapshot",
            "ok": True,
            "detail": f"{SNAPSHOT_ID}, 464 artworks",
            "required": True,
        }
    ],
    "memory_bytes": 98_566_144,
}
EXAMPLES: dict[str, Json] = {
    "ArtworkCard": CARD,
    "SearchAnswer": SEARCH_ANSWER,
    "Problem": PROBLEM,
    "Readiness": READINESS,
}
