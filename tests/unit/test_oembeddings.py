"""OEmbeddings, as museums publish them, are read as one space at a time."""

from datetime import date
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from core.errors import InputError
from core.types import Modality, SpaceField
from exchange.formats import Choice, open_vectors
from exchange.vector_rows import Rows, VectorSource

SCHEMA = pyarrow.schema(
    [
        ("provider", pyarrow.string()),
        ("depiction_id", pyarrow.string()),
        ("subject_id", pyarrow.string()),
        ("model", pyarrow.string()),
        ("embeddings", pyarrow.list_(pyarrow.float32())),
        ("created", pyarrow.int64()),
        ("attributes", pyarrow.map_(pyarrow.string(), pyarrow.string())),
    ]
)


def record(subject: str, model: str = "siglip2", **changed: object) -> dict[str, object]:
    return {
        "provider": "museum.org",
        "depiction_id": f"{subject}-1",
        "subject_id": subject,
        "model": model,
        "embeddings": [0.6, 0.8],
        "created": 1_779_840_000,  # 2026-05-27
        "attributes": [("type", "image"), ("subject_url", "https://museum.org/1")],
    } | changed


def written(folder: Path, *records: dict[str, object], without: str = "") -> Path:
    path = folder / "published.parquet"
    table = pyarrow.Table.from_pylist(list(records), schema=SCHEMA)
    pyarrow.parquet.write_table(table.drop_columns([without]) if without else table, path)
    return path


def read(opened: VectorSource) -> list[Rows]:
    return list(opened.rows())


def test_records_become_a_space_of_which_only_the_model_is_known(tmp_path: Path) -> None:
    opened = open_vectors(written(tmp_path, record("1"), record("2")))

    (rows,) = read(opened)

    card = opened.space.encoder
    assert opened.space.field is SpaceField.PICTURE
    assert (card.name, card.revision, card.dim) == ("siglip2", "not said", 2)
    assert card.modalities == (Modality.IMAGE,)
    assert rows.artwork_ids == ["1", "2"]
    assert opened.origin().source_uri == "museum.org"
    assert opened.origin().created == date(2026, 5, 27)


def test_of_a_file_that_mixes_models_one_is_chosen(tmp_path: Path) -> None:
    path = written(tmp_path, record("1"), record("1", "dinov2", embeddings=[1.0, 0.0, 0.0]))
    with pytest.raises(InputError, match=r"choose one kind .*1 of siglip2, picture; 1 of dinov2"):
        open_vectors(path)

    opened = open_vectors(path, Choice(model="dinov2"))

    (rows,) = read(opened)
    assert (opened.count, opened.space.encoder.dim) == (1, 3)
    assert rows.lines.numbers == [2]


def test_of_a_file_that_mixes_pictures_and_texts_one_is_chosen(tmp_path: Path) -> None:
    path = written(tmp_path, record("1"), record("2", attributes=[("type", "text")]))

    opened = open_vectors(path, Choice(space=SpaceField.CATALOGUE))

    assert [rows.artwork_ids for rows in read(opened)] == [["2"]]


def test_what_was_embedded_must_be_said_by_the_file_or_the_reader(tmp_path: Path) -> None:
    path = written(tmp_path, record("1"), without="attributes")
    with pytest.raises(InputError, match="does not say what was embedded: --space says it"):
        open_vectors(path)

    assert open_vectors(path, Choice(SpaceField.PICTURE)).count == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"embeddings": [1.0]}, "row 2, column embeddings: has 1 numbers, not 2"),
        ({"embeddings": None}, "row 2, column embeddings: is missing"),
        ({"embeddings": [0.0, 0.0]}, "row 2, column embeddings: has no length"),
        ({"subject_id": ""}, "row 2, column subject_id: is empty"),
    ],
)
def test_a_wrong_record_is_told_by_row_and_column(
    tmp_path: Path, changed: dict[str, object], said: str
) -> None:
    path = written(tmp_path, record("1"), record("2") | changed)

    with pytest.raises(InputError, match=said):
        read(open_vectors(path))


def test_records_without_any_vector_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has vectors of 0 numbers"):
        open_vectors(written(tmp_path, record("1", embeddings=[])))
