"""Reads an input of a retriever by its type: the value that is used, and its canonical form."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from core.encoded_pictures import decode_base64
from core.errors import InputError, PictureError, PictureTooLargeError
from core.filter_json import YEAR_LIMIT, filter_json, parse_filter
from core.ports import PictureDecoder
from core.query_limits import MOST_PIXELS
from core.retrievers import InputType
from core.types import Pixels
from search.retrievers.declared import LONGEST_LIST, LONGEST_STRING, InputField, comparable
from search.retrievers.filter_trees import canonical_filter, is_blank

_GREATEST = 2**53  # beyond, a float is not every whole number
_DEFAULT = "default"
_DATE = re.compile(r"(-?\d{1,7})(?:-(\d\d)(?:-(\d\d))?)?")
_ARTWORK = re.compile(r"[^\s:][^:]*:.*\S")


@dataclass(frozen=True, slots=True)
class Read:
    """A value as templates see it, and as JSON that equal values share."""

    native: Any
    canonical: Any


def canonical_text(text: str, at: str) -> str:
    """Write a text so that equal ones are the same: composed, single spaces, none around."""
    if "\0" in text:
        raise InputError(at, "holds a NUL character")
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise InputError(at, "holds half of a character")
    return " ".join(text.split())


class InputReader:
    """Reads the inputs of one request; their pictures share one limit."""

    def __init__(self, decode: PictureDecoder) -> None:
        self._decode = decode
        self._pixels = 0

    def read(self, field: InputField, value: object, at: str) -> Read | None:
        """Read a value; None where it says nothing.

        Raises:
            InputError: it is not of its type, or not allowed.
        """
        return None if is_blank(value) else _READERS[field.type](self, field, value, at)

    def _string(self, field: InputField, value: object, at: str) -> Read | None:
        text = canonical_text(_of_type(value, str, "text", at), at)
        if len(text) > (most := field.max_length or LONGEST_STRING):
            raise InputError(at, f"has {len(text):,} characters; at most {most:,} are allowed")
        return _chosen(field, text, at)

    def _number(self, field: InputField, value: object, at: str) -> Read | None:
        number = _of_type(value, int | float, "a number", at)
        if isinstance(number, bool):
            raise InputError(at, "must be a number, not a truth")
        if not abs(number) <= _GREATEST:  # nor is one that is none
            raise InputError(at, f"must be a number from {-_GREATEST:,} to {_GREATEST:,}")
        low, high = field.minimum, field.maximum
        if (low is not None and number < low) or (high is not None and number > high):
            allowed = " and ".join(
                f"{word} {bound:g}"
                for word, bound in (("at least", low), ("at most", high))
                if bound is not None
            )
            raise InputError(at, f"must be {allowed}, not {number:g}")
        return _chosen(field, canonical_number(number), at)

    def _boolean(self, _: InputField, value: object, at: str) -> Read | None:
        truth = _of_type(value, bool, "true or false", at)
        return Read(truth, truth)

    def _date(self, _: InputField, value: object, at: str) -> Read | None:
        dated = canonical_number(value) if isinstance(value, float) else value
        is_told = isinstance(dated, str | int) and not isinstance(dated, bool)
        found = _DATE.fullmatch(str(dated).strip()) if is_told else None
        year = int(found[1]) if found else None
        if found is None or year is None or abs(year) > YEAR_LIMIT:
            raise InputError(
                at, f"must be a year or a date such as 1889-06-01, not {value!r}"[:200]
            )
        if found[2]:
            try:
                date(2000 if year < 1 or year > 9999 else year, int(found[2]), int(found[3] or 1))
            except ValueError as error:
                raise InputError(at, f"is no date: {value}") from error
        begin = f"{year:05d}" if year < 0 else f"{year:04d}"
        told = "-".join([begin, *filter(None, found.groups()[1:])])
        return Read(told, told) if found[2] else Read(year, year)

    def _list(self, field: InputField, value: object, at: str) -> Read | None:
        values = value if isinstance(value, list) else [value]
        if len(values) > (most := field.max_length or LONGEST_LIST):
            raise InputError(at, f"has {len(values):,} values; at most {most:,} are allowed")
        parts = [self.read(field.element, one, f"{at}.{i}") for i, one in enumerate(values)]
        given = [part for part in parts if part is not None]
        if not given:
            return None
        return Read([part.native for part in given], [part.canonical for part in given])

    def _image(self, _: InputField, value: object, at: str) -> Read | None:
        try:
            data = _of_type(value, str | bytes, "a picture in base64", at)
            pixels = self._decode(decode_base64(data) if isinstance(data, str) else data)
            self._pixels += pixels.shape[0] * pixels.shape[1]
            if self._pixels > MOST_PIXELS:
                raise PictureTooLargeError(f"with those before it has over {MOST_PIXELS} pixels")
        except PictureError as error:
            raise type(error)(error.reason, field=at) from error
        return Read(pixels, picture_hash(pixels))

    def _artwork(self, _: InputField, value: object, at: str) -> Read | None:
        id = canonical_text(_of_type(value, str, "an artwork id", at), at)
        if not _ARTWORK.fullmatch(id) or len(id) > LONGEST_STRING:
            raise InputError(at, f"must be an artwork id such as source:123, not {id!r}"[:200])
        return Read(id, id)

    def _filter(self, _: InputField, value: object, at: str) -> Read | None:
        where = canonical_filter(parse_filter(value, at=at))
        return Read(where, filter_json(where))

    def _object(self, field: InputField, value: object, at: str) -> Read | None:
        fields = field.fields or {}
        read, _ = read_object(self, fields, _of_type(value, dict, "an object", at), at)
        return read if read.native else None


_READERS: Mapping[InputType, Callable[[InputReader, InputField, Any, str], Read | None]] = {
    InputType.STRING: InputReader._string,
    InputType.NUMBER: InputReader._number,
    InputType.BOOLEAN: InputReader._boolean,
    InputType.DATE: InputReader._date,
    InputType.LIST: InputReader._list,
    InputType.IMAGE: InputReader._image,
    InputType.ARTWORK: InputReader._artwork,
    InputType.FILTER: InputReader._filter,
    InputType.OBJECT: InputReader._object,
}


def read_object(
    reader: InputReader, fields: Mapping[str, InputField], given: Mapping[str, Any], at: str
) -> tuple[Read, list[str]]:
    """Read named values, their defaults filled in; tell which of them are missing."""
    unknown = next((name for name in given if name not in fields), None)
    if unknown is not None:
        raise InputError(
            f"{at}.{unknown}", f"is not known; allowed are {', '.join(fields) or 'none'}"
        )
    native, canonical, missing = {}, {}, []
    for name, field in fields.items():
        value = given.get(name)
        read = None if value is None else reader.read(field, value, f"{at}.{name}")
        if read is None and field.default is not None:
            read = _default(reader, field, f"{at}.{name}")
        if read is not None:
            native[name], canonical[name] = read.native, read.canonical
        elif field.required:
            raise InputError(f"{at}.{name}", "is required, and nothing was given")
        else:
            missing.append(name)
    return Read(native, canonical), missing


def _default(reader: InputReader, field: InputField, at: str) -> Read | None:
    if _DEFAULT not in field.memo:
        field.memo[_DEFAULT] = reader.read(field, field.default, at)
    read: Read | None = field.memo[_DEFAULT]
    return read


def canonical_number(number: float) -> float:
    """Write whole numbers as such, so that 1 and 1.0 are the same."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


def picture_hash(pixels: Pixels) -> str:
    """Name a picture by its pixels and its shape."""
    shape = "x".join(map(str, pixels.shape))
    return f"sha256:{hashlib.sha256(np.ascontiguousarray(pixels).data).hexdigest()}:{shape}"


def _of_type(value: object, kind: Any, name: str, at: str) -> Any:  # noqa: ANN401 - of the kind
    if not isinstance(value, kind):
        raise InputError(at, f"must be {name}, not {_KINDS.get(type(value), 'that')}")
    return value


_KINDS: dict[type, str] = {
    str: "text", int: "a number", float: "a number", bool: "a truth", list: "a list",
    dict: "an object", bytes: "a file",
}  # fmt: skip


def _chosen(field: InputField, value: str | float, at: str) -> Read | None:
    if field.enum is None:
        return Read(value, value) if value != "" else None
    found = field.choices.get(comparable(value))
    if found is None:
        raise InputError(at, f"must be one of {', '.join(map(str, field.enum))}, not {value}"[:500])
    return Read(found, found)
