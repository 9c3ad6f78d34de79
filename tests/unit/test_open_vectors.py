"""Files of open vectors: what is written is read, and what is wrong is told by row and column."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.errors import InputError
from core.types import Matrix
from exchange.vector_reader import SEVERAL, OpenVectors
from exchange.vector_rows import Lines, Rows, unit_rows
from exchange.vector_schema import schema
from exchange.vector_writer import Origin
from tests.vectors import SPACE, rewrite, unit_vectors, vectors_of, with_column, write_file

IDS = ["t:1", "t:2", "t:3"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_file(tmp_path / "v.parquet", IDS, unit_vectors(3))


def read(path: Path) -> list[Rows]:
    return list(OpenVectors(path).rows())


def fault(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read(path)
    return str(caught.value)


def test_vectors_come_back_bit_for_bit_with_all_that_makes_them_comparable(path: Path) -> None:
    opened = OpenVectors(path)

    groups = list(opened.rows())

    assert (opened.space, opened.count) == (SPACE, 3)
    assert [id for rows in groups for id in rows.artwork_ids] == IDS
    assert b"".join(rows.unit.tobytes() for rows in groups) == unit_vectors(3).tobytes()
    assert sum(rows.normalised for rows in groups) == 0


def test_the_columns_are_the_pinned_ones(path: Path) -> None:
    found = pyarrow.parquet.ParquetFile(path).schema_arrow

    assert found.names == schema(4).names
    assert found.field("vector").type == pyarrow.list_(pyarrow.float32(), 4)
    assert found.field("created").type == pyarrow.date32()


def test_provenance_is_told_and_what_differs_between_rows_is_several(tmp_path: Path) -> None:
    made = date(2026, 5, 1)
    told = Origin("https://creativecommons.org/publicdomain/zero/1.0/", "https://m.org", made)
    path = write_file(tmp_path / "v.parquet", IDS, unit_vectors(3), origin=told)
    opened = OpenVectors(path)
    list(opened.rows())
    assert opened.origin() == told

    with_column(path, "licence", ["CC0", "CC BY", "CC0"])
    opened = OpenVectors(path)
    list(opened.rows())

    assert opened.origin() == Origin(SEVERAL, "https://m.org", made)


def test_vectors_that_are_not_of_unit_length_are_brought_to_it_and_counted(tmp_path: Path) -> None:
    path = write_file(
        tmp_path / "v.parquet", ["t:1", "t:2"], vectors_of((3, 4, 0, 0), (1, 0, 0, 0))
    )

    (rows,) = read(path)

    assert rows.normalised == 1
    assert np.allclose(rows.unit[0], (0.6, 0.8, 0, 0))


@given(arrays(np.float32, (3, 4), elements=st.floats(-1e6, 1e6, width=32)))
def test_whatever_has_a_length_becomes_a_unit_vector(drawn: Matrix) -> None:
    drawn[:, 0] += np.where(np.abs(drawn).max(axis=1) < 1e-3, 1, 0)

    unit, _ = unit_rows(drawn, "vector", Lines("v", range(1, 4)))

    assert np.allclose(np.linalg.norm(unit.astype(np.float64), axis=1), 1, atol=1.1e-3)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ((np.nan, 0, 0, 0), "row 3, column vector: holds a number that is not finite"),
        ((0, 0, np.inf, 0), "row 3, column vector: holds a number that is not finite"),
        ((0, 0, 0, 0), "row 3, column vector: has no length"),
    ],
)
def test_a_vector_that_is_none_is_told_by_its_row(
    tmp_path: Path, row: tuple[float, ...], said: str
) -> None:
    path = write_file(tmp_path / "v.parquet", IDS, np.vstack([unit_vectors(2), vectors_of(row)]))

    assert said in fault(path)


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        ("artwork_id", ["t:1", "", "t:3"], "row 2, column artwork_id: is empty"),
        ("artwork_id", ["t:1", None, "t:3"], "row 2, column artwork_id: is empty"),
        ("embedded", ["picture", "picture", "sound"], "row 3, column embedded: 'sound' is not"),
        ("model", ["dinov2", "clip", "dinov2"], "row 2, column model: 'clip' is not 'dinov2'"),
        ("dim", [4, 4, 5], "row 3, column dim: 5 is not 4"),
        ("content_hash", [None, "abc", None], "row 2, column content_hash: 'abc' is no SHA-256"),
    ],
)
def test_a_wrong_value_is_told_by_row_and_column(
    path: Path, column: str, values: list[object], said: str
) -> None:
    with_column(path, column, values)

    assert said in fault(path)


def test_a_missing_vector_and_a_missing_number_are_told_by_their_row(path: Path) -> None:
    kind = pyarrow.list_(pyarrow.float32(), 4)
    with_column(path, "vector", pyarrow.array([[1, 0, 0, 0], None, [1, 0, 0, 0]], kind))
    assert "row 2, column vector: is missing" in fault(path)

    with_column(path, "vector", pyarrow.array([[1, 0, 0, 0]] * 2 + [[1, None, 0, 0]], kind))

    assert "row 3, column vector: lacks a number" in fault(path)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (pyarrow.list_(pyarrow.float32(), 3), "column vector is fixed_size_list"),
        (pyarrow.list_(pyarrow.float64(), 4), "column vector is fixed_size_list"),
        (pyarrow.list_(pyarrow.float32()), "column vector is list"),
    ],
)
def test_a_column_of_another_type_is_refused(path: Path, kind: pyarrow.DataType, said: str) -> None:
    length = 3 if getattr(kind, "list_size", 4) == 3 else 4
    with_column(path, "vector", pyarrow.array([[1.0] + [0.0] * (length - 1)] * 3, kind))

    assert said in fault(path)


def test_columns_too_few_and_too_many_are_told_by_name(path: Path) -> None:
    table = pyarrow.parquet.read_table(path)
    said = pyarrow.parquet.ParquetFile(path).metadata.metadata
    table = table.replace_schema_metadata({k: v for k, v in said.items() if k != b"ARROW:schema"})
    pyarrow.parquet.write_table(table.drop_columns(["licence"]), path)
    assert "column licence is missing" in fault(path)

    pyarrow.parquet.write_table(table.append_column("colour", table["licence"]), path)

    assert "column colour is not of this version" in fault(path)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("version", "2", "it is of version '2'; this reads version 1"),
        ("version", None, "its metadata lacks open_vectors.version"),
        ("rows", "4", "has 3 rows, and says 4"),
        ("rows", "three", "no count of rows"),
        ("sha256", "0" * 64, "its vectors are not those that its SHA-256 is of"),
        ("space", "{", "its space cannot be read"),
        ("space", '{"field": "picture", "encoder": {"name": "a"}}', "its space cannot be read"),
    ],
)
def test_what_the_file_says_of_itself_must_be_so(
    path: Path, name: str, value: str | None, said: str
) -> None:
    rewrite(path, **{name: value})

    assert said in fault(path)


@pytest.mark.parametrize(("name", "value"), [("dim", 0), ("dim", 9000), ("dtype", ""), ("name", 3)])
def test_a_card_that_is_none_is_refused_by_its_field(path: Path, name: str, value: object) -> None:
    data = SPACE.to_json()
    data["encoder"][name] = value
    rewrite(path, space=json.dumps(data))

    assert f"its encoder card has no good {name}" in fault(path)


def test_a_file_that_is_no_parquet_or_was_cut_short_is_refused(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])

    assert "cannot be read as Parquet" in fault(path)


def test_a_file_without_rows_is_refused(tmp_path: Path) -> None:
    assert "has no rows" in fault(write_file(tmp_path / "v.parquet", [], vectors_of()))
