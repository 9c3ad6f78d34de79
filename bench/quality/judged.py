"""Judged queries: what is asked, and which artworks answer it."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from core.errors import InputError

FilterValue = str | int | tuple[str, ...]


class Part(StrEnum):
    """Whether choices may be made by a query."""

    TUNED = "tuned"
    ASIDE = "aside"  # looked at for reports alone


@dataclass(frozen=True, slots=True)
class Judged:
    """One query with its judgements: what is not listed is not relevant."""

    qid: str
    query: str
    kind: str
    relevant: frozenset[str]  # artwork ids
    part: Part = Part.TUNED
    filters: Mapping[str, FilterValue] = field(default_factory=dict)  # that its words name

    @property
    def has_facets(self) -> bool:
        """Tell whether words of the query name a filter."""
        return bool(self.filters)


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """Queries judged alike, known by the file that they stand in and its hash."""

    name: str
    file: str
    sha256: str
    queries: tuple[Judged, ...]


def part_of(qid: str) -> Part:
    """Draw the part of a query, about half each, the same for ever."""
    return Part.ASIDE if hashlib.sha256(qid.encode()).digest()[0] % 2 else Part.TUNED


def load_judged(path: Path, *, name: str | None = None, source: str | None = None) -> JudgedSet:
    """Read judged queries, one JSON object on each line.

    A line has `query` and `relevant_ids`; `qid`, `kind`, `filters` and `part` are optional. An id
    without a source is of `source`, or else of any.

    Raises:
        InputError: names the line that is wrong.
    """
    content = path.read_bytes()
    rows = [(number, line) for number, line in enumerate(content.decode().splitlines(), 1) if line]
    queries = tuple(_parse(line, number, source) for number, line in rows)
    file = f"{path.absolute().parent.name}/{path.name}"  # two collections have a queries_dev.jsonl
    return JudgedSet(name or path.stem, file, hashlib.sha256(content).hexdigest(), queries)


def _parse(line: str, number: int, source: str | None) -> Judged:
    try:
        row: dict[str, Any] = json.loads(line)
        return Judged(
            qid=str(row.get("qid") or f"Q{number}"),
            query=row["query"],
            kind=row.get("kind") or "any",
            relevant=frozenset(_artwork_id(id, source) for id in row["relevant_ids"]),
            part=Part(row.get("part") or Part.TUNED),
            filters=dict(_filters(row.get("filters") or {})),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError("queries", f"line {number}: {error!r}") from error


def _artwork_id(given: str | int, source: str | None) -> str:
    return str(given) if source is None or ":" in str(given) else f"{source}:{given}"


def _filters(raw: Mapping[str, Any]) -> Iterator[tuple[str, FilterValue]]:
    for name, value in raw.items():
        yield name, tuple(value) if isinstance(value, list) else value


def write_judged(queries: Iterable[Judged]) -> bytes:
    """Write judged queries as `load_judged` reads them, in one canonical way."""
    lines = (
        json.dumps(
            {
                "qid": query.qid,
                "query": query.query,
                "kind": query.kind,
                "part": query.part,
                "filters": dict(query.filters),
                "relevant_ids": sorted(query.relevant),
            },
            ensure_ascii=False,
            sort_keys=True,
        )
        for query in queries
    )
    return ("\n".join(lines) + "\n").encode()
