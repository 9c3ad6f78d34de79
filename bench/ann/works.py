"""The artworks of a data set: one line of JSON each, with just what the filters read."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.ann.conditions import OPEN_BEGIN, OPEN_END
from core.text import fold, words
from core.types import DEFAULT_ROLE, Artist, Artwork, Contribution


@dataclass(frozen=True, slots=True)
class Work:
    """An artwork as the bench keeps it."""

    title: str | None
    artists: tuple[str, ...]  # with the role "artist"
    begin: int | None
    end: int | None
    medium: str | None


@dataclass(frozen=True, slots=True)
class FlatWork:
    """An artwork as engines with plain columns keep it; compare with `conditions.py`."""

    artist: tuple[str, ...]  # folded names
    medium: tuple[str, ...]  # folded words
    begin: int | None
    end: int | None


def work_of(artwork: Artwork) -> Work:
    """Take of an artwork what the bench filters by."""
    artists = tuple(c.artist.name for c in artwork.contributions if c.role == DEFAULT_ROLE)
    return Work(artwork.title, artists, artwork.begin, artwork.end, artwork.medium)


def flatten(work: Work) -> FlatWork:
    """Fold a work's texts, and close the open ends of its years."""
    dated = work.begin is not None or work.end is not None
    return FlatWork(
        artist=tuple(dict.fromkeys(map(fold, work.artists))),
        medium=tuple(dict.fromkeys(words(work.medium or ""))),
        begin=(OPEN_BEGIN if work.begin is None else work.begin) if dated else None,
        end=(OPEN_END if work.end is None else work.end) if dated else None,
    )


def artwork_of(number: int, work: Work) -> Artwork:
    """Make the artwork that Vasari builds its snapshot from."""
    links = (Contribution(Artist(f"bench:{fold(name)}", name)) for name in work.artists)
    return Artwork(
        id=f"bench:{number:07}",
        title=work.title,
        contributions=tuple(links),
        begin=work.begin,
        end=work.end,
        medium=work.medium,
    )


def write_works(path: Path, works: Iterable[Work]) -> None:
    """Write works, a line each."""
    with path.open("w", encoding="utf-8") as file:
        for work in works:
            file.write(json.dumps(asdict(work), ensure_ascii=False) + "\n")


def read_works(path: Path) -> Iterator[Work]:
    """Read works that `write_works` wrote."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            data = json.loads(line)
            yield Work(
                data["title"], tuple(data["artists"]), data["begin"], data["end"], data["medium"]
            )
