"""The whole state of an installation, but for times and the ids that runs and snapshots draw."""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from bench.soak.collection import QUERIES
from bench.soak.worker import Plan, open_services
from core.queries import Query
from core.records import IngestRun, WorkState
from search.build import Services

State: TypeAlias = dict[str, Any]
_CLOSE = 0.999  # cosine: a text is padded to the longest that is encoded with it
_FETCHES = (
    "select address, is_wanted, state, content_hash, asked, etag, status, reason, tries, "
    "size_bytes from picture_fetches order by address"
)
_TOUCHED = ("created", "changed", "gone", "returned", "pictures_stored")


def read_state(plan: Plan, store: Any, runs_before: int) -> State:  # noqa: ANN401 - boto3 has no types
    """Read an installation that nothing works on; `runs_before` it began with are left out."""
    services = open_services(plan)
    database = plan.home / "vasari.db"
    return {
        "artworks": list(services.catalogue.scan()),
        "content": _read(database, "select id, content_hash from artworks order by id"),
        "gone": _read(database, "select id from artworks, tombstones where key = artwork_key"),
        "gone for searches": (plan.home / "snapshots" / "gone.json").read_text(encoding="utf-8"),
        **_runs(services, runs_before),
        "picture ledger": _read(database, _FETCHES),
        "blobs": _blobs(store, plan.bucket),
        "embeddings": _embeddings(database),
        **_snapshots(services),
        "files": _files(plan.home),
    }


def differences(whole: State, killed: State) -> list[str]:
    """Name what is not the same; embeddings may differ by what they were encoded together with."""
    different = [name for name in whole if name != "embeddings" and whole[name] != killed[name]]
    if not _same_vectors(whole["embeddings"], killed["embeddings"]):
        different.append("embeddings")
    return different


def _read(database: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(sql).fetchall()


def _runs(services: Services, before: int) -> State:
    """Read the ledger: the run that took the edition, and what is wrong with those after it."""
    new = services.runs.latest(10_000)[::-1][before:]
    first: dict[str, IngestRun] = {}
    for run in new:
        first.setdefault(run.source, run)
    later = [run for run in new if run.id != first[run.source].id]
    return {
        "runs": {source: _counts(run) for source, run in first.items()},
        "lines": {
            source: [one.line for one in services.runs.lines(run.id, limit=10_000)]
            for source, run in first.items()
        },
        "later runs": [run for run in later if _is_wrong(run)],
    }


def _counts(run: IngestRun) -> State:
    drawn = ("id", "started_at", "finished_at")
    return {name: value for name, value in asdict(run).items() if name not in drawn}


def _is_wrong(run: IngestRun) -> bool:
    return run.state is not WorkState.SUCCEEDED or any(getattr(run, name) for name in _TOUCHED)


def _blobs(store: Any, bucket: str) -> dict[str, tuple[str, bytes]]:  # noqa: ANN401 - boto3
    pages = store.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    keys = [one["Key"] for page in pages for one in page.get("Contents", ())]
    answers = {key: store.get_object(Bucket=bucket, Key=key) for key in keys}
    return {key: (one["ContentType"], one["Body"].read()) for key, one in answers.items()}


def _embeddings(database: Path) -> dict[tuple[str, str], np.ndarray[Any, Any]]:
    rows = _read(database, "select space_key, content_hash, vector from embeddings")
    return {(space, content): np.frombuffer(vector, "<f4") for space, content, vector in rows}


def _same_vectors(whole: Mapping[Any, Any], killed: Mapping[Any, Any]) -> bool:
    return whole.keys() == killed.keys() and all(
        float(vector @ killed[key]) > _CLOSE * float(np.linalg.norm(vector)) ** 2
        for key, vector in whole.items()
    )


def _snapshots(services: Services) -> State:
    """Read what is live, what is wrong with it, and what it answers."""
    live = services.snapshots.current()
    entries = services.snapshots.entries()
    settings = services.settings
    loose = [
        facts
        for facts in services.snapshots.facts(settings.pin_minutes)[settings.keep_snapshots :]
        if not (facts.entry.is_live or facts.entry.is_previous or facts.pinned_until)
    ]
    return {
        "faults of snapshots": [
            f for entry in entries for f in services.snapshots.verify(entry.id)
        ],
        "snapshots beyond the policy": len(loose),
        "live artworks": len(live),
        "spaces": sorted(live.spaces),
        "hits": {text: sorted(_hits(services, text)) for text in QUERIES},
    }


def _hits(services: Services, text: str) -> Iterable[str]:
    return (hit.artwork["id"] for hit in services.engine.search(Query(text=text, limit=10)).hits)


def _files(home: Path) -> list[str]:
    """List the files of a home; those of a snapshot once, and none of a database that is open."""
    found = set()
    for path in home.rglob("*"):
        folder, *rest = path.relative_to(home).parts
        if folder.startswith("vasari.db"):
            continue
        if folder == "snapshots" and rest and rest[0][:1].isdigit():
            rest[0] = "a snapshot"
        found.add("/".join((folder, *rest)))
    return sorted(found)
