"""What became of the rows of a batch: lines of the ledger, and counts that add up."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from core.ledger import OTHER_RULE, with_lines
from core.ports import SourceItem
from core.records import IngestRun, LineKind, Note, RightsCount, RunLine
from core.rights import RightsPolicy, may_take
from core.types import Artwork, Rights
from ingest.duplicates import DUPLICATE_ID
from ingest.taken import Picture, Taken

LONGEST_REASON = 300  # characters
LONGEST_RULE = 40
MOST_VALUES = 100  # values of rights that a run keeps apart
_NO_RULE = re.compile(r"[^a-z0-9]+")
_LINE_BREAKS = frozenset("\n\t")

_Decision: TypeAlias = tuple[str, str, str | None, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Accounts:
    """A batch as the ledger sees it."""

    run: IngestRun  # with all counts but those that the catalogue gives
    lines: Sequence[RunLine]


def account(
    run: IngestRun, items: Sequence[SourceItem], taken: Taken, policy: RightsPolicy
) -> Accounts:
    """Write the lines of a batch, and add it to the counts of its run."""
    lines: list[RunLine] = []
    corrected = 0
    for item, artwork, pictures in zip(items, taken.artworks, taken.pictures, strict=True):
        own = list(_lines(item, artwork, pictures))
        corrected += any(line.kind is LineKind.CORRECTED for line in own)
        lines += own
    found = Counter(line.kind for line in lines)
    counted = replace(
        run,
        position=run.position + len(items),
        quarantined=run.quarantined + found[LineKind.QUARANTINED],
        duplicates=run.duplicates + found[LineKind.DUPLICATE],
        corrected=run.corrected + corrected,
        pictures_failed=run.pictures_failed + found[LineKind.PICTURE],
        pictures_withheld=run.pictures_withheld + found[LineKind.RIGHTS],
        rights=_rights(run.rights, [a for a in taken.artworks if a is not None], policy),
    )
    return Accounts(with_lines(counted, lines), lines)


def one_line(text: str) -> str:
    """Make a reason one printable line: a decoder's message may quote the file's bytes."""
    return "".join(c if c.isprintable() else " " for c in text)[:LONGEST_REASON]


def _lines(
    item: SourceItem, artwork: Artwork | None, pictures: Sequence[Picture]
) -> Iterator[RunLine]:
    """Write what there is to say of one row; a row that is no artwork has one line for that."""
    id = item.artwork.id if item.artwork else None
    if artwork is None:
        yield _set_aside(item, pictures, id)
    else:
        yield from (_line(LineKind.CORRECTED, note, item, id) for note in item.notes)
    for picture in pictures:
        if picture.fault is not None:
            yield _line(LineKind.PICTURE, picture.fault, item, id)
        if picture.withheld is not None:
            yield _line(LineKind.RIGHTS, picture.withheld, item, id)


def _set_aside(item: SourceItem, pictures: Sequence[Picture], id: str | None) -> RunLine:
    said = (note for one in pictures if (note := one.fault or one.withheld))
    reason = item.reason or next(said, Note("no-artwork", "there is no artwork in it"))
    is_duplicate = isinstance(reason, Note) and reason.rule == DUPLICATE_ID
    kind = LineKind.DUPLICATE if is_duplicate else LineKind.QUARANTINED
    return replace(_line(kind, reason, item, id), raw=_storable(item.raw))


def _line(kind: LineKind, said: Note | str, item: SourceItem, id: str | None) -> RunLine:
    note = said if isinstance(said, Note) else Note(OTHER_RULE, said)
    rule = _NO_RULE.sub("-", note.rule.lower()).strip("-")[:LONGEST_RULE] or OTHER_RULE
    row = item.row if note.row is None else note.row
    return RunLine(kind, rule, one_line(note.reason), note.table, row, id)


def _storable(raw: str | None) -> str | None:
    if raw is None or raw.isprintable():
        return raw
    return "".join(c if c.isprintable() or c in _LINE_BREAKS else " " for c in raw)


def _rights(
    before: Sequence[RightsCount], artworks: Sequence[Artwork], policy: RightsPolicy
) -> tuple[RightsCount, ...]:
    counts: dict[_Decision, tuple[int, int]] = {
        (one.of, one.status, one.statement, one.source_field, one.value): (one.count, one.withheld)
        for one in before
    }
    for decision, is_withheld in _decisions(artworks, policy):
        known = decision if decision in counts or len(counts) < MOST_VALUES else _any(decision)
        count, withheld = counts.get(known, (0, 0))
        counts[known] = (count + 1, withheld + is_withheld)
    return tuple(RightsCount(*decision, *both) for decision, both in counts.items())


def _decisions(
    artworks: Sequence[Artwork], policy: RightsPolicy
) -> Iterator[tuple[_Decision, bool]]:
    for artwork in artworks:
        yield _decision("data", artwork.data_rights), False
        for image in artwork.images:
            yield _decision("picture", image.rights), not may_take(image.rights, policy)


def _decision(of: str, rights: Rights) -> _Decision:
    value = one_line(rights.value) if rights.value else None
    return of, rights.status.value, rights.statement, rights.source_field, value


def _any(decision: _Decision) -> _Decision:
    """Leave out what may differ from row to row."""
    of, status, _, source_field, _ = decision
    return of, status, None, source_field, None
