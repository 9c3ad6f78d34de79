"""Readers of settings: a text of the environment becomes a value, or a ValueError says why not."""

from collections.abc import Callable
from pathlib import Path


def optional(text: str) -> str | None:
    """Read a text that may be missing."""
    return text.strip() or None


def whole(least: int, most: int = 2**31) -> Callable[[str], int]:
    """Read a whole number within bounds."""

    def parse(text: str) -> int:
        if not text.strip().isdecimal() or not least <= int(text) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(text)

    return parse


def share(text: str) -> float:
    """Read a number from 0 to 1."""
    number = float(text)
    if not 0 <= number <= 1:
        raise ValueError("must be from 0 to 1")
    return number


def folder(text: str) -> Path:
    """Read the path of a folder."""
    if not text.strip():
        raise ValueError("must name a folder")
    return Path(text).expanduser().absolute()


def file(text: str) -> Path | None:
    """Read the path of a file that may be missing."""
    return Path(text).expanduser().absolute() if text.strip() else None


def one_of(*choices: str) -> Callable[[str], str]:
    """Read one of some words, in any case."""

    def parse(text: str) -> str:
        if text.strip().lower() not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}")
        return text.strip().lower()

    return parse
