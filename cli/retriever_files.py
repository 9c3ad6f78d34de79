"""Definitions of retrievers as files."""

import json
import sys
from pathlib import Path

from core.errors import InputError
from core.types import Json

STDIN = "-"


def read_definition(file: str) -> Json:
    """Read a JSON object from a file, or from the standard input for `-`. Raises InputError."""
    text = sys.stdin.buffer.read() if file == STDIN else Path(file).read_bytes()
    try:
        read = json.loads(text)
    except UnicodeDecodeError as error:
        raise InputError(file, f"is not UTF-8: {error.reason}") from error
    except ValueError as error:
        raise InputError(file, f"is not JSON: {error}") from error
    except RecursionError as error:
        raise InputError(file, "is nested too deeply") from error
    if not isinstance(read, dict):
        raise InputError(file, "must hold a JSON object: description, inputs and stages")
    return read
