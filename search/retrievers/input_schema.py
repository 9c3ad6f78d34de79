"""Writes the inputs of a retriever as JSON Schema."""

from collections.abc import Mapping
from typing import Any

from core.retrievers import InputType
from core.types import Json
from search.retrievers.declared import Definition, InputField

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_YEAR: Json = {"type": "integer", "description": "A year, negative before Christ"}
_TYPES: Mapping[InputType, Json] = {
    InputType.STRING: {"type": "string"},
    InputType.NUMBER: {"type": "number"},
    InputType.BOOLEAN: {"type": "boolean"},
    InputType.DATE: {
        "anyOf": [
            _YEAR,
            {"type": "string", "format": "date"},
            {"type": "string", "pattern": r"^-?\d{1,7}(-\d\d)?$"},
        ]
    },
    InputType.LIST: {"type": "array"},
    InputType.IMAGE: {
        "type": "string",
        "contentEncoding": "base64",
        "contentMediaType": "image/*",
    },
    InputType.ARTWORK: {"type": "string", "pattern": r"^[^\s:][^:]*:.*\S$"},
    InputType.FILTER: {"type": "object", "description": "A filter tree: and, or, not, or a leaf"},
    InputType.OBJECT: {"type": "object", "additionalProperties": False},
}


def json_schema(definition: Definition) -> Json:
    """Write what a retriever may be asked by, as JSON Schema 2020-12.

    Everything that it allows has the right shape; texts are compared without regard to case, and
    a blank one counts as missing, which a schema cannot say.
    """
    told = {"description": definition.description} if definition.description else {}
    return {"$schema": DIALECT, **told, **_object(definition.inputs)}


def _object(fields: Mapping[str, InputField]) -> Json:
    required = [name for name, field in fields.items() if field.required]
    return {
        "type": "object",
        "properties": {name: _field(field) for name, field in fields.items()},
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def _field(field: InputField) -> Json:
    is_list = field.type is InputType.LIST
    schema = {**_TYPES[field.type], **(_items(field) if is_list else _limits(field))}
    if field.type is InputType.OBJECT:
        schema |= _object(field.fields or {})
    told: dict[str, Any] = {
        "description": field.description or None,
        "default": field.default,
        "examples": field.examples or None,
    }
    return schema | {name: value for name, value in told.items() if value is not None}


def _items(field: InputField) -> Json:
    most = {} if field.max_length is None else {"maxItems": field.max_length}
    item = field.element.model_copy(update={"description": "", "default": None, "examples": []})
    return {"items": _field(item), **most}


def _limits(field: InputField) -> Json:
    limits = {
        "enum": field.enum,
        "minimum": field.minimum,
        "maximum": field.maximum,
        "maxLength": field.max_length,
    }
    return {name: limit for name, limit in limits.items() if limit is not None}
