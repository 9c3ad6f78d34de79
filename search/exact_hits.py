"""Exact hits: works whose id, accession number or title is just what was typed."""

import numpy as np

from core.ports import Selection, Snapshot
from core.titles import telling_title
from core.types import Numbers


def find_exact(snapshot: Snapshot, selection: Selection, text: str) -> list[Numbers]:
    """Find the selected artworks named by a text: by id or accession number, then by title."""
    named = [snapshot.identities.with_accession(text)] if any(map(str.isdigit, text)) else []
    by_id = snapshot.number_of(text.strip())
    if by_id is not None:
        named.append(np.array([by_id], np.int32))
    titled = [snapshot.identities.with_title(text)] if telling_title(text) else []
    tiers = (_selected(selection, found) for found in (named, titled) if found)
    return [tier for tier in tiers if len(tier)]


def _selected(selection: Selection, found: list[Numbers]) -> Numbers:
    numbers = np.unique(np.concatenate(found)).astype(np.int32)
    return numbers[selection.mask[numbers]]
