"""Checks what a retriever is asked by; equal requests have equal inputs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import InputError
from core.ports import PictureDecoder
from core.types import Json
from search.retrievers.coercion import InputReader, read_object
from search.retrievers.declared import Definition

INPUTS = "inputs"


@dataclass(frozen=True, slots=True)
class CheckedInputs:
    """Inputs as they are used, defaults filled in; equal requests have equal ones."""

    values: Mapping[str, Any]  # texts, numbers, pictures, filters, …
    canonical: Json  # the same as JSON; a picture by its hash
    blank: tuple[str, ...] = ()  # names of inputs that were not given, or say nothing


def place_of(wanted: str, values: object, at: str = INPUTS) -> str | None:
    """Name the place where a text stands among inputs; None where it stands nowhere."""
    if isinstance(values, str):
        return at if values == wanted else None
    inner = values.items() if isinstance(values, Mapping) else ()
    parts = enumerate(values) if isinstance(values, list) else inner
    places = (place_of(wanted, one, f"{at}.{name}") for name, one in parts)
    return next(filter(None, places), None)


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
