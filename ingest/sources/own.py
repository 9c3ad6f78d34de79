"""A reader of one's own: a class in a Python file that the command line names."""

import hashlib
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from core.errors import SourceError
from core.ports import Source, SourceItem

_PARTS = ("name", "fingerprint", "count", "read", "read_picture")


class OwnSource:
    """A reader of one's own, whose code is a part of the data: with other code it reads anew."""

    def __init__(self, source: Source, code: bytes) -> None:
        self._source = source
        self._code = hashlib.sha256(code).hexdigest()

    @property
    def name(self) -> str:
        """First half of its artwork ids."""
        return self._source.name

    def fingerprint(self) -> str:
        """Identify data and code by content."""
        both = f"{self._code} {self._source.fingerprint()}"
        return hashlib.sha256(both.encode()).hexdigest()

    def count(self) -> int | None:
        """Count its rows, where that is cheap."""
        return self._source.count()

    def read(self) -> Iterator[SourceItem]:
        """Read its rows, always in the same order."""
        return self._source.read()

    def read_picture(self, path: str) -> bytes:
        """Read a picture that one of its artworks names by `Image.path`."""
        return self._source.read_picture(path)


def open_own_source(reader: str, path: Path) -> Source:
    """Open "museum.py:MuseumSource" over what lies at a path. The file's code is run.

    Raises:
        SourceError: there is no such file or class, or it is no source.
    """
    file, colon, name = reader.rpartition(":")
    if not colon or not file.endswith(".py") or not name.isidentifier():
        raise SourceError(f"{reader!r}: give a file and a class, as in museum.py:MuseumSource")
    code = _code(Path(file))
    build = getattr(_module(Path(file)), name, None)
    if not callable(build):
        raise SourceError(f"{file} has no class {name}")
    source = build(path)
    missing = [part for part in _PARTS if not hasattr(source, part)]
    if missing:
        raise SourceError(f"{reader} is no source: it lacks {', '.join(missing)}")
    return OwnSource(source, code)


def _code(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror or error}") from error


def _module(path: Path) -> ModuleType:
    """Run a file as a module of its own."""
    name = f"vasari_own_{hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12]}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise SourceError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up there
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise SourceError(f"{path} cannot be run: {type(error).__name__}: {error}") from error
    return module
