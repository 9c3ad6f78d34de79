"""The store of an installation that has no database to keep retrievers in."""

from typing import NoReturn

from core.errors import StorageError
from core.retrievers import KeptVersion, RetrieverVersion
from core.types import Json


class AbsentRetrieverStore:
    """Says why there are no retrievers but those that ship with Vasari."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def create(self, name: str, definition: Json, hash: str, *, publish: bool) -> KeptVersion:  # noqa: ARG002 - the port's
        """Raise StorageError."""
        self._refuse()

    def get(self, name: str, version: int | None = None) -> RetrieverVersion:  # noqa: ARG002 - the port's
        """Raise StorageError."""
        self._refuse()

    def all(self) -> list[RetrieverVersion]:
        """Raise StorageError."""
        self._refuse()

    def names(self) -> list[str]:
        """Raise StorageError."""
        self._refuse()

    def versions(self, name: str) -> list[RetrieverVersion]:  # noqa: ARG002 - the port's
        """Raise StorageError."""
        self._refuse()

    def publish(self, name: str, version: int) -> RetrieverVersion:  # noqa: ARG002 - the port's
        """Raise StorageError."""
        self._refuse()

    def delete(self, name: str, version: int | None = None) -> list[int]:  # noqa: ARG002 - the port's
        """Raise StorageError."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise StorageError(self._reason)
