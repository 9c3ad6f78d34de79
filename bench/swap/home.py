"""A home with three snapshots that differ: works come, and works are told otherwise."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.record import say
from bench.server import environment

KEEP = {
    "VASARI_KEEP_SNAPSHOTS": "9",  # all of them, whatever is published
    # An approximate index is checked by queries that are like its works, and made-up works are not.
    "VASARI_CATALOGUE_INDEX": "exact",
}
SOURCE = "swap:"  # how the ids of works begin that come and change
MAPPING = """source = "swap"
[columns]
id = "id"
title = "title"
classification = "classification"
subjects = "subjects"
[artists]
name = "artist"
"""
SUBJECTS = ("ships in a storm", "a woman reading", "mountains", "a cat asleep", "horses", "flowers")
KINDS = ("painting", "print", "drawing")
WORKS = (60, 150, 120)  # of each edition beside the base; the third tells half of them otherwise


@dataclass(frozen=True, slots=True)
class Prepared:
    """A home that is ready to be served."""

    home: Path
    snapshots: tuple[str, ...]  # the last one live, the one before it previous
    works: int  # of the largest snapshot


def prepare(home: Path, scratch: Path) -> Prepared:
    """Build three snapshots of a home that has been filled, and copy each."""
    mapping = scratch / "swap.toml"
    mapping.write_text(MAPPING, encoding="utf-8")
    built = []
    for edition, works in enumerate(WORKS):
        table = scratch / f"{edition}.jsonl"
        rows = [json.dumps(_row(i, edition)) for i in range(works)]
        table.write_text("\n".join(rows) + "\n", encoding="utf-8")
        cli(home, "ingest", "table", str(table), "--mapping", str(mapping), "--partial")
        built.append(json.loads(cli(home, "index", "build", "--json")))
        say(f"snapshot {built[-1]['snapshot']}: {built[-1]['artworks']} works")
    ids = [report["snapshot"] for report in built]
    copies = [_copy(home / "snapshots", id) for id in ids]
    return Prepared(home, (*copies, *ids), max(report["artworks"] for report in built))


def cli(home: Path, *words: str) -> str:
    """Run a command of Vasari over a home; what it wrote. Raises CalledProcessError."""
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "cli", *words],
        env=environment(home, KEEP),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout


def _copy(snapshots: Path, id: str) -> str:
    """Copy a snapshot under another time: a process opens more of them than it keeps open."""
    copied = f"{int(id[:4]) - 1}{id[4:]}"
    shutil.copytree(snapshots / id, snapshots / copied)
    return copied


def _row(i: int, edition: int) -> dict[str, object]:
    shift = 1 if edition == 2 and i % 2 else 0
    subject = SUBJECTS[(i + shift) % len(SUBJECTS)]
    return {
        "id": f"{i:03}",
        "title": f"{subject.capitalize()}, plate {i}",
        "artist": f"Painter {(i + 3 * shift) % 7}",
        "classification": KINDS[(i + shift) % len(KINDS)],
        "subjects": [subject, SUBJECTS[(i * 5 + edition) % len(SUBJECTS)]],
    }
