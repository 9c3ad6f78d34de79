"""`vasari index show`: how each space of a snapshot is indexed, and what was measured of it."""

from cli.output import console, print_table
from core.snapshots import SnapshotFacts
from core.types import Json

_PERCENT = 100


def show_manifest(id: str, manifest: Json) -> None:
    """Print the spaces of a snapshot with their indexes, drift and calibration."""
    console.print(f"snapshot {id}: {manifest['counts']['artworks']} artworks")
    for card in manifest["spaces"].values():
        console.print()
        console.print(f"{card['name']}: {card['index']}, {card['vectors']} vectors", style="bold")
        if "collection" in card:
            console.print(f"collection {card['collection']}")
        _show_seconds(card)
        _show_drift(card["drift"])
        if not card["costs"] and card["calibration"] is None:
            console.print("every search is exact")
        _show_costs(card["costs"])
        _show_calibration(card["calibration"])
        _show_match(card.get("match"))


def show_facts(facts: SnapshotFacts) -> None:
    """Print when a snapshot was live, what keeps it, and how it was checked."""
    console.print()
    for period in facts.live:
        end = f"{period.end:%Y-%m-%d %H:%M:%S}" if period.end else "now"
        console.print(f"live from {period.begin:%Y-%m-%d %H:%M:%S} to {end} (UTC)")
    if facts.pinned_until:
        console.print(f"kept for cursors and replays until {facts.pinned_until:%H:%M:%S} (UTC)")
    for check in facts.checked.checks if facts.checked else ():
        state = "passed" if check.passed else "FAILED"
        told = f"check {check.name}: {state}, {check.detail}"
        console.print(told, markup=False, highlight=False, soft_wrap=True)


def _show_seconds(card: Json) -> None:
    steps = ", ".join(f"{step} {seconds:.1f} s" for step, seconds in card["seconds"].items())
    if steps:
        console.print(f"built in: {steps}")


def _show_drift(drift: Json | None) -> None:
    if drift is None:
        return
    console.print(
        f"drift: trained on {drift['vectors_trained']} vectors; "
        f"imbalance {drift['imbalance']:.2f} ({drift['imbalance_trained']:.2f} when trained), "
        f"sampled recall {drift['recall']:.3f} ({drift['recall_trained']:.3f})"
    )
    if drift["retrain"]:
        console.print(f"the next build trains it anew: {drift['retrain']}", style="yellow")


def _show_costs(costs: Json) -> None:
    """Print what exact search took, for ten hits."""
    if not costs:
        return
    print_table(
        ("exact search", "ms, ten hits"),
        (
            (
                way,
                ", ".join(
                    f"{ms:.2f} for {rows} rows"
                    for rows, ms in zip(curves[0]["rows"], curves[0]["ms"], strict=True)
                ),
            )
            for way, curves in costs.items()
        ),
    )


def _show_calibration(calibration: Json | None) -> None:
    if calibration is None:
        return
    console.print(f"calibrated with queries that were {calibration['queries']}")
    print_table(
        ("filter", "k", "recall", "ms", "effort", "refined"),
        (
            (
                _shares(s["least_share"], s["most_share"]),
                s["k"],
                f"{s['recall']:.3f}",
                f"{s['ms']:.2f}",
                f"{s['effort']:g}",
                s["refine"],
            )
            for s in calibration["settings"]
        ),
    )


def _show_match(match: Json | None) -> None:
    """Print how similar the best hits of queries are, by which a match is told from none."""
    if match is None:
        return
    for name in ("off_topic", "on_topic"):
        if match[name]["queries"]:
            by_level = dict(zip(match[name]["levels"], match[name]["similarities"][0], strict=True))
            console.print(
                f"best hits of {match[name]['queries']} {name.replace('_', '-')} queries: "
                f"similarity {by_level[0.5]:.2f} ({by_level[0.05]:.2f} to {by_level[0.95]:.2f})"
            )


def _shares(least: float, most: float) -> str:
    """Write which filters a setting is for, by the share of the rows that they leave."""
    return "none" if least == 1 else f"{_PERCENT * least:g} to {_PERCENT * most:g} %"
