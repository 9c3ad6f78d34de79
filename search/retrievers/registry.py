"""Retrievers by name: those that ship with Vasari, and those that are kept in the database.

A version is compiled once for its hash. What a name means is read again after half a second, so
that every process sees a publish within one; those that ship are never looked for in the database.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import TypeVar

from core.errors import ConflictError, DamagedError, InputError, NotFoundError, StorageError
from core.ports import RetrieverStore
from core.retrievers import KeptVersion, RetrieverVersion
from core.types import Json
from search.retrievers.definition import Pipeline, parse_definition
from search.retrievers.recent import Recent
from search.retrievers.references import (
    KIND,
    Reference,
    check_new_name,
    parse_name,
    parse_reference,
)

SEEN_AFTER_S = 0.5  # half of the second that is promised; the rest is for the database
LONGEST_DEFINITION = 100_000  # characters of its JSON
LONGEST_REMEMBERED = 10_000  # of those without a name; a longer one takes megabytes when compiled
_KEPT_PIPELINES = 256
_KEPT_NAMELESS = 64
_KEPT_NAMES = 1024

_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class Resolved:
    """A version of a retriever, ready to be run."""

    version: RetrieverVersion
    pipeline: Pipeline


class Retrievers:
    """The retrievers of an installation."""

    def __init__(
        self,
        store: RetrieverStore,
        builtins: Callable[[], Mapping[str, Pipeline]],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._load_builtins = builtins
        self._clock = clock
        self._pipelines: Recent[Pipeline] = Recent(_KEPT_PIPELINES)
        self._nameless: Recent[Pipeline] = Recent(_KEPT_NAMELESS)
        self._seen = _nothing_seen()

    def resolve(self, reference: str) -> Resolved:
        """Make `name` or `name@3` ready to be run.

        Raises:
            NotFoundError: with a name that may have been meant.
            StorageError: the database is away; what ships with Vasari needs none.
        """
        if found := self._builtins.get(reference):
            return found
        wanted = parse_reference(reference)
        if wanted.name in self._builtins:
            return self._builtin(wanted)
        version = self._recent(wanted)
        return Resolved(version, self._compiled(version))

    def compile(self, definition: Json) -> Pipeline:
        """Check and compile a definition without a name; one that came lately is known.

        Raises:
            InputError: names the place, as `stages.1.parameters.weight`.
        """
        text = checked_size(definition)
        pipeline = self._nameless.get(text)
        if pipeline is None:
            pipeline = parse_definition(definition)
            if len(text) <= LONGEST_REMEMBERED:
                self._nameless.put(text, pipeline)
        return pipeline

    def get(self, reference: str) -> RetrieverVersion:
        """Read a version as it is now. Raises NotFoundError, StorageError."""
        wanted = parse_reference(reference)
        if wanted.name in self._builtins:
            return self._builtin(wanted).version
        return self._found(wanted, lambda: self._store.get(wanted.name, wanted.version))

    def all(self) -> list[RetrieverVersion]:
        """List what each name means: those that ship first, then the others, by name."""
        shipped = [resolved.version for resolved in self._builtins.values()]
        kept = [version for version in self._store.all() if version.name not in self._builtins]
        return shipped + kept

    def versions(self, name: str) -> list[RetrieverVersion]:
        """List the versions of a retriever, newest first. Raises NotFoundError, StorageError."""
        wanted = Reference(parse_name(name))
        if wanted.name in self._builtins:
            return [self._builtin(wanted).version]
        return self._found(wanted, lambda: self._store.versions(wanted.name))

    def create(self, name: str, definition: Json, *, publish: bool = False) -> KeptVersion:
        """Check a definition and keep it as the next version of a name.

        The first version of a name is published; equal content is the version that is there.

        Raises:
            InputError: names the field that is wrong.
            ConflictError: the name is of one that ships, or there are as many as may be.
        """
        check_new_name(name)
        self._refuse_builtin(name, "clone it under a name of your own")
        checked_size(definition)
        pipeline = parse_definition(definition)
        kept = self._store.create(name, pipeline.written, pipeline.hash, publish=publish)
        self._seen = _nothing_seen()
        return kept

    def clone(
        self, reference: str, name: str, changes: Json, *, publish: bool = False
    ) -> KeptVersion:
        """Keep a version under a name with some parts of its definition replaced; as `create`."""
        return self.create(name, {**self.get(reference).definition, **changes}, publish=publish)

    def publish(self, reference: str) -> RetrieverVersion:
        """Let a name mean `name@3`, or its newest version. Raises NotFoundError, ConflictError."""
        wanted = parse_reference(reference)
        self._refuse_builtin(wanted.name, "it has one version, which is published")
        version = wanted.version or self.versions(wanted.name)[0].version
        published = self._found(wanted, lambda: self._store.publish(wanted.name, version))
        self._seen = _nothing_seen()
        return published

    def delete(self, reference: str) -> list[int]:
        """Delete `name@3`, or a whole retriever; list the versions that went, ascending.

        Raises:
            NotFoundError: with a name that may have been meant.
            ConflictError: it is the published version beside others, or ships with Vasari.
        """
        wanted = parse_reference(reference)
        self._refuse_builtin(wanted.name, "it stays")
        gone = self._found(wanted, lambda: self._store.delete(wanted.name, wanted.version))
        self._seen = _nothing_seen()
        return gone

    @cached_property
    def _builtins(self) -> Mapping[str, Resolved]:
        return {
            name: Resolved(_builtin_version(name, pipeline), pipeline)
            for name, pipeline in self._load_builtins().items()
        }

    def _builtin(self, wanted: Reference) -> Resolved:
        found = self._builtins[wanted.name]
        if wanted.version not in (None, found.version.version):
            raise NotFoundError(KIND, str(wanted), near=found.version.label)
        return found

    def _refuse_builtin(self, name: str, remedy: str) -> None:
        if name in self._builtins:
            raise ConflictError(f"{name} ships with Vasari and cannot be changed: {remedy}")

    def _recent(self, wanted: Reference) -> RetrieverVersion:
        """Read a version, or remember how it was just now."""
        # Both are taken before it is read: what changes meanwhile puts another in the place of it.
        now, seen = self._clock(), self._seen
        last = seen.get(str(wanted))
        if last and now - last[0] < SEEN_AFTER_S:
            return last[1]
        version = self._found(wanted, lambda: self._store.get(wanted.name, wanted.version))
        seen.put(str(wanted), (now, version))
        return version

    def _compiled(self, version: RetrieverVersion) -> Pipeline:
        pipeline = self._pipelines.get(version.hash)
        if pipeline is None:
            try:
                pipeline = parse_definition(version.definition)
            except InputError as error:
                raise DamagedError(
                    f"retriever {version.label} was made by another version of Vasari: {error}"
                ) from error
            self._pipelines.put(version.hash, pipeline)
        return pipeline

    def _found(self, wanted: Reference, read: Callable[[], _Found]) -> _Found:
        """Read, or say what may have been meant, or what works without the database."""
        try:
            return read()
        except NotFoundError as error:
            raise NotFoundError(KIND, str(wanted), near=self._near(wanted)) from error
        except StorageError as error:
            shipped = ", ".join(self._builtins)
            raise StorageError(
                f"retriever {wanted} cannot be read now: {error}. These need no database: {shipped}"
            ) from error

    def _near(self, wanted: Reference) -> str | None:
        names = [*self._builtins, *self._store.names()]
        if wanted.name in names:
            return self._store.versions(wanted.name)[0].label
        return next(iter(get_close_matches(wanted.name, names, n=1)), None)


def checked_size(definition: Json) -> str:
    """Write a definition that is not longer than any may be. Raises InputError."""
    try:
        text = json.dumps(definition, ensure_ascii=False, allow_nan=False)
    except ValueError as error:
        raise InputError("definition", "holds a number that is not finite") from error
    if len(text) > LONGEST_DEFINITION:
        raise InputError(
            "definition", f"has {len(text):,} characters; at most {LONGEST_DEFINITION:,} are taken"
        )
    return text


def _nothing_seen() -> Recent[tuple[float, RetrieverVersion]]:
    return Recent(_KEPT_NAMES)


def _builtin_version(name: str, pipeline: Pipeline) -> RetrieverVersion:
    written = pipeline.written
    return RetrieverVersion(name, 1, pipeline.hash, written, is_published=True, is_builtin=True)
