"""Collections of any size for each source, made up, and a bare loop over the same files."""

import csv
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from core.ports import Source
from core.types import Json

SEED = 1
BATCH = 10_000  # rows of a Parquet row group
PRINT = (160, 120)  # pixels of a picture in a folder
MAPPING = """source = "made"
[columns]
id = "id"
title = "title"
date_text = "date"
begin = "begin"
end = "end"
medium = "medium"
classification = "classification"
credit_line = "credit"
accession_number = "number"
subjects = { column = "subjects", separator = "|" }
[artists]
name = "artist"
[image]
iiif_url = "iiif"
[image.rights]
status = "open"
statement = "https://creativecommons.org/publicdomain/zero/1.0/"
source_field = "licence"
value = "CC0"
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of source: how a collection is made, read bare, and opened."""

    write: Callable[[Path, int], None]
    bare: Callable[[Path], int]  # counts what it reads
    open: Callable[[Path], Source]


def _row(i: int) -> dict[str, object]:
    begin = 1500 + i % 450
    return {
        "id": str(i),
        "title": f"Work {i}: a view of town {i % 977}",
        "artist": f"Painter {i % 9973}",
        "date": f"{begin}-{begin + 3}",
        "begin": begin,
        "end": begin + 3,
        "medium": ("oil on canvas", "etching", "graphite on paper")[i % 3],
        "classification": ("painting", "print", "drawing")[i % 3],
        "credit": f"Gift of a friend, {1900 + i % 100}",
        "number": f"{1900 + i % 100}.{i}",
        "subjects": f"place {i % 31}|thing {i % 37}|person {i % 41}",
        "iiif": f"https://iiif.example.org/{i}",
    }


def _write_csv(folder: Path, rows: int) -> None:
    with (folder / "rows.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(_row(0)))
        writer.writeheader()
        writer.writerows(map(_row, range(rows)))


def _write_jsonl(folder: Path, rows: int) -> None:
    with (folder / "rows.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(_row(i)) + "\n" for i in range(rows))


def _write_parquet(folder: Path, rows: int) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.Table.from_pylist([_row(0)]).schema
    with pq.ParquetWriter(folder / "rows.parquet", schema) as writer:
        for start in range(0, rows, BATCH):
            batch = [_row(i) for i in range(start, min(start + BATCH, rows))]
            writer.write_table(pa.Table.from_pylist(batch, schema))


def _write_nga(folder: Path, rows: int) -> None:
    from tests.nga_generator import Generator  # a bench runs from the checkout, tests and all

    Generator(seed=SEED, from_slice=False).write(folder, rows)


def _write_iiif(folder: Path, rows: int) -> None:
    from ingest.iiif.mirror import HarvestState, Kept, Mirror

    mirror, addresses = Mirror(folder), []
    for i in range(rows):
        address = f"https://iiif.example.org/{i}/manifest"
        body = json.dumps(_manifest(address, i)).encode()
        mirror.put(Kept(address, hashlib.sha256(body).hexdigest(), "2026-01-01T00:00:00Z"), body)
        addresses.append(address)
    mirror.finish(HarvestState("https://iiif.example.org/all", tuple(addresses)))


def _manifest(address: str, i: int) -> Json:
    from tests.manifests import manifest3, pairs

    row = _row(i)
    said = {"Artist": row["artist"], "Date": row["date"], "Medium": row["medium"]}
    return manifest3(address, str(row["title"]), metadata=pairs(said))


def _write_prints(folder: Path, rows: int) -> None:
    import numpy as np
    from PIL import Image

    for i in range(rows):
        noise = np.random.default_rng(i).integers(0, 256, (12, 16, 3), dtype=np.uint8)
        Image.fromarray(noise).resize(PRINT).save(folder / f"{i:07}.jpg", quality=85)


def _bare_csv(folder: Path) -> int:
    rows = 0
    for path in sorted(folder.glob("*.csv")):
        with path.open(newline="", encoding="utf-8", errors="replace") as file:
            rows += sum(1 for _ in csv.reader(file))
    return rows


def _bare_jsonl(folder: Path) -> int:
    with (folder / "rows.jsonl").open(encoding="utf-8") as file:
        return sum(1 for _ in map(json.loads, file))


def _bare_parquet(folder: Path) -> int:
    import pyarrow.parquet as pq

    with pq.ParquetFile(folder / "rows.parquet") as file:
        return sum(len(batch.to_pylist()) for batch in file.iter_batches(BATCH))


def _bare_iiif(folder: Path) -> int:
    bodies = (path.read_bytes().partition(b"\n")[2] for path in folder.glob("??/*.doc"))
    return sum(1 for _ in map(json.loads, bodies))


def _bare_prints(folder: Path) -> int:
    from PIL import Image

    def decoded(paths: Iterator[Path]) -> Iterator[Image.Image]:
        for path in paths:
            with Image.open(path) as image:
                yield image.convert("RGB")

    return sum(1 for _ in decoded(folder.glob("*.jpg")))


def _open_table(name: str, folder: Path) -> Source:
    from ingest.mapping_file import parse_mapping
    from ingest.sources.table import TableSource

    return TableSource(folder / name, parse_mapping(MAPPING.encode(), "made.toml"))


def _open_nga(folder: Path) -> Source:
    from ingest.sources.nga import NgaSource

    return NgaSource(folder)


def _open_iiif(folder: Path) -> Source:
    from ingest.iiif.mirror import Mirror
    from ingest.mapping_file import load_mapping
    from ingest.sources.iiif import IiifSource

    return IiifSource(Mirror(folder), load_mapping("iiif"), name="made", languages=["en"])


def _open_prints(folder: Path) -> Source:
    from ingest.sources.folder import FolderSource

    return FolderSource(folder, name="made")


KINDS = {
    "nga": Kind(_write_nga, _bare_csv, _open_nga),
    "csv": Kind(_write_csv, _bare_csv, partial(_open_table, "rows.csv")),
    "parquet": Kind(_write_parquet, _bare_parquet, partial(_open_table, "rows.parquet")),
    "jsonl": Kind(_write_jsonl, _bare_jsonl, partial(_open_table, "rows.jsonl")),
    "iiif": Kind(_write_iiif, _bare_iiif, _open_iiif),
    "folder": Kind(_write_prints, _bare_prints, _open_prints),
}
