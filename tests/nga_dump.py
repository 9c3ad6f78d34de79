"""A small dump in the layout of the National Gallery of Art, written by a test."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from ingest.sources.nga import NgaSource

# Columns as the dumps order them, and a row that fits each; tests change what matters to them.
OBJECT = {
    "objectid": "1",
    "accessioned": "1",
    "accessionnum": "1937.1.1",
    "title": "Sea",
    "displaydate": "c. 1675",
    "beginyear": "1675",
    "endyear": "1675",
    "medium": "oil on canvas",
    "dimensions": "",
    "attribution": "Titian",
    "creditline": "Gift",
    "classification": "Painting",
    "portfolio": "",
    "series": "",
    "volume": "",
}
CONSTITUENT = {
    "constituentid": "7",
    "preferreddisplayname": "Titian",
    "forwarddisplayname": "Titian",
    "beginyear": "1488",
    "endyear": "1576",
    "nationality": "Venetian",
}
LINK = {"objectid": "1", "constituentid": "7", "displayorder": "1", "roletype": "artist",
        "role": "painter", "prefix": "", "suffix": ""}  # fmt: skip
IMAGE = {"uuid": "u1", "iiifurl": "https://api.nga.gov/iiif/u1",
         "iiifthumburl": "https://api.nga.gov/iiif/u1/full/!200,200/0/default.jpg",
         "viewtype": "primary", "sequence": "0", "width": "", "height": "",
         "depictstmsobjectid": "1", "assistivetext": ""}  # fmt: skip

Rows = Sequence[Mapping[str, str]]


def write(folder: Path, name: str, rows: Rows, columns: Sequence[str]) -> None:
    with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


def dump(
    folder: Path,
    *,
    objects: Rows = ({},),
    links: Rows = ({},),
    constituents: Rows = ({},),
    images: Rows = ({},),
    **optional: Rows,
) -> NgaSource:
    """Write a dump in which each row says only what differs from the ones above."""
    for name, fitting, rows in (
        ("objects", OBJECT, objects),
        ("objects_constituents", LINK, links),
        ("constituents", CONSTITUENT, constituents),
        ("published_images", IMAGE, images),
    ):
        columns = dict.fromkeys([*fitting, *(c for row in rows for c in row)])
        write(folder, name, [fitting | dict(row) for row in rows], list(columns))
    for name, rows in optional.items():
        write(folder, name, rows, list(rows[0]))
    return NgaSource(folder)
