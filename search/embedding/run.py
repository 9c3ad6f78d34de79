"""Embedding shards: each becomes one file, whoever does it and wherever."""

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from functools import cached_property, partial
from pathlib import Path
from typing import Self

from core.errors import ConfigurationError
from core.progress import Progress, SilentProgress
from core.spaces import Space, differences
from search.embedding.contents import Contents
from search.embedding.preparing import Preparer
from search.embedding.shard_files import ShardFolder
from search.embedding.shards import Encoded, Part, Shard, joined, parts_of
from search.embedding.threads import behind


class ShardWork:
    """What embeds shards of one space; the processes it starts live until it is closed."""

    def __init__(self, contents: Contents, folder: ShardFolder, processes: int = 0) -> None:
        """Take so many processes that prepare pictures; 0: threads of this one do."""
        self.contents = contents
        self.folder = folder
        self._processes = processes

    @cached_property
    def preparer(self) -> Preparer | None:
        """What prepares contents ahead of the encoder, opened when it is first needed."""
        return self.contents.open_preparer(self._processes)

    def close(self) -> None:
        """End its processes."""
        preparer = self.__dict__.pop("preparer", None)
        if preparer is not None:
            preparer.close()

    def __enter__(self) -> Self:
        """Keep it open."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


def embed_shard(work: ShardWork, shard: Shard) -> Path:
    """Embed one shard and name its file; one that is finished already is not made again.

    Raises:
        ConfigurationError: the encoder of this process makes embeddings of another space.
        ModelUnavailableError: the model has been away for too long.
    """
    path = work.folder.path(shard)
    if path.exists() and work.folder.is_whole(path):
        return path
    [path] = embed_shards(work, [shard], SilentProgress())
    return path


def embed_shards(
    work: ShardWork, shards: Iterable[Shard], progress: Progress
) -> Generator[Path, None, None]:
    """Embed shards in their order and name the file of each; progress counts their contents.

    Errors are those of `embed_shard`.
    """
    with closing(encoded_shards(work, shards, progress)) as encoded:
        yield from behind(lambda done: work.folder.write(*done), encoded)


def encoded_shards(
    work: ShardWork, shards: Iterable[Shard], progress: Progress
) -> Generator[tuple[Shard, Encoded], None, None]:
    """Encode shards; contents of the next parts are prepared while one is encoded."""
    under_way: deque[tuple[Shard, int]] = deque()  # shards, and parts of each
    space = work.contents.space

    def parts() -> Iterator[Part]:
        for shard in shards:
            _check_space(space, shard)
            cut = parts_of(shard, work.contents.part_size)
            under_way.append((shard, len(cut)))
            yield from cut

    done: list[Encoded] = []
    try:
        for part in work.contents.encode(parts(), work.preparer, partial(progress.advance, 0)):
            done.append(part)
            progress.advance(len(part.hashes) + len(part.faults))
            if len(done) == under_way[0][1]:
                yield under_way.popleft()[0], joined(done, space.encoder.dim)
                done = []
    except BaseException:
        work.close()  # else what was being prepared would wait for ever
        raise


def _check_space(made: Space, shard: Shard) -> None:
    if made != shard.space:
        raise ConfigurationError(
            f"shard {shard.id} is of {shard.space.name}; what the encoder here makes differs in "
            f"{differences(made, shard.space)}"
        )
