"""The artwork–artist links of a snapshot: who, and how."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.filters import Field, Leaf, Op
from core.text import fold
from core.types import ANY_ROLE, Mask
from index.columns.dictionary import Dictionary
from index.columns.postings import Codes, Postings

_ROLES = 16  # whose links are kept apart: to pick them out takes 2 ms at a million artworks


@dataclass(frozen=True)
class Links:
    """Links by artist; an artist here is an id together with its names and gender.

    Equal ids with unequal names can only come from a catalogue that changed while it was read;
    keeping them apart makes a filter right for each artwork as it was read.
    """

    artworks: Postings  # artist → artworks, one entry for each link
    roles: Codes  # role of each link; the code behind the last is a blank role
    role_names: Dictionary
    ids: Dictionary  # artist ids, unfolded; the labels are the names
    id_artists: Postings  # artist id → artists
    names: Dictionary  # every name of every artist
    name_artists: Postings  # name → artists
    genders: Dictionary
    artist_genders: Codes  # gender of each artist; the code behind the last is a missing one

    def select(self, leaf: Leaf) -> Mask:
        """Mark the artworks that have a link which passes the leaf, whatever its `present`."""
        return self._with_artists(self._artists(leaf), leaf.role)

    def _artists(self, leaf: Leaf) -> Codes:
        if leaf.field is Field.GENDER:
            return np.flatnonzero(self._wanted_genders(leaf).take(self.artist_genders))
        if leaf.op is Op.EXISTS:
            return self._artists_with_a(leaf.field)
        by_id = _targets(self.id_artists, self.ids.codes_of(leaf.values))
        if leaf.field is Field.ARTIST_ID:
            return by_id
        by_name = _targets(self.name_artists, self.names.find(leaf))
        return np.union1d(by_id, by_name) if leaf.op is Op.IN else by_name

    def _artists_with_a(self, field: Field) -> Codes:
        if field is Field.ARTIST:
            return self._named
        return np.arange(len(self.artist_genders))

    def _wanted_genders(self, leaf: Leaf) -> Mask:
        wanted = np.zeros(len(self.genders) + 1, np.bool_)
        known = np.arange(len(self.genders))
        wanted[known if leaf.op is Op.EXISTS else self.genders.find(leaf)] = True
        return wanted

    def _with_artists(self, artists: Codes, role: str) -> Mask:
        if role == ANY_ROLE:
            return self.artworks.any_of(artists)
        return self._in_role(self._role_code(role)).any_of(artists)

    def _in_role(self, code: int) -> Postings:
        found = self._by_role.get(code)
        if found is None:
            found = self.artworks.where(self.roles == code)
            if len(self._by_role) < _ROLES:
                self._by_role[code] = found
        return found

    def _role_code(self, role: str) -> int:
        folded = fold(role)
        codes = self.role_names.codes_of([folded])
        return int(codes[0]) if len(codes) else (-1 if folded else len(self.role_names))

    @cached_property
    def _by_role(self) -> dict[int, Postings]:
        """Artist → artworks of the roles that were asked for first."""
        return {}

    @cached_property
    def _named(self) -> Codes:
        return np.unique(self.name_artists.numbers)


def _targets(postings: Postings, codes: Codes) -> Codes:
    found = postings.of(codes)
    return found if len(codes) <= 1 else np.unique(found)
