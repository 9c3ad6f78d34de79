import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import SourceError
from ingest.tables.csv_table import CsvTable
from ingest.tables.registry import open_table
from ingest.tables.rows import Row, Unreadable


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def rows_of(path: Path, *wanted: str) -> list[Row | Unreadable]:
    return list(open_table(path).rows(wanted))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "id,title\n1,Sea\n2,\n"),
        ("a.CSV", "\ufeffid,title\r\n1,Sea\r\n2,\r\n"),
        ("a.tsv", "id\ttitle\n1\tSea\n\n2\t"),
    ],
)
def test_cells_are_read_by_header_name(tmp_path: Path, name: str, content: str) -> None:
    path = written(tmp_path, name, content)

    assert rows_of(path) == [{"id": "1", "title": "Sea"}, {"id": "2", "title": ""}]
    assert open_table(path).columns(()) == ["id", "title"]


def test_line_breaks_inside_quotes_belong_to_the_cell(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", 'id,size\r\n1,"image: 2 cm\r\nframe: 3 cm"\r\n2,4 cm\r\n')

    assert rows_of(path) == [
        {"id": "1", "size": "image: 2 cm\r\nframe: 3 cm"},
        {"id": "2", "size": "4 cm"},
    ]
    assert open_table(path).count() == 2


@pytest.mark.parametrize(("line", "cells"), [("2,Sea,extra", 3), ("2", 1)])
def test_a_row_with_too_many_or_few_cells_is_set_aside(
    tmp_path: Path, line: str, cells: int
) -> None:
    path = written(tmp_path, "a.csv", f"id,title\n1,Sky\n{line}\n3,Land\n")

    assert rows_of(path) == [
        {"id": "1", "title": "Sky"},
        Unreadable(f"{cells} cells where the header has 2"),
        {"id": "3", "title": "Land"},
    ]


def test_a_quote_that_never_closes_costs_its_own_row_only(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", 'id,title\n1,"Sky\n2,Sea\n3,"a ""good"" one"\n4,Land\n')

    first, *others = rows_of(path)

    assert isinstance(first, Unreadable)
    assert [row["id"] for row in others if not isinstance(row, Unreadable)] == ["2", "3", "4"]


def test_quotes_inside_a_quoted_cell_that_are_not_doubled_are_malformed(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", 'id,title\n1,"said "hello" twice"\n2,Sea\n')

    first, second = rows_of(path)

    assert isinstance(first, Unreadable)
    assert "malformed CSV" in first.reason
    assert second == {"id": "2", "title": "Sea"}


def test_a_cell_beyond_reason_does_not_end_the_reading(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", 'id,title\n1,"' + "x\n" * 100_000 + "2,Sea\n")

    rows = rows_of(path)

    assert isinstance(rows[0], Unreadable)
    assert rows[-1] == {"id": "2", "title": "Sea"}


def test_a_header_with_one_name_twice_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "id,title,title\n1,a,b\n")

    with pytest.raises(SourceError, match="two columns have the name 'title'"):
        rows_of(path)


def test_an_empty_csv_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="needs a header row"):
        rows_of(written(tmp_path, "a.csv", ""))


def test_a_header_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="the header row cannot be read"):
        rows_of(written(tmp_path, "a.csv", '"id\n1\n'))


@pytest.mark.parametrize(
    ("content", "count"),
    [("", 0), ("id\n", 0), ("id", 0), ("id\n1", 1), ("id\n1\n2\n", 2), ('id\n"1\n1"\n2\n', 2)],
)
def test_records_are_counted_without_parsing(tmp_path: Path, content: str, count: int) -> None:
    assert open_table(written(tmp_path, "a.csv", content)).count() == count


_cells = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@given(st.lists(st.tuples(_cells, _cells), max_size=8))
def test_whatever_python_writes_as_csv_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str]]
) -> None:
    import csv

    path = tmp_path_factory.mktemp("csv") / "a.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([("a", "b"), *cells])

    assert list(CsvTable(path).rows(())) == [{"a": a, "b": b} for a, b in cells]


def test_parquet_is_read_in_the_wanted_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": [1, 2], "tags": [["a"], None], "no": [0, 0]}), path)

    assert rows_of(path, "id", "tags") == [{"id": 1, "tags": ["a"]}, {"id": 2, "tags": None}]
    assert open_table(path).count() == 2
    assert open_table(path).columns(()) == ["id", "tags", "no"]


def test_a_parquet_text_that_is_not_utf8_costs_its_own_row_only(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    raw = pa.array([b"good", b"b\xffd", b"fine"], pa.binary()).view(pa.utf8())
    pq.write_table(pa.table({"id": [1, 2, 3], "title": raw}), path)

    assert rows_of(path, "id", "title") == [
        {"id": 1, "title": "good"},
        Unreadable("a text is not UTF-8"),
        {"id": 3, "title": "fine"},
    ]


@pytest.mark.parametrize("content", [b"", b"PAR1 and then nothing of it"])
def test_a_file_that_is_no_parquet_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(SourceError, match="is not a Parquet file"):
        rows_of(written(tmp_path, "a.parquet", content), "id")


def test_a_parquet_file_that_is_damaged_inside_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": [str(i) for i in range(9000)]}), path, compression="zstd")
    data = bytearray(path.read_bytes())
    data[4:2000] = bytes(1996)
    path.write_bytes(data)

    with pytest.raises(SourceError, match="is damaged"):
        rows_of(path, "id")


def test_a_line_that_is_not_json_costs_itself_only(tmp_path: Path) -> None:
    path = written(tmp_path, "a.jsonl", b'{"id": 1}\n\n{"id": \n[2]\n{"id": "\xff"}\n{"id": 3}\n')

    rows = rows_of(path)

    assert [row for row in rows if not isinstance(row, Unreadable)] == [{"id": 1}, {"id": 3}]
    assert [isinstance(row, Unreadable) for row in rows] == [False, True, True, True, False]


def test_keys_of_json_objects_are_looked_for_until_all_are_seen(tmp_path: Path) -> None:
    lines = [{"id": 1}, {"id": 2, "note": "late"}, {"never": "reached"}]
    path = written(tmp_path, "a.ndjson", "\n".join(map(json.dumps, lines)))

    assert open_table(path).columns(("id", "note")) == ["id", "note"]
    assert open_table(path).columns(("absent",)) == ["id", "note", "never"]


def test_a_json_array_is_a_table(tmp_path: Path) -> None:
    path = written(tmp_path, "a.json", '[{"id": 1}, "stray", {"id": 2}]')

    assert rows_of(path) == [{"id": 1}, Unreadable("not a JSON object"), {"id": 2}]


@pytest.mark.parametrize(
    ("content", "message"), [("{}", "must hold an array"), ("[", "is not JSON")]
)
def test_json_that_is_no_array_is_refused(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        rows_of(written(tmp_path, "a.json", content))


def test_a_format_that_is_not_known_names_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"must end in \.csv, \.tsv, \.parquet, \.jsonl"):
        open_table(written(tmp_path, "a.xlsx", ""))


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"there is no table .*a\.csv"):
        open_table(tmp_path / "a.csv")
