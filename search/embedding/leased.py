"""Embedding by many workers that share the database of the catalogue, and pictures, alone.

One worker at a time plans what is missing into leases; each takes shards of them, and what it made
of one is kept together with the word that it is done, or not at all.
"""

from collections.abc import Sequence

from core.leases import WorkCounts
from core.ports import ArtworkStore, EmbeddingLeases
from core.progress import Progress
from core.types import SpaceField
from search.embedding.heartbeat import Heartbeat
from search.embedding.lease_worker import LeaseWorker, WorkReport
from search.embedding.run import ShardWork
from search.embedding.runs import EmbeddingRuns, SpaceState


class SharedEmbedding:
    """Embeds what is missing beside other workers."""

    def __init__(
        self,
        runs: EmbeddingRuns,
        catalogue: ArtworkStore,
        leases: EmbeddingLeases,
        *,
        processes: int = 0,
    ) -> None:
        """Take so many processes that prepare pictures; 0: threads of this one do."""
        self._runs = runs
        self._catalogue = catalogue
        self._leases = leases
        self._processes = processes

    def work(self, field: SpaceField, progress: Progress, *, retry: bool = False) -> WorkReport:
        """Embed what is missing of a space until nothing is left, to this worker or any other.

        Raises:
            InputError: the catalogue is empty.
            ConfigurationError, ModelUnavailableError: this worker cannot go on; others may.
        """
        embedder = self._runs.embedder(field)
        if retry:
            self._leases.retry(embedder.contents.space)
        mark = str(self._catalogue.changed_at())
        shards = ShardWork(embedder.contents, embedder.folder, self._processes)
        with shards, Heartbeat(self._leases) as heartbeat:
            worker = LeaseWorker(
                embedder, self._leases, heartbeat, shards=shards, progress=progress
            )
            return worker.work(mark, lambda: self._runs.spooled(progress))

    def state(
        self, progress: Progress, spaces: Sequence[SpaceField]
    ) -> list[tuple[SpaceState, WorkCounts]]:
        """Tell how far spaces are embedded, and how far the workers are that share them."""
        states = self._runs.state(progress, spaces)
        own = [self._runs.embedder(field).contents.space for field in spaces]
        return [(state, self._leases.counts(one)) for state, one in zip(states, own, strict=True)]
