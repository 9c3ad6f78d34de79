"""The example of docs/vectors.md, run as it stands."""

import re
import subprocess
import sys
from pathlib import Path

from exchange.vector_reader import OpenVectors
from exchange.vector_schema import schema

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "vectors.md").read_text()


def test_the_example_writes_a_file_that_is_read(tmp_path: Path) -> None:
    code = re.findall(r"^```python\n(.*?)^```", DOCS, re.M | re.S)

    subprocess.run([sys.executable, "-c", "\n".join(code)], cwd=tmp_path, check=True)

    opened = OpenVectors(tmp_path / "vectors.parquet")
    (rows,) = opened.rows()
    assert rows.artwork_ids == ["museum:1911.3", "museum:1911.4"]
    assert opened.space.encoder.name == "dinov2-base"


def test_every_column_is_described() -> None:
    described = {
        name for row in re.findall(r"^\| (`.*?) \|", DOCS, re.M) for name in row.split("`")
    }

    assert set(schema(2).names) <= described
