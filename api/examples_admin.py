"""Examples of what is answered to admins; a test holds each against its schema."""

from api.examples import JOB_ID, SNAPSHOT_ID, SPACE
from core.types import Json

_CHECKS: list[Json] = [
    {
        "name": "rows: artworks",
        "passed": True,
        "detail": "464, and 464 in the database",
        "measured": 464.0,
        "least": 464.0,
    },
    {
        "name": f"recall of {SPACE}",
        "passed": True,
        "detail": "recall@10 1.000 against exact search, over 48 queries",
        "measured": 1.0,
        "least": 0.95,
    },
]
JOB_PROBLEM: Json = {
    "type": "urn:vasari:job-running",
    "title": "Another reindex is running",
    "status": 409,
    "detail": f"job {JOB_ID} is running; wait for it or ask for its state",
    "errors": [],
    "job_id": JOB_ID,
    "job_url": f"/v1/admin/jobs/{JOB_ID}",
}
JOB: Json = {
    "id": JOB_ID,
    "kind": "reindex",
    "state": "running",
    "parameters": {"spaces": None, "embed": "missing", "dry_run": False},
    "created_at": "2026-11-22T02:42:10Z",
    "started_at": "2026-11-22T02:42:10Z",
    "finished_at": None,
    "stage": f"embed {SPACE}",
    "done": 128,
    "total": 464,
    "rate_per_s": 64.0,
    "remaining_s": 5.3,
    "cancel_requested": False,
    "result": None,
    "error": None,
}
PUBLISHED: Json = {"snapshot": SNAPSHOT_ID, "checks": _CHECKS}
SNAPSHOT: Json = {
    "id": SNAPSHOT_ID,
    "built_at": "2026-11-22T02:42:10Z",
    "artworks": 464,
    "vectors": 464,
    "size_bytes": 4_812_344,
    "is_live": True,
    "is_previous": False,
    "is_in_use": True,
    "pinned_until": None,
    "live": [{"begin": "2026-11-22T02:42:14Z", "end": None}],
    "quality": {"at": "2026-11-22T02:42:13Z", "ndcg_10": 0.867, "checks": _CHECKS},
    "spaces": [
        {
            "key": "7c1e0a9b5d3f2846",
            "name": SPACE,
            "encoder": {
                "name": "minilm",
                "revision": "72af32b45ce4",
                "dtype": "int8",
                "preprocessing": "9f86d081884c7d65",
                "dim": 384,
                "modalities": ["text"],
                "instruction": None,
            },
            "vectors": 464,
            "artworks": 464,
            "index": "Flat",
            "ways": [],
            "calibration": None,
        }
    ],
}
AUDIT_PAGE: Json = {
    "entries": [
        {
            "number": 17,
            "at": "2026-11-22T02:42:10Z",
            "action": "reindex",
            "outcome": "ok",
            "key_id": "5994471a",
            "subject": JOB_ID,
            "reason": None,
            "address": "192.0.2.7",
        }
    ],
    "before": None,
}
ADMIN_EXAMPLES: dict[str, Json] = {
    "JobProblem": JOB_PROBLEM,
    "Job": JOB,
    "PublishedSnapshot": PUBLISHED,
    "Snapshot": SNAPSHOT,
    "AuditPage": AUDIT_PAGE,
}
