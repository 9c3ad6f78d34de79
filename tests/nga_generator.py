"""Dumps in the layout of the National Gallery of Art, of any size, with the faults of real ones.

The works are those of the slice beside the project where it is there, else made up; which of them
has which fault follows from a seed, and `Expected` counts what a reader must find.
"""

import csv
import random
from collections import Counter
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path

from tests.nga_columns import TABLES
from tests.nga_works import SLICE, Work, made, of_the_slice

ORPHAN_IMAGES = 3829 / 130_000  # as many as the real dump has
OF_2026 = frozenset({"uuid", "openaccess"})  # of objects, constituents and pictures
TERMS = (("Keyword", "boat"), ("Theme", "landscape"), ("School", "Dutch"), ("Style", "Baroque"),
         ("Technique", "etching"), ("Place Executed", "Paris"), ("Keyword", "sea"))  # fmt: skip


@dataclass(slots=True)
class Expected:
    """What a reader must find in a dump."""

    artworks: int = 0
    rows: Counter[str] = field(default_factory=Counter)  # by table, damaged ones included
    rules: Counter[str] = field(default_factory=Counter)  # lines of the ledger, by rule


class Generator:
    """Writes one dump; the same numbers and seed write the same bytes."""

    def __init__(self, *, seed: int = 0, is_2026: bool = True, from_slice: bool = True) -> None:
        self._random = random.Random(seed)  # noqa: S311 - no secret
        self._is_2026 = is_2026
        self._people, self._works = (
            of_the_slice() if from_slice and SLICE.is_dir() else made(self._random)
        )
        self._ids = list(self._people)
        self.expected = Expected()
        self._writers: dict[str, Table] = {}

    def write(self, folder: Path, objects: int) -> Expected:
        """Write all tables; about as many linked rows to an object as in the real dump."""
        folder.mkdir(parents=True, exist_ok=True)
        self._writers = {name: Table(folder, name, self._columns(name)) for name in TABLES}
        self._write_people()
        for number in range(objects):
            self._write_object(number, objects)
        for number in range(round(objects * ORPHAN_IMAGES)):
            self._add("published_images", self._image(f"9{number:08}", f"o{number}", "primary", 0))
            self.expected.rules["orphan-image"] += 1
        for table in self._writers.values():
            table.close()
        return self.expected

    def _columns(self, table: str) -> list[str]:
        """The columns as that year has them, in any order, with one that nobody knows."""
        found = [name for name in TABLES[table] if self._is_2026 or name not in OF_2026]
        if table == "alternative_identifiers":
            found = list(TABLES[table])
        self._random.shuffle(found)
        return [*found, "futurecolumn"]

    def _add(self, table: str, row: dict[str, str]) -> None:
        self._writers[table].add(row)
        self.expected.rows[table] += 1

    def _write_people(self) -> None:
        for number, one in enumerate(self._people.values()):
            self._add("constituents", {
                "constituentid": one.id, "uuid": f"p-{one.id}", "forwarddisplayname": one.name,
                "preferreddisplayname": one.inverted, "beginyear": one.begin, "endyear": one.end,
                "nationality": "Dutch", "constituenttype": "individual",
            })  # fmt: skip
            self._add("constituents_altnames", {
                "altnameid": str(number), "constituentid": one.id, "nametype": "Variant",
                "forwarddisplayname": f"{one.name} the Younger",
            })  # fmt: skip

    def _write_object(self, number: int, objects: int) -> None:
        id = str(1000 + number)
        work = self._works[number % len(self._works)]
        row = self._object(id, work, number)
        kind = number % 1000
        if kind == 11:  # a stray quote: nothing hangs on what cannot be read
            self._writers["objects"].add_raw({**row, "title": f'"{row["title"]} unclosed'})
            self.expected.rows["objects"] += 1
            self.expected.rules["malformed-row"] += 1
            return
        if kind == 7:
            row["title"] += " \udce9t\udce9"  # bytes of Latin-1
            self.expected.rules["stray-bytes"] += 1
        person = self._people[work.person]
        if number % 97 == 5 and person.begin and person.end:
            row |= {"displaydate": "", "beginyear": person.begin, "endyear": person.end}
            self.expected.rules["life-dates"] += 1
        is_aside = kind == 200 and objects - number > 3
        row["isvirtual"] = "1" if is_aside else "0"
        self._add("objects", row)
        if kind == 13:
            self._add("objects", row)
            self.expected.rules["duplicate"] += 1
        self._write_parts(number, objects, id)
        self._write_linked(id, number, person.id)
        self.expected.rules["virtual-whole"] += is_aside
        self.expected.artworks += not is_aside

    def _write_parts(self, number: int, objects: int, id: str) -> None:
        kind = number % 1000
        if kind in (200, 300) and objects - number > 3:
            relationship = "separable" if kind == 200 else "inseparable"
            for part in (1001 + number, 1002 + number):
                self._add("object_associations", {
                    "parentobjectid": id, "childobjectid": str(part), "relationship": relationship,
                })  # fmt: skip

    def _write_linked(self, id: str, number: int, person: str) -> None:
        people = [person, self._random.choice(self._ids)] if number % 3 else [person]
        if number % 700 == 9:
            people.append("99999999")
            self.expected.rules["unknown-constituent"] += 1
        for order, one in enumerate(people):
            self._add("objects_constituents", {
                "objectid": id, "constituentid": one, "displayorder": str(order),
                "roletype": "artist" if order == 0 else "owner", "role": "painter",
            })  # fmt: skip
        for sequence in range(1 + (number % 5 == 0)):
            view = "primary" if sequence else "alternate" if number % 5 == 0 else "primary"
            self._add("published_images", self._image(id, f"i{number}-{sequence}", view, sequence))
        for place in range(3 + number % 2):
            kind, term = TERMS[(number + place) % len(TERMS)]
            self._add("objects_terms", {"termid": str(place), "objectid": id, "termtype": kind,
                                        "term": term})  # fmt: skip
        for size in ("height", "width"):
            self._add("objects_dimensions", {
                "objectid": id, "element": "overall", "dimensiontype": size,
                "dimension": f"{20 + number % 90}.5000000000", "unitname": "centimeters",
            })  # fmt: skip
        self._add("objects_text_entries", {
            "objectid": id, "year": "1999" if number % 2 else "",
            "texttype": "bibliography" if number % 2 else "brief_narrative",
            "text": f'A "quiet" work,\r\nno. {number}, on page 12',
        })  # fmt: skip
        if number % 2:
            self._add("alternative_identifiers", {
                "uuid": f"u-{id}", "idschemelabel": "Estate Number", "identifier": f"E{number}",
            })  # fmt: skip

    def _object(self, id: str, work: Work, number: int) -> dict[str, str]:
        return {
            "objectid": id, "uuid": f"u-{id}", "accessioned": "1", "title": work.title,
            "accessionnum": f"{1937 + number % 80}.{number}.1", "displaydate": work.date,
            "beginyear": work.begin, "endyear": work.end, "medium": work.medium,
            "dimensions": "" if number % 4 else "61 x 50 cm\r\nframed: 80 x 70 cm",
            "attribution": self._people[work.person].name, "creditline": "Gift of a Friend",
            "provenancetext": f"The artist; sold 1901, lot {number}.",
            "classification": "Painting", "departmentabbr": "CEP-F", "futurecolumn": f"f{number}",
        }  # fmt: skip

    def _image(self, id: str, uuid: str, view: str, sequence: int) -> dict[str, str]:
        address = f"https://api.nga.gov/iiif/{uuid}"
        return {
            "uuid": uuid, "iiifurl": address, "viewtype": view, "sequence": str(sequence),
            "iiifthumburl": f"{address}/full/!200,200/0/default.jpg", "width": "4000",
            "height": "3000", "maxpixels": "640" if sequence else "", "depictstmsobjectid": id,
            "openaccess": "0" if sequence else "1", "assistivetext": "A painting, framed",
        }  # fmt: skip


class Table:
    """A CSV file that also takes rows as no writer of CSV would write them."""

    def __init__(self, folder: Path, name: str, columns: list[str]) -> None:
        self._columns = columns
        raw = (folder / f"{name}.csv").open("wb")
        self._file = TextIOWrapper(raw, "utf-8", "surrogateescape", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(columns)

    def add(self, row: dict[str, str]) -> None:
        """Write a row."""
        self._writer.writerow([row.get(name, "") for name in self._columns])

    def add_raw(self, row: dict[str, str]) -> None:
        """Write a row without any quotes but its own."""
        cells = (row.get(name, "").replace(",", " ") for name in self._columns)
        self._file.write(",".join(cells).replace("\r\n", " ") + "\r\n")

    def close(self) -> None:
        """Finish the file."""
        self._file.close()
