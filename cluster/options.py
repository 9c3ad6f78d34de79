"""What a cluster is asked to do: checked values, so that Ray is never given nonsense."""

from dataclasses import dataclass, replace

from core.errors import InputError
from core.settings import Settings

LOCAL = "local"  # a cluster of this machine alone, for as long as the command runs
_LEAST_SHARE = 0.0001  # the finest that Ray divides a resource


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """How many workers there are, and what each of them reserves.

    Shares below one let several workers use one GPU or core; Ray counts them and does not enforce
    them, so the memory of a GPU must do for all of its workers.
    """

    count: int = 2
    gpus: float = 0.0
    cpus: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what Ray cannot schedule. Raises InputError."""
        if self.count < 1:
            raise InputError("workers", f"must be 1 or more, not {self.count}")
        for field, share in (("gpus", self.gpus), ("cpus", self.cpus)):
            if share and share < _LEAST_SHARE:
                raise InputError(field, f"must be 0, or {_LEAST_SHARE} and more, not {share}")
            if share > 1 and share != int(share):
                raise InputError(field, f"must be whole beyond 1, not {share}")
        if not self.gpus and not self.cpus:
            raise InputError("cpus", "must be more than 0 where no GPU is reserved")


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How requests are gathered for one forward pass."""

    most: int = 32  # texts, pictures or pairs together
    wait_s: float = 0.005  # that the first of a batch waits for others

    def __post_init__(self) -> None:
        """Refuse batches that cannot be. Raises InputError."""
        if not 1 <= self.most <= 4096:
            raise InputError("batch", f"must be 1 to 4096, not {self.most}")
        if not 0 <= self.wait_s <= 10:
            raise InputError("wait-ms", f"must be 0 to 10000, not {self.wait_s * 1000:g}")


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How models are served."""

    workers: WorkerOptions = WorkerOptions(count=1)  # of each model
    batch: BatchOptions = BatchOptions()
    host: str = "127.0.0.1"
    port: int = 8001


def worker_settings(settings: Settings, cpus: float) -> Settings:
    """Give the settings that a worker needs: no passwords, and no more threads than its cores."""
    return replace(
        settings,
        database_url=None,
        qdrant_url=None,
        qdrant_api_key=None,
        admin_key_hash=None,
        threads=settings.threads or max(1, int(cpus)),
    )
