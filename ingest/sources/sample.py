"""The collection that comes with Vasari; a table with a shipped mapping like any other."""

from pathlib import Path

from ingest.mapping_file import load_mapping
from ingest.sources.table import TableSource

FOLDER = Path(__file__).parents[1] / "sample"


def open_sample() -> TableSource:
    """Open the bundled sample."""
    return TableSource(FOLDER, load_mapping("sample"))
