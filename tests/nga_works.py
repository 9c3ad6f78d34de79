"""People and works for a made dump: those of the slice beside the project, or made up."""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SLICE = Path(__file__).resolve().parents[2] / "shared" / "data" / "nga"


@dataclass(frozen=True, slots=True)
class Work:
    """What a made object takes from a real one."""

    title: str
    date: str
    begin: str
    end: str
    medium: str
    person: str  # constituent id


@dataclass(frozen=True, slots=True)
class Person:
    """A constituent."""

    id: str
    name: str
    inverted: str
    begin: str
    end: str


def of_the_slice() -> tuple[dict[str, Person], list[Work]]:
    """Take the people and the works of the slice."""
    people = {r["constituentid"]: _person(r) for r in _read("constituents")
              if r["forwarddisplayname"]}  # fmt: skip
    makers = {r["objectid"]: r["constituentid"] for r in _read("objects_constituents")}
    works = [
        Work(r["title"], r["displaydate"], r["beginyear"], r["endyear"], r["medium"], makers[id])
        for r in _read("objects")
        if (id := r["objectid"]) in makers and makers[id] in people and r["displaydate"]
        and r["beginyear"]
    ]  # fmt: skip
    return people, works


def _person(row: dict[str, str]) -> Person:
    return Person(row["constituentid"], row["forwarddisplayname"], row["preferreddisplayname"],
                  row["beginyear"], row["endyear"])  # fmt: skip


def made(source: random.Random) -> tuple[dict[str, Person], list[Work]]:
    """Make people and works up."""
    people = {
        str(i): Person(str(i), f"Painter {i}", f"{i}, Painter", str(1400 + i), str(1460 + i))
        for i in range(1, 60)
    }
    titles = ("Sea", 'The "Good" Ship', "Roses, in a Vase", "Étude", "Untitled", "Two Boats")
    works = [
        Work(f"{source.choice(titles)} {i}", f"c. {1500 + i}", str(1500 + i), str(1500 + i),
             "oil on canvas", source.choice(list(people)))
        for i in range(200)
    ]  # fmt: skip
    return people, works


def _read(table: str) -> Iterator[dict[str, str]]:
    with (SLICE / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)
