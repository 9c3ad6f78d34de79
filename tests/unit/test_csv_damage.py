"""A CSV file with stray quotes: each costs its own row, and no row after it."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.tables.csv_table import CsvTable
from ingest.tables.rows import Unreadable

HEADER = ["id", *"abcdefg"]


def read(folder: Path, text: str, key: str | None = "id") -> list[list[str] | Unreadable]:
    path = folder / "t.csv"
    path.write_text(f"{','.join(HEADER)}\n{text}", newline="")
    return list(CsvTable(path, key=key).records())


def row(id: int, first: str = "x") -> str:
    return f"{id},{first},,,,,,\n"


def ids(records: Sequence[list[str] | Unreadable]) -> list[str | None]:
    return [None if isinstance(one, Unreadable) else one[0] for one in records]


def test_two_stray_quotes_do_not_hide_the_rows_between_them(tmp_path: Path) -> None:
    text = row(1, '"Sea') + "".join(map(row, range(2, 50))) + row(50, 'Land"') + row(51)

    broken, *others = read(tmp_path, text)

    assert isinstance(broken, Unreadable)
    assert broken.raw == '1,"Sea,,,,,,'
    assert ids(others) == [str(i) for i in range(2, 52)]


def test_a_text_of_lines_is_one_cell_also_where_they_hold_commas(tmp_path: Path) -> None:
    text = row(1, '"Sea,\n1900, Paris, no. 3, a, b, c, d\n1901, e"') + row(2)

    assert ids(read(tmp_path, text)) == ["1", "2"]


def test_a_record_of_lines_after_a_stray_quote_is_whole(tmp_path: Path) -> None:
    text = row(1, '"Sea') + row(2, '"61 cm\nframed: 80 cm"') + row(3)

    broken, second, _ = read(tmp_path, text)

    assert isinstance(broken, Unreadable)
    assert not isinstance(second, Unreadable)
    assert second[:2] == ["2", "61 cm\nframed: 80 cm"]


def test_a_line_of_prose_is_no_row(tmp_path: Path) -> None:
    text = row(1, '"said "so"\nand,so,on,a,b,c,d,e\n"') + row(2)

    first, second = read(tmp_path, text)

    assert isinstance(first, Unreadable)
    assert ids([second]) == ["2"]


def test_a_stray_quote_in_the_last_row_costs_that_row(tmp_path: Path) -> None:
    assert ids(read(tmp_path, row(1) + row(2, '"Sea'))) == ["1", None]


@pytest.mark.parametrize("byte", [b"\xe9", b"\xff\xfe", b"\xc3"])
def test_bytes_may_be_replaced(tmp_path: Path, byte: bytes) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"id,title\n1,S" + byte + b"a\n")

    (cells,) = CsvTable(path, replaces_bytes=True).records()

    assert not isinstance(cells, Unreadable)
    assert cells[1].replace("\ufffd", "") == "Sa"


_pieces = st.sampled_from(["a", ",", '"', "\n", "\r\n", "7", " "])
_cells = st.lists(_pieces, max_size=6).map("".join)


@given(st.lists(_cells, min_size=2, max_size=12), st.data())
def test_a_damaged_row_among_any_others_costs_itself(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("csv")
    at = data.draw(st.integers(0, len(cells) - 1))
    with (folder / "rows").open("w", newline="", encoding="utf-8") as file:
        for id, cell in enumerate(cells):
            if id == at:
                file.write(f'{id},"broken,,,,,,\n')
            else:
                csv.writer(file, quoting=csv.QUOTE_ALL).writerow([id, cell, *[""] * 6])

    records = read(folder, (folder / "rows").read_bytes().decode())

    assert ids(records) == [None if id == at else str(id) for id in range(len(cells))]
