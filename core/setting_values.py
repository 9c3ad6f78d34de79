"""What a setting is, and its readers: a text becomes a value, or a ValueError says why not."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: its name, default, reader and meaning."""

    name: str
    default: str
    parse: Callable[[str], Any]
    help: str

    @property
    def field(self) -> str:
        """Name of the field of `Settings` that holds it."""
        return self.name.removeprefix("VASARI_").lower()


def optional(text: str) -> str | None:
    """Read a text that may be missing."""
    return text.strip() or None


def web_address(text: str) -> str | None:
    """Read the address of something on the web that may be missing."""
    address = text.strip()
    if address and not re.fullmatch(r"https?://[^\s?#]+", address):
        raise ValueError("must be an address such as https://pictures.example/vasari")
    return address.rstrip("/") or None


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
