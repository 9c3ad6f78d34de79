"""Runs on disk: what each way answered to each query, from which every figure can be made again."""

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.quality.answering import Answer

_HITS = ("ids", "scores")
LARGEST_BYTES = 2_000_000  # kept beside the rows; what is larger stays in the cache


def run_path(folder: Path, set_name: str, subjects: str, config: str) -> Path:
    """Name the file of one way to answer one set."""
    words = "-".join((set_name, subjects, config)).replace(" ", "-").replace(",", "")
    return folder / f"{words}.jsonl.gz"


def write_run(path: Path, answers: Sequence[Answer], scores: Mapping[str, Sequence[float]]) -> None:
    """Keep the hits of a run with the measures of each query, a line for each."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (
        json.dumps(
            {
                "qid": answer.qid,
                **{name: round(values[place], 4) for name, values in scores.items()},
                "ids": answer.ids,
                "scores": [float(f"{score:.5g}") for score in answer.scores],
            }
        )
        for place, answer in enumerate(answers)
    )
    temporary = path.with_suffix(".part")
    # A fixed time of writing, so that equal runs are equal files.
    temporary.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode(), 9, mtime=0))
    temporary.replace(path)


def read_run(path: Path) -> Iterator[dict[str, Any]]:
    """Read what `write_run` wrote."""
    for line in gzip.decompress(path.read_bytes()).decode().splitlines():
        yield json.loads(line)


def bundle(folder: Path, beside: Path) -> dict[str, str | int]:
    """Put all runs of one run of the suite into one file, beside its rows where it is small."""
    lines = [
        json.dumps({"run": path.name.removesuffix(".jsonl.gz"), **row})
        for path in sorted(folder.glob("*.jsonl.gz"))
        for row in read_run(path)
    ]
    packed = gzip.compress(("\n".join(lines) + "\n").encode(), 9, mtime=0)
    small = len(packed) <= LARGEST_BYTES
    name = f"{beside.stem}-runs.jsonl.gz"
    (beside.parent / name).unlink(missing_ok=True)
    path = (beside.parent if small else folder.parent) / name
    path.write_bytes(packed)
    _write_queries(beside.with_name(f"{beside.stem}-queries.jsonl.gz"), lines)
    digest = hashlib.sha256(packed).hexdigest()
    shown = path.name if small else f".cache/bench/quality/runs/{path.name}"
    return {"file": shown, "sha256": digest, "bytes": len(packed), "runs": len(lines)}


def _write_queries(path: Path, lines: Sequence[str]) -> None:
    """Keep the measures of each query without its hits, always beside the rows."""
    rows = (json.loads(line) for line in lines)
    bare = [json.dumps({k: v for k, v in row.items() if k not in _HITS}) for row in rows]
    path.write_bytes(gzip.compress(("\n".join(bare) + "\n").encode(), 9, mtime=0))
