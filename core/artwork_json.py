"""Artworks as JSON: written from the dataclasses, so that a new field cannot be forgotten."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from core.types import Artwork, Image, Json

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # no database keeps NUL, or half of a surrogate pair
_MOST = 2**31  # numbers of the catalogue have 32 bits
_NOT_WRITTEN = {(Image, "path")}  # means something at ingest alone


class ArtworkJsonError(ValueError):
    """JSON that is no artwork; the text says where."""


def artwork_to_json(artwork: Artwork) -> Json:
    """Write an artwork; what has its default value is left out."""
    written: Json = _write(artwork)
    return written


def artwork_from_json(data: Any) -> Artwork:  # noqa: ANN401 - whatever a file held
    """Read an artwork that `artwork_to_json` wrote.

    Raises:
        ArtworkJsonError: a field is unknown, missing or of another type, or no database keeps it.
    """
    artwork: Artwork = _read(Artwork, data, "artwork")
    return artwork


def _write(value: Any) -> Any:  # noqa: ANN401 - any field's type
    if is_dataclass(value) and not isinstance(value, type):
        kind = type(value)
        named = ((f, getattr(value, f.name)) for f in fields(value))
        return {
            f.name: _write(one)
            for f, one in named
            if (kind, f.name) not in _NOT_WRITTEN and not (_is_default(f, one))
        }
    if isinstance(value, tuple):
        return [_write(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, datetime) else value


def _is_default(field: Field[Any], value: object) -> bool:
    if field.default_factory is not MISSING:
        # Rights say when they were read, which comparing them leaves out.
        default = field.default_factory()
        return bool(value == default and getattr(value, "read_at", None) is None)
    return field.default is not MISSING and value == field.default


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, data: Any, path: str) -> Any:  # noqa: ANN401 - any field's type
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        if data is None:
            return None
        (kind,) = (one for one in get_args(kind) if one is not NoneType)
        return _read(kind, data, path)
    if origin is tuple:
        return _read_tuple(get_args(kind), data, path)
    if is_dataclass(kind) and isinstance(kind, type):
        return _read_object(kind, data, path)
    return _read_plain(kind, data, path)


def _read_object(kind: type, data: Any, path: str) -> Any:  # noqa: ANN401 - any field's type
    if not isinstance(data, dict):
        raise ArtworkJsonError(f"{path}: is no object")
    known = {f.name: f for f in fields(kind) if (kind, f.name) not in _NOT_WRITTEN}
    for name in data:
        if name not in known:
            raise ArtworkJsonError(f"{path}.{name}: is no field of this version")
    for name, field in known.items():
        required = field.default is MISSING and field.default_factory is MISSING
        if required and name not in data:
            raise ArtworkJsonError(f"{path}.{name}: is missing")
    hints = _hints(kind)
    return kind(**{name: _read(hints[name], one, f"{path}.{name}") for name, one in data.items()})


def _read_tuple(inner: tuple[Any, ...], data: Any, path: str) -> tuple[Any, ...]:  # noqa: ANN401 - see above
    if not isinstance(data, list):
        raise ArtworkJsonError(f"{path}: is no list")
    kinds = [inner[0]] * len(data) if inner[-1] is Ellipsis else list(inner)
    if len(kinds) != len(data):
        raise ArtworkJsonError(f"{path}: has {len(data)} values, not {len(kinds)}")
    return tuple(
        _read(kind, one, f"{path}[{i}]")
        for i, (kind, one) in enumerate(zip(kinds, data, strict=True))
    )


def _read_plain(kind: Any, data: Any, path: str) -> Any:  # noqa: ANN401 - see above
    if kind is int and type(data) is int and -_MOST <= data < _MOST:
        return data
    if kind is int or not isinstance(data, str):
        raise ArtworkJsonError(f"{path}: {data!r} is no {_NAMES.get(kind, 'text')}")
    if found := _UNSTORABLE.search(data):
        raise ArtworkJsonError(f"{path}: holds {found[0]!r}, which no database keeps")
    if kind is str:
        return data
    try:
        return datetime.fromisoformat(data) if kind is datetime else kind(data)
    except ValueError as error:
        raise ArtworkJsonError(f"{path}: {error}") from error


_NAMES = {int: "whole number of 32 bits", datetime: "time"}
