"""Inputs of a retriever, published as JSON Schema."""

from search.retrievers.declared import Definition
from search.retrievers.input_schema import json_schema


def test_inputs_are_published_as_json_schema() -> None:
    inputs = {
        "q": {"type": "string", "required": True, "max_length": 9, "examples": ["sea"]},
        "by": {"type": "list", "enum": ["a", "b"], "default": ["a"]},
        "image": {"type": "image"},
        "since": {"type": "date"},
        "part": {"type": "object", "fields": {"weight": {"type": "number", "minimum": 0}}},
    }
    definition = {"inputs": inputs, "stages": [{"type": "feature_search"}]}

    schema = json_schema(Definition.model_validate(definition))

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["required"] == ["q"]
    assert schema["additionalProperties"] is False
    fields = schema["properties"]
    assert fields["q"] == {"type": "string", "maxLength": 9, "examples": ["sea"]}
    assert fields["by"] == {
        "type": "array", "items": {"type": "string", "enum": ["a", "b"]}, "default": ["a"],
    }  # fmt: skip
    assert fields["image"]["contentEncoding"] == "base64"
    assert {"type": "string", "format": "date"} in fields["since"]["anyOf"]
    assert fields["part"]["properties"] == {"weight": {"type": "number", "minimum": 0}}
