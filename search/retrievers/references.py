"""What retrievers are called: names, and versions as `name@3`; pure."""

import re
from dataclasses import dataclass

from core.errors import InputError, NotFoundError

KIND = "retriever"
# What addresses and answers call something else.
RESERVED = frozenset({"ad-hoc", "execute", "explain"})
_NAME = re.compile(r"[a-z0-9-]{1,64}")
_REFERENCE = re.compile(rf"(?P<name>{_NAME.pattern})(?:@(?P<version>[1-9][0-9]{{0,8}}))?")


@dataclass(frozen=True, slots=True)
class Reference:
    """A retriever by its name: a version of it, or the published one."""

    name: str
    version: int | None = None

    def __str__(self) -> str:
        return self.name if self.version is None else f"{self.name}@{self.version}"


def parse_reference(text: str) -> Reference:
    """Read `name` or `name@3`. Raises NotFoundError: nothing is called otherwise."""
    match = _REFERENCE.fullmatch(text)
    if match is None:
        raise NotFoundError(KIND, text)
    version = match["version"]
    return Reference(match["name"], int(version) if version else None)


def parse_name(text: str) -> str:
    """Read the name of a retriever as a whole. Raises NotFoundError for `name@3`."""
    reference = parse_reference(text)
    if reference.version is not None:
        raise NotFoundError(KIND, text, near=reference.name)
    return reference.name


def check_new_name(name: str) -> None:
    """Check what somebody wants to call a retriever. Raises InputError."""
    if not _NAME.fullmatch(name):
        raise InputError("name", "must be 1 to 64 lower-case letters, digits and hyphens")
    if name in RESERVED:
        raise InputError("name", f"{name} is the name of something else; choose another")
