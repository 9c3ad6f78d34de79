"""Where the bench keeps what it makes."""

import hashlib
import json
from pathlib import Path

from bench.record import RESULTS

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "bench" / "ann"
TRIAL = CACHE / "trial"  # rows and reports of quick runs and of cut data sets
ROWS = RESULTS / "ann.jsonl"


def content_key(parts: object) -> str:
    """Hash what decides the content of something cached: 12 hex digits."""
    canonical = json.dumps(parts, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]
