from pathlib import Path

from core.types import Artwork
from search.spool import spooled

ARTWORKS = [Artwork(f"t:{i}", "Title" * i) for i in range(50)]


def test_every_pass_reads_the_same_artworks(tmp_path: Path) -> None:
    with spooled(iter(ARTWORKS), tmp_path) as spool:
        assert list(spool) == list(spool) == ARTWORKS
        assert spool.count == 50


def test_passes_may_run_side_by_side(tmp_path: Path) -> None:
    with spooled(ARTWORKS, tmp_path) as spool:
        pairs = list(zip(spool, spool, strict=True))

    assert pairs == [(artwork, artwork) for artwork in ARTWORKS]


def test_a_spool_has_no_name_to_be_left_behind(tmp_path: Path) -> None:
    with spooled(ARTWORKS, tmp_path / "work"):
        assert list((tmp_path / "work").iterdir()) == []
