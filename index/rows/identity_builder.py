"""Builds what tells the artworks of a snapshot apart, one artwork at a time."""

import re
from array import array
from collections.abc import Hashable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.text import fold
from core.titles import telling_title, without_state
from core.types import DEFAULT_ROLE, Artwork, Numbers
from index.files.arrays import write_array
from index.files.lines import LineWriter
from index.rows.identity import (
    ACCESSIONS,
    ARTISTS,
    BARE,
    COPIES,
    NUMBERS,
    OTHER_TITLES,
    TITLES,
    WHOLES,
    accession_key,
    artworks_path,
    codes_path,
)
from index.rows.wholes import Wholes

_MISSING = -1
_PLACEHOLDER = 20  # works; a picture that more of them share is a "no image" card
_SKETCHBOOK = re.compile(r"\b(?:sketch ?books?|notebooks?|skizzenbuch|carnet|schetsboek|taccuino)")
_STEM_END = re.compile(r"[,:;(]")  # "Venice: the Doge's Palace", "Venice (verso)"


class IdentityBuilder:
    """Collects codes in memory: 36 bytes an artwork, and each distinct text once."""

    def __init__(self) -> None:
        self._titles = _Coded()
        self._accessions = _Coded()
        self._artists = _Coded()
        self._keys = _Coded()
        self._pictures = _Coded()
        self._is_bare = array("b")
        self._numbers = _Lists()
        self._other_titles = _Lists()
        self._wholes = Wholes()

    def add(self, artwork: Artwork) -> None:
        """Take the next artwork."""
        title = telling_title(artwork.title)
        artist = first_artist(artwork)
        self._titles.add(title)
        self._accessions.add(accession_key(artwork.accession_number or "") or None)
        self._artists.add(artist)
        self._keys.add(_copy_key(artwork, artist, title))
        self._pictures.add(artwork.images[0].content_hash if artwork.images else None)
        self._is_bare.append(not (title or artwork.description or artwork.subjects))
        self._numbers.add(key for one in artwork.identifiers for key in _number_keys(one))
        self._other_titles.add(map(telling_title, artwork.other_titles))
        self._wholes.add(artwork)

    def write(self, folder: Path) -> None:
        """Write all files into a folder."""
        _write_texts(folder, TITLES, self._titles)
        _write_texts(folder, ACCESSIONS, self._accessions)
        write_array(codes_path(folder, ARTISTS), self._artists.codes())
        self._numbers.write(folder, NUMBERS)
        self._other_titles.write(folder, OTHER_TITLES)
        wholes = list(self._wholes.sets())
        copies = join_copies(self._keys.codes(), (*_shared(self._pictures.codes()), *wholes))
        alone = np.full(len(copies), _MISSING, np.int32)
        write_array(codes_path(folder, WHOLES), join_copies(alone, wholes) if wholes else alone)
        write_array(codes_path(folder, COPIES), copies)
        write_array(folder / f"{BARE}.npy", np.array(self._is_bare, np.bool_))


def first_artist(artwork: Artwork) -> str | None:
    """Find the id of the first artist in the role "artist": a work after one is not by them."""
    made = (link for link in artwork.contributions if fold(link.role) == DEFAULT_ROLE)
    link = next(made, None)
    return link.artist.id if link else None


def join_copies(keys: Numbers, sets: Iterable[Sequence[int]]) -> Numbers:
    """Give works with equal keys, or in one set, one code, and those alone none."""
    size = len(keys)
    parents = np.where(keys >= 0, keys, keys.max(initial=_MISSING) + 1 + np.arange(size)).tolist()
    joined = dict.fromkeys(parents)
    roots: dict[int, int] = {code: code for code in joined}
    for numbers in sets:
        first, *others = (_root(roots, parents[number]) for number in numbers)
        roots.update(dict.fromkeys(others, first))
    found = np.array([_root(roots, parent) for parent in parents], np.int64)
    _, codes, counts = np.unique(found, return_inverse=True, return_counts=True)
    has_copies = counts > 1
    renumbered = np.where(has_copies, np.cumsum(has_copies) - 1, _MISSING)
    return renumbered[codes].astype(np.int32)


class _Coded:
    """One value, or none, for each artwork; codes in the order in which values came."""

    def __init__(self) -> None:
        self.values: dict[Hashable, int] = {}
        self._codes = array("i")

    def add(self, value: Hashable | None) -> None:
        code = _MISSING if value is None else self.values.setdefault(value, len(self.values))
        self._codes.append(code)

    def codes(self) -> Numbers:
        return np.array(self._codes, np.int32)


class _Lists:
    """Any number of texts for each artwork."""

    def __init__(self) -> None:
        self._coded = _Coded()
        self._artworks = array("i")
        self._count = 0

    def add(self, texts: Iterable[str | None]) -> None:
        for text in dict.fromkeys(filter(None, texts)):
            self._coded.add(text)
            self._artworks.append(self._count)
        self._count += 1

    def write(self, folder: Path, name: str) -> None:
        _write_texts(folder, name, self._coded)
        write_array(artworks_path(folder, name), np.array(self._artworks, np.int32))


def _number_keys(identifier: str) -> tuple[str, ...]:
    """A number is found with and without the scheme before it."""
    return accession_key(identifier), accession_key(identifier.partition(":")[2])


def _copy_key(artwork: Artwork, artist: str | None, title: str | None) -> Hashable | None:
    """Name what near-duplicates have in common, beside their picture."""
    if artist is None:
        return None
    series = fold(artwork.group_title or "")
    if _SKETCHBOOK.search(series):
        return artist, series, _stem(artwork.title or "") if title else ""
    return (artist, "", without_state(title)) if title else None


def _stem(title: str) -> str:
    return fold.__wrapped__(_STEM_END.split(title, maxsplit=1)[0]) or fold.__wrapped__(title)


def _shared(pictures: Numbers) -> Iterator[list[int]]:
    """Yield the artworks of each picture that a few of them share."""
    counts = np.bincount(pictures[pictures >= 0], minlength=1)
    is_shared = (counts > 1) & (counts <= _PLACEHOLDER)
    numbers = np.flatnonzero((pictures >= 0) & is_shared[pictures])
    order = numbers[np.argsort(pictures[numbers], kind="stable")]
    for part in np.split(order, np.flatnonzero(np.diff(pictures[order])) + 1):
        if len(part):
            yield part.tolist()


def _root(roots: dict[int, int], code: int) -> int:
    while roots[code] != code:
        roots[code] = roots[roots[code]]
        code = roots[code]
    return code


def _write_texts(folder: Path, name: str, coded: _Coded) -> None:
    """Write values in their order, and for each artwork the place of its own."""
    texts = sorted(map(str, coded.values))
    lines = LineWriter(folder, f"{name}.txt")
    for text in texts:
        lines.add(text)
    lines.close()
    place: NDArray[np.int32] = np.full(len(texts) + 1, _MISSING, np.int32)  # -1 finds the last
    place[[coded.values[text] for text in texts]] = np.arange(len(texts))
    write_array(codes_path(folder, name), place[coded.codes()])
