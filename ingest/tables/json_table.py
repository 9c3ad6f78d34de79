"""JSON Lines, and JSON files that hold one array."""

import json
from collections.abc import Collection, Iterator
from pathlib import Path

from core.errors import SourceError
from ingest.raw_row import raw_row
from ingest.tables.rows import Row, Unreadable, flat

_CHUNK = 1 << 20


class JsonLinesTable:
    """A file with one JSON object on each line."""

    columns_vary = True

    def __init__(self, path: Path) -> None:
        self._path = path

    def columns(self, wanted: Collection[str]) -> list[str]:
        """Name the keys of its objects, read until all the wanted ones are seen."""
        return _keys(self.rows(wanted), wanted)

    def count(self) -> int:
        """Count its lines."""
        with self._path.open("rb") as file:
            return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(_CHUNK), b""))

    def rows(self, wanted: Collection[str]) -> Iterator[Row | Unreadable]:  # noqa: ARG002 - read whole
        """Read its objects; blank lines are none."""
        with self._path.open("rb") as file:
            for line in file:
                if text := line.strip(b"\xef\xbb\xbf \t\r\n"):
                    yield _object(text)


class JsonTable:
    """A file with one array of JSON objects, alone or in an object; it is read whole."""

    columns_vary = True

    def __init__(self, path: Path) -> None:
        self._path = path

    def columns(self, wanted: Collection[str]) -> list[str]:
        """Name the keys of its objects, read until all the wanted ones are seen."""
        return _keys(self.rows(wanted), wanted)

    def count(self) -> None:
        """Tell nothing: counting would read the file whole."""

    def rows(self, wanted: Collection[str]) -> Iterator[Row | Unreadable]:  # noqa: ARG002 - read whole
        """Read its objects."""
        try:
            values = json.loads(self._path.read_bytes())
        except (ValueError, RecursionError) as error:
            raise SourceError(f"{self._path} is not JSON: {error}") from error
        if isinstance(values, dict):
            values = _only_array(values)
        if not isinstance(values, list):
            raise SourceError(f"{self._path} must hold an array; one object a line is .jsonl")
        for value in values:
            yield _row(value)


def _only_array(whole: dict[str, object]) -> object:
    """Find the rows of a file that wraps them: {"objects": […], "version": 2}."""
    arrays = [value for value in whole.values() if isinstance(value, list)]
    return arrays[0] if len(arrays) == 1 else whole


def _object(line: bytes) -> Row | Unreadable:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:  # bad UTF-8 is a ValueError too
        return Unreadable(f"not JSON: {error}", raw_row(line))
    return _row(value)


def _row(value: object) -> Row | Unreadable:
    if isinstance(value, dict):
        return flat(value)
    return Unreadable("not a JSON object", raw_row(json.dumps(value, ensure_ascii=False)))


def _keys(rows: Iterator[Row | Unreadable], wanted: Collection[str]) -> list[str]:
    keys: dict[str, None] = {}
    for row in rows:
        if not isinstance(row, Unreadable):
            keys.update(dict.fromkeys(row))
        if keys.keys() >= set(wanted):
            break
    return list(keys)
