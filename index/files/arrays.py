"""Arrays and JSON of a snapshot: written once, opened by memory map."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DamagedError


def write_array(path: Path, values: NDArray[Any]) -> None:
    """Write an array as a .npy file."""
    np.save(path, np.ascontiguousarray(values), allow_pickle=False)


def open_array(path: Path) -> NDArray[Any]:
    """Open a .npy file by memory map, read-only.

    Raises:
        DamagedError: names the file.
    """
    try:
        mapped = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise DamagedError(f"{path} cannot be read: {error}") from error
    return np.asarray(mapped)  # the bare array: np.memmap makes each operation slower


def write_json(path: Path, value: object) -> None:
    """Write a value as JSON."""
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def load_json(path: Path) -> Any:  # noqa: ANN401 - JSON holds anything
    """Load JSON. Raises DamagedError, which names the file."""
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise DamagedError(f"{path} cannot be read: {error}") from error
