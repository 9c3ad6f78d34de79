"""Builds the artwork–artist links of a snapshot."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.filters import Field
from core.text import fold
from core.types import DEFAULT_ROLE, Contribution
from index.columns.dictionary import Dictionary, DictionaryBuilder, build_dictionary
from index.columns.links import Links
from index.columns.postings import Codes, Postings, build_postings, final_codes, smallest_type

_MISSING = -1


@dataclass(frozen=True)
class BuiltLinks:
    """The links, and for facets the artworks of each artist, role and gender."""

    links: Links
    facets: Mapping[Field, Postings]


@dataclass(frozen=True)
class _Artist:
    """What filters and facets see of an artist."""

    id: str
    name: str
    other_names: tuple[str, ...]
    gender: str | None

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.other_names)


class LinkBuilder:
    """Collects links in memory."""

    def __init__(self) -> None:
        self._artists: dict[_Artist, int] = {}
        self._roles = DictionaryBuilder()
        self._link_artists = array("i")
        self._link_artworks = array("i")
        self._link_roles = array("i")

    def add(self, number: int, link: Contribution) -> None:
        """Take one link of an artwork."""
        a = link.artist
        key = _Artist(a.id, a.name, a.other_names, a.gender)
        role = self._roles.add(link.role)
        self._link_artists.append(self._artists.setdefault(key, len(self._artists)))
        self._link_artworks.append(number)
        self._link_roles.append(_MISSING if role is None else role)

    def build(self, size: int) -> BuiltLinks:
        """Order the links by artist; the artists stand in the order of their ids."""
        artists = sorted(self._artists, key=lambda artist: artist.id)
        place = np.zeros(len(artists), np.int64)
        place[[self._artists[artist] for artist in artists]] = np.arange(len(artists))
        link_artists = place[np.array(self._link_artists, np.int64)]
        artworks = np.array(self._link_artworks, np.int32)
        order = np.lexsort((artworks, link_artists))
        role_names, final = self._roles.build()
        ids, id_artists = _ids(artists)
        names, name_artists = _coded((a.names for a in artists), len(artists))
        genders, gender_artists = _coded(((a.gender,) for a in artists), len(artists))
        links = Links(
            artworks=Postings(_starts(link_artists, len(artists)), artworks[order], size),
            roles=final_codes(self._link_roles, final)[order],
            role_names=role_names,
            ids=ids,
            id_artists=id_artists,
            names=names,
            name_artists=name_artists,
            genders=genders,
            artist_genders=_single(gender_artists, len(artists)),
        )
        return BuiltLinks(links, _facets(links))


def _ids(artists: Sequence[_Artist]) -> tuple[Dictionary, Postings]:
    names: dict[str, str] = {}
    for artist in artists:
        names.setdefault(artist.id, artist.name)
    dictionary = build_dictionary(list(names), list(names.values()), by_word=False)
    code_of = {id: code for code, id in enumerate(names)}
    codes = np.array([code_of[artist.id] for artist in artists], np.int64)
    return dictionary, build_postings(codes, np.arange(len(artists)), len(names), len(artists))


def _coded(values: Iterable[Iterable[str | None]], size: int) -> tuple[Dictionary, Postings]:
    builder = DictionaryBuilder()
    coded = ((builder.add(raw), i) for i, raws in enumerate(values) for raw in raws)
    pairs = [(code, i) for code, i in coded if code is not None]
    dictionary, final = builder.build()
    codes = final[np.array([code for code, _ in pairs], np.int64)]
    return dictionary, build_postings(codes, np.array([i for _, i in pairs]), len(final), size)


def _single(postings: Postings, size: int) -> Codes:
    """Turn postings with at most one value for each into one code for each."""
    values = len(postings.starts) - 1
    codes = np.full(size, values, smallest_type(values))
    codes[postings.numbers] = np.repeat(np.arange(values), np.diff(postings.starts))
    return codes


def _starts(sorted_codes: Codes, values: int) -> NDArray[np.int64]:
    counts = np.bincount(sorted_codes, minlength=values)
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int64)


def _facets(links: Links) -> dict[Field, Postings]:
    """Gather artworks by artist id, role and gender; artists and genders under one role only."""
    size, artworks = links.artworks.size, links.artworks.numbers
    link_artists = np.repeat(np.arange(len(links.artist_genders)), np.diff(links.artworks.starts))
    roles = np.asarray(links.roles, np.int64)
    made = np.isin(roles, links.role_names.codes_of([fold(DEFAULT_ROLE)]))
    id_of = _single(links.id_artists, len(links.artist_genders))
    gender_of = links.artist_genders
    pairs = {
        Field.ARTIST: (id_of[link_artists], made, len(links.ids)),
        Field.GENDER: (gender_of[link_artists], made, len(links.genders)),
        Field.ROLE: (roles, np.ones(len(roles), np.bool_), len(links.role_names)),
    }
    facets = {}
    for field, (codes, counted, values) in pairs.items():
        known = counted & (codes < values)
        facets[field] = build_postings(codes[known], artworks[known], values, size)
    return facets
