"""One of the workers that share what is to be embedded of a space."""

import logging
import os
import socket
import uuid
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, closing, suppress
from dataclasses import dataclass
from threading import Event
from typing import TypeAlias

from core.errors import ConfigurationError, LeaseLostError, ModelUnavailableError, StorageError
from core.leases import HeldWork
from core.ports import EmbeddingLeases
from core.progress import Progress
from search.embed import Embedder
from search.embedding.heartbeat import Heartbeat
from search.embedding.run import ShardWork, encoded_shards
from search.embedding.shards import Encoded, Shard, plan_shards
from search.embedding.threads import behind
from search.spool import Spool

CatalogueReader: TypeAlias = Callable[[], AbstractContextManager[Spool]]

_POLL_S = 2.0  # between looks for what another worker may leave
_STORE_PAUSES_S = (1, 5, 15)  # a restart of PostgreSQL takes some seconds
_FAILED_IN_A_ROW = 3  # different shards; then the fault is the worker's

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class WorkReport:
    """What one worker did of a space."""

    space: str
    worker: str
    shards: int = 0
    encoded: int = 0
    lost: int = 0  # shards whose leases ran out
    failed: int = 0  # attempts at shards
    faults: tuple[str, ...] = ()


class CheckedProgress:
    """Progress that ends the work once one of its leases is lost."""

    def __init__(self, progress: Progress, heartbeat: Heartbeat) -> None:
        self._progress = progress
        self._heartbeat = heartbeat

    def begin(self, stage: str, total: int | None, unit: str) -> None:
        """Open a stage."""
        self._progress.begin(stage, total, unit)

    def advance(self, count: int = 1) -> None:
        """Count units as done. Raises LeaseLostError."""
        self._progress.advance(count)
        self._heartbeat.check()


class LeaseWorker:
    """Takes shards of a space, one after the other, until there are none left for anybody."""

    def __init__(
        self,
        embedder: Embedder,
        leases: EmbeddingLeases,
        heartbeat: Heartbeat,
        *,
        shards: ShardWork,
        progress: Progress,
    ) -> None:
        self._embedder = embedder
        self._space = embedder.contents.space
        self._leases = leases
        self._heartbeat = heartbeat
        self._shards = shards
        self._progress = CheckedProgress(progress, heartbeat)
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._under_way = deque[HeldWork]()  # in the order of the encoder
        self._kept = deque[HeldWork]()  # to be encoded again, since what was under way was ended
        self._failed = set[int]()  # shards since the last that was finished
        self._report = WorkReport(self._space.name, self._holder)

    def work(self, mark: str, read: CatalogueReader) -> WorkReport:
        """Plan where it is due, then do shards; what is held is given back whatever happens.

        Raises:
            ConfigurationError, ModelUnavailableError: this worker cannot go on; others may.
        """
        try:
            self._plan(mark, read, begin=True)
            self._begin()
            self._drain()
            while self._leases.is_open(self._space):
                Event().wait(min(_POLL_S, self._leases.lasts_s / 4))
                self._progress.advance(0)
                self._plan(mark, read, begin=False)
                self._drain()
        finally:
            self._give_back()
        return self._report

    def _begin(self) -> None:
        left = self._leases.counts(self._space).left
        self._progress.begin(f"embed {self._space.name}", left, self._embedder.contents.unit)

    def _plan(self, mark: str, read: CatalogueReader, *, begin: bool) -> None:
        plan = self._leases.take_plan(self._space, mark, self._holder, begin=begin)
        if plan is None:
            return
        self._heartbeat.hold(plan)
        try:
            self._add_missing(plan, read)
            self._leases.close_plan(plan)
        except LeaseLostError:
            _log.warning("another worker plans %s now", self._space.name)
        except BaseException:
            with suppress(LeaseLostError, StorageError):
                self._leases.give_back(plan)
            raise
        finally:
            self._heartbeat.drop(plan)

    def _add_missing(self, plan: HeldWork, read: CatalogueReader) -> None:
        # In this order: what is finished in between is then left out, not planned twice.
        planned = self._leases.planned(self._space)
        contents = self._embedder.contents
        with read() as spool:
            missing = self._embedder.missing(spool, spool.count, self._progress).hashes - planned
            listed = (item for artwork in spool for item in contents.of(artwork).items())
            for shard in plan_shards(self._space, listed, missing, contents.shard_size):
                self._heartbeat.check()
                self._leases.add(plan, self._space, [(shard.id, shard.contents)])

    def _drain(self) -> None:
        """Do shards as long as there are free ones."""
        while True:
            try:
                with closing(self._made()) as made:
                    for _ in behind(self._finish, made):
                        pass
                return
            except LeaseLostError:
                self._keep_what_is_held()
            except (ConfigurationError, ModelUnavailableError):
                raise  # whichever shard it met
            except Exception as error:  # noqa: BLE001 - whatever one shard did, the others go on
                self._set_back(error)

    def _made(self) -> Generator[tuple[HeldWork, Encoded], None, None]:
        with closing(encoded_shards(self._shards, self._taken(), self._progress)) as encoded:
            for _, one in encoded:
                yield self._under_way.popleft(), one

    def _taken(self) -> Iterator[Shard]:
        while True:
            held = self._kept.popleft() if self._kept else self._take()
            if held is None:
                return
            self._under_way.append(held)
            yield Shard(self._space, held.contents)

    def _take(self) -> HeldWork | None:
        held = self._leases.take(self._space, self._holder)
        if held is not None:
            self._heartbeat.hold(held)
        return held

    def _finish(self, made: tuple[HeldWork, Encoded]) -> None:
        held, encoded = made
        try:
            self._keep(held, encoded)
        except LeaseLostError:
            self._report.lost += 1
            return
        finally:
            self._heartbeat.drop(held)
        self._failed.clear()
        self._report.shards += 1
        self._report.encoded += len(encoded.hashes)
        self._report.faults += tuple(encoded.faults)

    def _keep(self, held: HeldWork, encoded: Encoded) -> None:
        """Keep what was made, also through a short absence of the database."""
        for pause_s in _STORE_PAUSES_S:
            try:
                return self._leases.finish(held, self._space, encoded.hashes, encoded.vectors)
            except StorageError as error:
                _log.warning("%s; tried again in %s s", error, pause_s)
                Event().wait(pause_s)
        return self._leases.finish(held, self._space, encoded.hashes, encoded.vectors)

    def _keep_what_is_held(self) -> None:
        """Go on with what is still ours of what was under way."""
        while self._under_way:
            held = self._under_way.pop()
            if self._heartbeat.is_lost(held):
                self._heartbeat.drop(held)
                self._report.lost += 1
            else:
                self._kept.appendleft(held)

    def _set_back(self, error: Exception) -> None:
        """Say that the shard that was encoded failed; one fault in all of them is the worker's."""
        if not self._under_way:
            raise error
        held = self._under_way.popleft()
        _log.warning("shard of %d contents: %s", len(held.contents), error)
        self._heartbeat.drop(held)
        with suppress(LeaseLostError):
            self._leases.fail(held, f"{type(error).__name__}: {error}")
        self._report.failed += 1
        self._failed.add(held.key)
        self._keep_what_is_held()
        if len(self._failed) >= _FAILED_IN_A_ROW:
            raise error

    def _give_back(self) -> None:
        for held in (*self._under_way, *self._kept):
            self._heartbeat.drop(held)
            with suppress(LeaseLostError, StorageError):
                self._leases.give_back(held)
