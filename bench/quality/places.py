"""Where the suite keeps what it makes, and what decides whether it is still good."""

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from bench.record import RESULTS

ROOT = Path(__file__).resolve().parents[2]
CASES = Path(__file__).parent / "cases"
CACHE = ROOT / ".cache" / "bench" / "quality"
ROWS = RESULTS / "quality.jsonl"
# What a snapshot is made by, and what answers a query on top of that.
INDEXING = ("core", "db", "index", "ingest", "models", "search")


@cache
def code_key() -> str:
    """Hash the code that decides an answer: what an older one gave is not gone on with."""
    return content_key(_sources(INDEXING))


def _sources(folders: Iterable[str]) -> list[tuple[str, str]]:
    paths = (p for folder in folders for p in sorted((ROOT / folder).rglob("*")) if _decides(p))
    return [(str(p.relative_to(ROOT)), hashlib.sha256(p.read_bytes()).hexdigest()) for p in paths]


def _decides(path: Path) -> bool:
    return path.suffix in (".py", ".toml", ".txt", ".json") and path.is_file()


def content_key(parts: object) -> str:
    """Hash what decides the content of something: 12 hex digits."""
    canonical = json.dumps(parts, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]
