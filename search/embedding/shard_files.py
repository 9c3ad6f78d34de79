"""Files of finished shards: whole or not there, and a damaged one is recognised.

The first line names the format and the SHA-256 of all that follows: a line of JSON (space, content
hashes, faults), then the vectors as little-endian float32.
"""

import contextlib
import hashlib
import json
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.atomic_files import replace_file
from core.errors import DamagedError, StorageError
from core.spaces import Space, space_from_json
from search.embedding.shards import Encoded, Shard

_FORMAT = b"vasari-shard-1"
_SUFFIX = ".shard"
_STORED = np.dtype("<f4")
_STALE_S = 3600  # a write takes seconds; an hour-old one was killed


@dataclass(frozen=True, slots=True)
class Finished:
    """What the file of a finished shard holds."""

    space: Space
    encoded: Encoded


@dataclass(frozen=True, slots=True)
class ShardFolder:
    """A folder of finished shards, which all machines that embed must see."""

    root: Path

    def path(self, shard: Shard) -> Path:
        """Name the file of a shard."""
        return self.root / shard.space.key / f"{shard.id}{_SUFFIX}"

    def write(self, shard: Shard, encoded: Encoded) -> Path:
        """Keep what was made of a shard, all or nothing, through a crash of the machine.

        Raises:
            StorageError: the folder cannot be written to.
        """
        path = self.path(shard)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, _lines(shard.space, encoded))
        except OSError as error:
            raise StorageError(f"cannot write {path}: {error.strerror or error}") from error
        return path

    def read(self, path: Path) -> Finished:
        """Read a finished shard. Raises DamagedError."""
        try:
            return _parse(path.read_bytes())
        except OSError as error:
            raise DamagedError(f"{path} cannot be read: {error.strerror or error}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise DamagedError(f"{path} is damaged: {error}") from error

    def is_whole(self, path: Path) -> bool:
        """Tell whether a shard is finished."""
        try:
            self.read(path)
        except DamagedError:
            return False
        return True

    def finished(self, space: Space) -> list[Path]:
        """List the files of a space, and clear what killed writes left."""
        folder = self.root / space.key
        for left in folder.glob(".*.tmp"):
            with contextlib.suppress(FileNotFoundError):  # another process clears too
                if time.time() - left.stat().st_mtime > _STALE_S:
                    left.unlink()
        return sorted(folder.glob(f"*{_SUFFIX}"))


def _lines(space: Space, encoded: Encoded) -> bytes:
    header = {"space": space.to_json(), "hashes": encoded.hashes, "faults": encoded.faults}
    vectors = np.ascontiguousarray(encoded.vectors, _STORED)
    body = json.dumps(header, ensure_ascii=False).encode() + b"\n" + vectors.tobytes()
    return b"%s %s\n%s" % (_FORMAT, hashlib.sha256(body).hexdigest().encode(), body)


def _parse(data: bytes) -> Finished:
    first, _, body = data.partition(b"\n")
    name, _, digest = first.partition(b" ")
    if name != _FORMAT or hashlib.sha256(body).hexdigest().encode() != digest:
        raise ValueError("it is cut short, changed, or no shard")
    line, _, vectors = body.partition(b"\n")
    header = json.loads(line)
    space = space_from_json(header["space"])
    rows = np.frombuffer(vectors, _STORED).astype(np.float32).reshape(-1, space.encoder.dim)
    if len(rows) != len(header["hashes"]):
        raise ValueError(f"{len(rows)} vectors of {len(header['hashes'])} contents")
    return Finished(space, Encoded(header["hashes"], rows, header["faults"]))
