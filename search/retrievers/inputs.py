"""Checks what a retriever is asked by; equal requests have equal inputs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import InputError
from core.ports import PictureDecoder
from core.retrievers import InputType
from core.types import Json
from search.retrievers.coercion import InputReader, read_object
from search.retrievers.declared import Definition, InputField

INPUTS = "inputs"


@dataclass(frozen=True, slots=True)
class CheckedInputs:
    """Inputs as they are used, defaults filled in; equal requests have equal ones."""

    values: Mapping[str, Any]  # texts, numbers, pictures, filters, …
    canonical: Json  # the same as JSON; a picture by its hash
    blank: tuple[str, ...] = ()  # names of inputs that were not given, or say nothing


def place_of(
    artwork: str, fields: Mapping[str, InputField], values: Mapping[str, Any], at: str = INPUTS
) -> str | None:
    """Name the input that an artwork came by; None where it came by none."""
    for name, field in fields.items():
        is_list = field.type is InputType.LIST
        element = field.element if is_list else field
        given = enumerate(values.get(name) or ()) if is_list else [("", values.get(name))]
        for place, value in given:
            here = f"{at}.{name}.{place}" if is_list else f"{at}.{name}"
            if element.type is InputType.ARTWORK and value == artwork:
                return here
            if element.type is InputType.OBJECT and value is not None:
                below = place_of(artwork, element.fields or {}, value, here)
                if below is not None:
                    return below
    return None


def check_inputs(
    definition: Definition, given: Mapping[str, Any], decode: PictureDecoder
) -> CheckedInputs:
    """Check the inputs of one request.

    Pictures come in base64 or as the bytes of a file.

    Raises:
        InputError: names the input that is unknown, missing, or not of its type.
    """
    if not isinstance(given, Mapping):  # what was sent may be anything
        raise InputError(INPUTS, "must be an object with the inputs by name")
    read, missing = read_object(InputReader(decode), definition.inputs, given, INPUTS)
    return CheckedInputs(read.native, read.canonical, tuple(missing))
