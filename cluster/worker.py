"""What runs in a worker of the cluster: the encoder, and shards that are sent to it."""

import platform
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.blob_keys import picture_key
from core.errors import ConfigurationError, VasariError
from core.settings import Settings
from core.types import SpaceField

if TYPE_CHECKING:
    from search.embedding.run import ShardWork
    from search.embedding.shards import Shard


@dataclass(frozen=True, slots=True)
class Sight:
    """What a worker must see to be of use."""

    token: Path  # a file that the driver has just written into the shared folder
    picture: str | None = None  # content hash of a picture that the driver sees


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a call: errors of ours do not survive the way between processes whole."""

    path: str = ""
    fault: str | None = None


class ShardWorker:
    """An actor that embeds shards of one space; the encoder is loaded once."""

    def __init__(self, settings: Settings, field: SpaceField) -> None:
        self._settings = settings
        self._field = field
        self._work: ShardWork | None = None

    def open(self, sight: Sight) -> Outcome:
        """Look whether this machine sees what it must, and load the encoder."""
        from search.build_embedding import build_shard_work

        try:
            check_sight(self._settings, sight)
            self._work = build_shard_work(self._settings, self._field, processes=0)
        except VasariError as error:
            return Outcome(fault=_told(error))
        return Outcome()

    def embed(self, shard: "Shard") -> Outcome:
        """Embed one shard; its file is whole when this returns."""
        from search.embedding.run import embed_shard

        if self._work is None:
            raise RuntimeError("the worker has not been opened")
        try:
            return Outcome(path=str(embed_shard(self._work, shard)))
        except VasariError as error:
            return Outcome(fault=_told(error))


def check_sight(settings: Settings, sight: Sight) -> None:
    """Look for the shared folder and the pictures. Raises ConfigurationError."""
    if not sight.token.exists():
        raise ConfigurationError(
            f"does not see {sight.token.parent}: VASARI_HOME ({settings.home}) must be one folder "
            "that all machines share, under the same path"
        )
    if sight.picture is None:
        return
    from search.build import build_blobs

    if not build_blobs(settings).exists(picture_key(sight.picture)):
        place = settings.blobs_url or settings.blobs_path
        raise ConfigurationError(
            f"does not see the pictures in {place}: share that folder, or set VASARI_BLOBS_URL to "
            "an S3 store"
        )


def _told(error: VasariError) -> str:
    return f"worker on {platform.node()}: {error}"
