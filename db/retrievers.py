"""Retrievers in SQL: versions that come and go whole, by transactions that wait for one another."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, delete, func, insert, select, update

from core.errors import ConflictError, NotFoundError
from core.retrievers import KeptVersion, RetrieverVersion
from core.types import Json
from db.membership import is_storable
from db.retriever_tables import retriever_versions, retrievers
from db.session import WriteLock, hold, reading, writing

_KIND = "retriever"
_VERSIONS = select(
    retriever_versions,
    (retrievers.c.published == retriever_versions.c.version).label("is_published"),
).join_from(retriever_versions, retrievers)
_IS_PUBLISHED = retrievers.c.published == retriever_versions.c.version


@dataclass(frozen=True, slots=True)
class RetrieverLimits:
    """How much is kept: a list of all retrievers is read into memory."""

    retrievers: int = 500
    versions: int = 1000  # of one retriever


_DEFAULT_LIMITS = RetrieverLimits()


class SqlRetrieverStore:
    """Keeps retrievers."""

    def __init__(self, engine: Engine, limits: RetrieverLimits = _DEFAULT_LIMITS) -> None:
        self._engine = engine
        self._limits = limits

    def create(self, name: str, definition: Json, hash: str, *, publish: bool) -> KeptVersion:
        """Keep the next version, or find the one of this hash; the first is published anyway.

        Raises:
            ConflictError: there are as many as may be.
        """
        with self._changing() as connection:
            same = _first(connection, _of(name).where(retriever_versions.c.hash == hash))
            if same:
                if publish:
                    _publish(connection, name, same.version)
                return KeptVersion(_get(connection, name, same.version), is_new=False)
            is_first = self._check_room(connection, name)
            version = _next_version(connection, name)
            connection.execute(
                insert(retriever_versions).values(
                    name=name,
                    version=version,
                    hash=hash,
                    definition=definition,
                    created_at=datetime.now(UTC),
                )
            )
            if publish or is_first:
                _publish(connection, name, version)
            return KeptVersion(_get(connection, name, version), is_new=True)

    def get(self, name: str, version: int | None = None) -> RetrieverVersion:
        """Read a version, or the published one. Raises NotFoundError."""
        with reading(self._engine) as connection:
            return _get(connection, name, version)

    def all(self) -> list[RetrieverVersion]:
        """List the published versions in the order of their names."""
        with reading(self._engine) as connection:
            listed = _VERSIONS.where(_IS_PUBLISHED).order_by(retrievers.c.name)
            return [_parse(row) for row in connection.execute(listed)]

    def names(self) -> list[str]:
        """List the names that mean something, ascending."""
        named = select(retrievers.c.name).where(retrievers.c.published.is_not(None))
        with reading(self._engine) as connection:
            return list(connection.scalars(named.order_by(retrievers.c.name)))

    def versions(self, name: str) -> list[RetrieverVersion]:
        """List the versions of a retriever, newest first. Raises NotFoundError."""
        with reading(self._engine) as connection:
            newest_first = _of(name).order_by(retriever_versions.c.version.desc())
            rows = connection.execute(newest_first).all() if is_storable(name) else []
        if not rows:
            raise NotFoundError(_KIND, name)
        return [_parse(row) for row in rows]

    def publish(self, name: str, version: int) -> RetrieverVersion:
        """Let the bare name mean a version. Raises NotFoundError."""
        with self._changing() as connection:
            _get(connection, name, version)
            _publish(connection, name, version)
            return _get(connection, name, version)

    def delete(self, name: str, version: int | None = None) -> list[int]:
        """Delete a version, or the whole retriever; list the versions that went, ascending.

        Raises:
            NotFoundError: there is no such version.
            ConflictError: it is the published one, and not the only one.
        """
        with self._changing() as connection:
            found = _get(connection, name, version)
            numbers = retriever_versions.c.version
            mine = select(numbers).where(retriever_versions.c.name == name).order_by(numbers)
            kept = list(connection.scalars(mine))
            going = kept if version is None else [version]
            if found.is_published and going != kept:
                raise ConflictError(
                    f"{found.label} is published: publish another version first, or delete the "
                    f"whole retriever {name}"
                )
            connection.execute(
                delete(retriever_versions).where(
                    retriever_versions.c.name == name, numbers.in_(going)
                )
            )
            if going == kept:
                _publish(connection, name, None)
            return going

    def _check_room(self, connection: Connection, name: str) -> bool:
        """Tell whether a retriever is new. Raises ConflictError where there is no room."""
        counted = select(func.count()).select_from(retriever_versions)
        versions = connection.scalar(counted.where(retriever_versions.c.name == name)) or 0
        if versions >= self._limits.versions:
            raise ConflictError(
                f"{name} has {versions:,} versions, as many as may be: delete some that are not "
                "published"
            )
        live = select(func.count()).where(retrievers.c.published.is_not(None))
        if not versions and (connection.scalar(live) or 0) >= self._limits.retrievers:
            raise ConflictError(
                f"there are {self._limits.retrievers:,} retrievers, as many as may be: delete some"
            )
        return not versions

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        with writing(self._engine) as connection:
            hold(connection, WriteLock.RETRIEVERS)  # the name may have no row to lock yet
            yield connection


def _of(name: str) -> Select[Any]:
    return _VERSIONS.where(retriever_versions.c.name == name)


def _get(connection: Connection, name: str, version: int | None) -> RetrieverVersion:
    is_wanted = _IS_PUBLISHED if version is None else retriever_versions.c.version == version
    row = _first(connection, _of(name).where(is_wanted)) if is_storable(name) else None
    if row is None:
        raise NotFoundError(_KIND, name if version is None else f"{name}@{version}")
    return _parse(row)


def _first(connection: Connection, query: Select[Any]) -> Row[Any] | None:
    return connection.execute(query).first()


def _next_version(connection: Connection, name: str) -> int:
    known = select(retrievers.c.last_version).where(retrievers.c.name == name)
    last: int | None = connection.scalar(known)
    if last is None:
        connection.execute(insert(retrievers).values(name=name, published=None, last_version=1))
        return 1
    counted = update(retrievers).where(retrievers.c.name == name)
    connection.execute(counted.values(last_version=last + 1))
    return last + 1


def _publish(connection: Connection, name: str, version: int | None) -> None:
    connection.execute(
        update(retrievers).where(retrievers.c.name == name).values(published=version)
    )


def _parse(row: Row[Any]) -> RetrieverVersion:
    return RetrieverVersion(
        name=row.name,
        version=row.version,
        hash=row.hash,
        definition=row.definition,
        is_published=bool(row.is_published),
        created_at=row.created_at,
    )
