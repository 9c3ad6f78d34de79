"""The sources that can be ingested, by the name that the command line takes."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.errors import SourceError
from core.ports import ObjectReader, Source
from ingest.mapping import TableMapping
from ingest.mapping_file import load_mapping, shipped_mappings
from ingest.sources.bucket import BucketSource
from ingest.sources.folder import FolderSource, source_name
from ingest.sources.nga import NgaSource
from ingest.sources.sample import open_sample
from ingest.sources.table import TableSource


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """What the command line says of a source."""

    path: Path | None = None  # the table or the folder
    mapping: str | None = None  # name of a shipped mapping, or path of one of your own
    table: Path | None = None  # of a folder: its table, in it or elsewhere
    name: str | None = None  # of a folder without a table: first half of its artwork ids


def open_source(kind: str, options: SourceOptions) -> Source:
    """Open a source by its kind.

    Raises:
        SourceError: it cannot be read as it is given, with the remedy.
    """
    build = SOURCES.get(kind)
    if build is None:
        raise SourceError(f"there is no source {kind!r}; there are {', '.join(SOURCES)}")
    return build(options)


def open_bucket(url: str, objects: ObjectReader, options: SourceOptions) -> Source:
    """Open the pictures of `s3://bucket/prefix`, as a folder is opened; a table lies here.

    Raises:
        SourceError: it cannot be read as it is given, with the remedy.
    """
    name = options.name or source_name(url.rstrip("/").rpartition("/")[2])
    if options.table is None and options.mapping is None:
        return BucketSource(objects, name=name)
    if options.name is not None:
        raise SourceError("--name is for a folder without a table; the mapping names its source")
    if options.table is None or options.mapping is None:
        raise SourceError(
            "pictures in S3 with a table need both --table, a file here, and --mapping"
        )
    mapping = load_mapping(options.mapping)
    _check_paths(mapping)
    return BucketSource(objects, name=name, table=TableSource(options.table, mapping))


def _sample(_: SourceOptions) -> Source:
    return open_sample()


def _table(options: SourceOptions) -> Source:
    path = _path(options, "a table, or its folder")
    if options.mapping is None:
        raise SourceError(
            "a table needs a mapping of its columns: give --mapping with the path of a TOML file, "
            f"or one of {', '.join(shipped_mappings())}"
        )
    mapping = load_mapping(options.mapping)
    if path.is_dir() and mapping.file is None:
        raise SourceError(f"{path} is a folder: give the path of the table in it")
    return TableSource(path, mapping)


def _folder(options: SourceOptions) -> Source:
    root = _path(options, "a folder of pictures")
    if root.is_file():
        raise SourceError(f"{root} is a file: use `vasari ingest table`")
    if not root.is_dir():
        raise SourceError(f"there is no folder {root}")
    if options.table is None and options.mapping is None:
        return FolderSource(root, name=options.name)
    if options.name is not None:
        raise SourceError("--name is for a folder without a table; the mapping names its source")
    if options.mapping is None:
        raise SourceError("a folder with --table needs --mapping, which says what its columns are")
    mapping = load_mapping(options.mapping)
    if options.table is None and mapping.file is None:
        raise SourceError("a folder with --mapping needs --table: which file is the table?")
    _check_paths(mapping)
    table = _table_of(root, options.table or Path(mapping.file or ""))
    return FolderSource(root, table=TableSource(table, mapping, root))


def _check_paths(mapping: TableMapping) -> None:
    if mapping.image is None or "path" not in mapping.image.texts:
        raise SourceError(
            f"{mapping.origin} does not say which picture is whose: the mapping needs "
            '`[image] path = "<column with the file name>"`'
        )


def _table_of(root: Path, table: Path) -> Path:
    """Find a folder's table: in the folder first, then from where the command was given."""
    inside = root / table
    return table if table.is_file() and not inside.is_file() else inside


def _nga(options: SourceOptions) -> Source:
    return NgaSource(_path(options, "the folder of the dump's CSV files"))


def _path(options: SourceOptions, what: str) -> Path:
    if options.path is None:
        raise SourceError(f"give the path of {what}")
    return options.path


SOURCES: dict[str, Callable[[SourceOptions], Source]] = {
    "sample": _sample,
    "table": _table,
    "folder": _folder,
    "nga": _nga,
}
