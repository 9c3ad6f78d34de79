"""Mappings as TOML files: read strictly, with errors that name the key and the remedy."""

import hashlib
import tomllib
from dataclasses import replace
from pathlib import Path

from core.errors import SourceError
from core.text import blank_to_none
from core.types import Rights, RightsStatus
from ingest.mapping import (
    ARTIST_FIELDS,
    IMAGE_FIELDS,
    LIST_FIELDS,
    SOURCE_NAME,
    TEXT_FIELDS,
    ArtistsRule,
    ImageRule,
    JoinRule,
    ListRule,
    RightsRule,
    TableMapping,
    TextRule,
)
from ingest.toml_section import Section

SHIPPED = Path(__file__).parent / "mappings"
_KEYS = (
    "source",
    "collection",
    "file",
    "delimiter",
    "optional",
    "columns",
    "artists",
    "image",
    "data_rights",
)
_ARTIST_KEYS = ("column", "role", "roles", "separator", "values", "honorifics", "join")
_RIGHTS_KEYS = ("status", "statement", "source_field", "value")


def shipped_mappings() -> list[str]:
    """Name the mappings that come with Vasari."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def load_mapping(name: str) -> TableMapping:
    """Load a shipped mapping by its name, or one of your own by its path.

    Raises:
        SourceError: names the key that is wrong, and what may stand there.
    """
    path = SHIPPED / f"{name}.toml" if name in shipped_mappings() else Path(name)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(
            f"there is no mapping {name!r}: give the path of a TOML file, "
            f"or one of those shipped: {', '.join(shipped_mappings())}"
        ) from error
    return parse_mapping(data, path.name)


def parse_mapping(data: bytes, origin: str) -> TableMapping:
    """Read a mapping from the bytes of its TOML."""
    try:
        root = Section(tomllib.loads(data.decode()), "", origin)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"{origin} is not TOML: {error}") from error
    root.allow(*_KEYS)
    source = root.text("source")
    if source is None or not SOURCE_NAME.fullmatch(source):
        raise root.error("source", "must be a short name such as 'tate': a-z, 0-9, '_' and '-'")
    columns = root.section("columns")
    columns.allow("id", "begin", "end", "extra", *TEXT_FIELDS, *LIST_FIELDS)
    texts = {name: _texts(columns, name) for name in TEXT_FIELDS if name in columns.data}
    if (collection := root.text("collection")) is not None:
        texts["collection"] = _with_default(texts.get("collection", ()), collection)
    return TableMapping(
        origin=origin,
        digest=hashlib.sha256(data).hexdigest(),
        source=source,
        id=_id(columns),
        file=root.text("file"),
        delimiter=_delimiter(root),
        begin=columns.text("begin"),
        end=columns.text("end"),
        texts=texts,
        lists={name: _list(columns, name) for name in LIST_FIELDS if name in columns.data},
        extra=columns.texts("extra"),
        optional=frozenset(root.texts("optional")),
        artists=_artists(root.section("artists")) if "artists" in root.data else None,
        image=_image(root.section("image")) if "image" in root.data else None,
        data_rights=_rights(root.section("data_rights")),
    )


def _id(columns: Section) -> TextRule:
    if "id" not in columns.data:
        raise columns.error("id", "is missing: name the column that holds each artwork's id")
    return _text(columns, "id", columns.data["id"], join="-")


def _texts(section: Section, key: str) -> tuple[TextRule, ...]:
    """Read a rule for a text: a column, a table, or a list of those."""
    value = section.data[key]
    return tuple(
        _text(section, key, one) for one in (value if isinstance(value, list) else [value])
    )


def _text(section: Section, key: str, value: object, *, join: str = ", ") -> TextRule:
    if isinstance(value, str) and value:
        return TextRule((value,))
    if not isinstance(value, dict):
        raise section.error(key, f"must be the name of a column, or a table, not {value!r}")
    inner = Section(value, f"{section.at}{key}.", section.origin)
    inner.allow("column", "columns", "join", "strip", "prefix", "suffix", "values", "default")
    columns = inner.texts("column") + inner.texts("columns")
    if not columns and "default" not in inner.data:
        raise section.error(key, "names no column and no default")
    return TextRule(
        columns=columns,
        join=join if (given := inner.text("join")) is None else given,
        strip=inner.text("strip") or "",
        prefix=inner.text("prefix") or "",
        suffix=inner.text("suffix") or "",
        values=inner.pairs("values"),
        default=blank_to_none(inner.text("default")),
    )


def _with_default(rules: tuple[TextRule, ...], default: str) -> tuple[TextRule, ...]:
    """Let a fixed text stand where the columns, if any, are blank."""
    return (
        (replace(rules[0], default=default), *rules[1:]) if rules else (TextRule(default=default),)
    )


def _list(section: Section, key: str) -> ListRule:
    """Read a rule for a list: columns, a table, or a list of tables and columns."""
    value = section.data[key]
    if not isinstance(value, list) or not any(isinstance(one, dict) for one in value):
        return _one_list(section, key, value)
    first, *more = (_one_list(section, key, one) for one in value)
    return replace(first, more=tuple(more))


def _one_list(section: Section, key: str, value: object) -> ListRule:
    if not isinstance(value, dict):
        return ListRule(Section({key: value}, section.at, section.origin).texts(key))
    inner = Section(value, f"{section.at}{key}.", section.origin)
    inner.allow("column", "columns", "separator", "leaf_of", "prefix")
    return ListRule(
        inner.texts("column") + inner.texts("columns"),
        inner.text("separator"),
        inner.text("leaf_of"),
        inner.text("prefix") or "",
    )


def _delimiter(root: Section) -> str | None:
    delimiter = root.text("delimiter")
    if delimiter is not None and len(delimiter) != 1:
        raise root.error("delimiter", "must be one character, such as ';'")
    return delimiter


def _artists(section: Section) -> ArtistsRule:
    section.allow(*ARTIST_FIELDS, *_ARTIST_KEYS)
    values = section.section("values")
    values.allow(*ARTIST_FIELDS)
    rule = ArtistsRule(
        column=section.text("column"),
        fields=_fields(section),
        role=section.text("role"),
        roles=section.pairs("roles"),
        separator=section.text("separator"),
        values={name: values.pairs(name) for name in values.data},
        honorifics=section.flag("honorifics"),
        join=_join(section.section("join")) if "join" in section.data else None,
    )
    if "name" not in {*rule.fields, *(rule.join.fields if rule.join else ())}:
        raise section.error("name", "is missing: name the column that holds the artists' names")
    if rule.join and "id" not in rule.fields:
        raise section.error("id", "is missing: a joined table is looked up by the artist's id")
    return rule


def _join(section: Section) -> JoinRule:
    section.allow("file", "key", "separator", *(name for name in ARTIST_FIELDS if name != "id"))
    file, key = section.text("file"), section.text("key")
    if not file or not key:
        raise section.error(
            "file" if not file else "key", "is missing: a join has a file and a key"
        )
    return JoinRule(file, key, _fields(section), section.text("separator"))


def _fields(section: Section) -> dict[str, str]:
    named = {name: section.text(name) for name in ARTIST_FIELDS}
    return {name: column for name, column in named.items() if column}


def _image(section: Section) -> ImageRule:
    section.allow(*IMAGE_FIELDS, "column", "separator", "rights")
    named = (name for name in section.data if name in IMAGE_FIELDS)
    return ImageRule(
        column=section.text("column"),
        separator=section.text("separator"),
        texts={name: _text(section, name, section.data[name]) for name in named},
        rights=_rights(section.section("rights")),
    )


def _rights(section: Section) -> RightsRule:
    section.allow(*_RIGHTS_KEYS, "column", "values", "otherwise")
    values, otherwise = section.section("values"), section.section("otherwise")
    otherwise.allow(*_RIGHTS_KEYS)
    for name in values.data:
        values.section(name).allow(*_RIGHTS_KEYS)
    return RightsRule(
        fixed=_statement(section),
        column=section.text("column"),
        values=tuple((name.casefold(), _statement(values.section(name))) for name in values.data),
        otherwise=_statement(otherwise),
    )


def _statement(section: Section) -> Rights:
    text = section.text("status") or RightsStatus.UNKNOWN
    if text not in set(RightsStatus):
        raise section.error("status", f"must be one of {', '.join(RightsStatus)}, not {text!r}")
    return Rights(
        RightsStatus(text),
        section.text("statement"),
        section.text("source_field"),
        section.text("value"),
    )
