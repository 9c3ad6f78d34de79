"""Chooses how a space is searched: a pure function of what is known before the search."""

from dataclasses import dataclass

from core.queries import Strategy


@dataclass(frozen=True, slots=True)
class PlanLimits:
    """Where one way of searching becomes quicker than another."""

    # fp32 gather against IVFFlat with a bitmap, on one thread: they meet at 10 % of the rows.
    gather_share: float = 0.10
    # Scoring row by row costs 1.2 times a row of a full scan: 13.9 ms for 57 % of the rows
    # against 21.2 ms for all of them (69,202 x 768), so all of them win from about 80 %.
    scan_share: float = 0.80
    # The recall of cells is measured for ten hits; to fetch a quarter of the matching rows
    # they would visit most of them.
    rows_per_wanted: int = 4


def choose_strategy(
    vectors: int,
    matching: int,
    *,
    wanted: int,
    has_cells: bool,
    limits: PlanLimits = PlanLimits(),
) -> Strategy:
    """Choose how to find the wanted best of the matching vectors of a space."""
    is_narrow = matching <= max(limits.gather_share * vectors, limits.rows_per_wanted * wanted)
    if has_cells and wanted and not is_narrow:
        return Strategy.IVF
    return Strategy.SCAN if matching >= limits.scan_share * vectors else Strategy.GATHER
