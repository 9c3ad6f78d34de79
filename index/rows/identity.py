"""What tells the artworks of a snapshot apart: titles, accession numbers, artists, copies."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.text import fold
from core.types import Mask, Numbers
from index.files.arrays import open_array
from index.files.lines import Lines

TITLES = "titles"
ACCESSIONS = "accessions"
ARTISTS = "artists"
COPIES = "copies"
WHOLES = "wholes"
NUMBERS = "numbers"
OTHER_TITLES = "other-titles"
BARE = "bare"


class Identities:
    """Codes of titles, artists and copies; -1 where there is none. Opened by memory map."""

    def __init__(self, folder: Path) -> None:
        self._title_lines = Lines(folder, f"{TITLES}.txt")
        self._accession_lines = Lines(folder, f"{ACCESSIONS}.txt")
        self._accessions = open_array(codes_path(folder, ACCESSIONS))
        self._titles = open_array(codes_path(folder, TITLES))
        self._artists = open_array(codes_path(folder, ARTISTS))
        self._copies = open_array(codes_path(folder, COPIES))
        self._is_bare = open_array(folder / f"{BARE}.npy")
        wholes = codes_path(folder, WHOLES)  # snapshots of before have none
        self._wholes = (
            open_array(wholes) if wholes.exists() else np.full(len(self._copies), -1, np.int32)
        )
        self._numbers = _Several(folder, NUMBERS)
        self._other_titles = _Several(folder, OTHER_TITLES)

    @property
    def titles(self) -> Numbers:
        """Code of each artwork's folded title; -1 where it says nothing."""
        return self._titles

    @property
    def artists(self) -> Numbers:
        """Code of the first artist of each artwork in the role "artist"; -1 without one."""
        return self._artists

    @property
    def copies(self) -> Numbers:
        """Code that near-duplicates share; -1 for an artwork without any."""
        return self._copies

    @property
    def wholes(self) -> Numbers:
        """Code that a whole and its parts share; -1 for an artwork that is neither."""
        return self._wholes

    @property
    def is_bare(self) -> Mask:
        """Whether a title says nothing and neither description nor subject does."""
        return self._is_bare

    def with_title(self, title: str) -> Numbers:
        """Find the artworks with just this title or other title, folded; ascending."""
        folded = fold.__wrapped__(title)
        found = _with_code(self._titles, self._title_lines.find(folded))
        return _united(found, self._other_titles.find(folded))

    def with_accession(self, number: str) -> Numbers:
        """Find the artworks with an accession or other number, in any case; ascending."""
        key = accession_key(number)
        found = _with_code(self._accessions, self._accession_lines.find(key))
        return _united(found, self._numbers.find(key))

    def copies_of(self, number: int) -> Numbers:
        """Find the near-duplicates of an artwork, itself left out; ascending."""
        code = int(self._copies[number])
        found = _with_code(self._copies, None if code < 0 else code)
        return np.setdiff1d(found, [number]).astype(np.int32)


class _Several:
    """Texts of which an artwork may have any number."""

    def __init__(self, folder: Path, name: str) -> None:
        # Snapshots of before have none.
        self._lines = Lines(folder, f"{name}.txt") if (folder / f"{name}.txt").exists() else None
        if self._lines is not None:
            self._codes = open_array(codes_path(folder, name))
            self._artworks = open_array(artworks_path(folder, name))

    def find(self, text: str) -> Numbers:
        """Find the artworks with a text; ascending."""
        code = None if self._lines is None else self._lines.find(text)
        if code is None:
            return np.empty(0, np.int32)
        found: Numbers = self._artworks[_with_code(self._codes, code)]
        return found


def accession_key(number: str) -> str:
    """Write an accession number without what people leave out of it."""
    return fold.__wrapped__(number).replace(" ", "")


def codes_path(folder: Path, name: str) -> Path:
    """Name the file of one column of codes."""
    return folder / f"{name}.codes.npy"


def artworks_path(folder: Path, name: str) -> Path:
    """Name the file of whose the codes are, where an artwork may have several."""
    return folder / f"{name}.artworks.npy"


def _united(some: Numbers, others: Numbers) -> Numbers:
    return np.union1d(some, others).astype(np.int32) if len(others) else some


def _with_code(codes: NDArray[np.int32], code: int | None) -> Numbers:
    if code is None:
        return np.empty(0, np.int32)
    return np.flatnonzero(codes == code).astype(np.int32)
