"""What a source no longer has: gone, out of sight, and back again."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from core.errors import ArtworkGoneError, SourceError, TooManyGoneError
from core.filters import Field, Leaf, Op
from core.ports import SourceItem
from core.records import IngestRun, LineKind, WorkState
from core.types import Artwork, Image
from ingest.options import FEW, IngestOptions
from tests.ingesting import Home
from tests.listed import Listed


@pytest.fixture
def home(tmp_path: Path, database: Engine) -> Home:
    return Home(database, tmp_path / "blobs")


def works(numbers: Sequence[int]) -> list[SourceItem]:
    return [SourceItem(Artwork(f"m:{i:03}", f"Work {i}", medium="oil"), i) for i in numbers]


def run_over(
    home: Home, numbers: Sequence[int], *, allow_gone: bool = False, partial: bool = False
) -> IngestRun:
    options = IngestOptions(allow_gone=allow_gone, partial=partial)
    return home.ingest(Listed(works(numbers)), options=options)


def test_what_a_source_no_longer_has_is_gone(home: Home) -> None:
    run_over(home, range(5))

    run = run_over(home, range(1, 5))

    assert (run.gone, run.unchanged) == (1, 4)
    assert home.catalogue.gone() == ["m:000"]
    assert home.catalogue.ids() == ["m:001", "m:002", "m:003", "m:004"]
    assert home.catalogue.count(Leaf(Field.MEDIUM, Op.IN, ("oil",))) == 4
    assert [a.id for a in home.catalogue.page(None, after=None, limit=1)] == ["m:001"]
    assert len(home.artworks()) == 4
    [line] = [one.line for one in home.runs.lines(run.id)]
    assert (line.kind, line.artwork) == (LineKind.GONE, "m:000")


def test_a_gone_artwork_says_since_when(home: Home) -> None:
    run_over(home, range(5))
    run_over(home, range(1, 5))

    with pytest.raises(ArtworkGoneError, match="'m:000' is gone from its source since 20"):
        home.catalogue.get("m:000")


def test_it_comes_back_when_its_source_has_it_again(home: Home) -> None:
    run_over(home, range(5))
    before = home.artworks()
    run_over(home, range(1, 5))

    run = run_over(home, range(5))

    assert (run.returned, run.changed, run.unchanged, run.gone) == (1, 1, 4, 0)
    assert (home.catalogue.gone(), home.artworks()) == ([], before)
    [line] = [one.line for one in home.runs.lines(run.id)]
    assert (line.kind, line.artwork) == (LineKind.RETURNED, "m:000")


def test_artworks_of_other_sources_stay(home: Home) -> None:
    home.catalogue.upsert([Artwork("m2:1"), Artwork("ma:1"), Artwork("l:1")])
    run_over(home, range(3))

    run = run_over(home, range(2))

    assert run.gone == 1
    assert home.catalogue.ids() == ["l:1", "m2:1", "m:000", "m:001", "ma:1"]


def test_more_than_a_fifth_goes_only_when_it_is_allowed(home: Home) -> None:
    run_over(home, range(60))

    with pytest.raises(TooManyGoneError, match=r"13 of the 60 .* --allow-gone"):
        run_over(home, range(47))
    refused = home.runs.latest()[0]
    kept = home.catalogue.count()
    run = run_over(home, range(47), allow_gone=True)

    assert (refused.state, kept) == (WorkState.FAILED, 60)
    assert (run.gone, home.catalogue.count()) == (13, 47)


def test_a_fifth_and_a_few_go_without_asking(home: Home) -> None:
    run_over(home, range(60))

    assert run_over(home, range(48)).gone == 12
    assert run_over(home, range(48 - FEW)).gone == FEW


def test_nothing_goes_by_a_part_of_the_data(home: Home) -> None:
    run_over(home, range(5))

    run = run_over(home, [7], partial=True)

    assert (run.created, run.gone, home.catalogue.count()) == (1, 0, 6)
    assert run_over(home, [7]).gone == 5


def test_nothing_goes_by_a_run_that_fails(home: Home) -> None:
    class Broken(Listed):
        def read_picture(self, path: str) -> bytes:
            raise OSError(path)

    run_over(home, range(5))
    broken = works(range(3))
    broken[2] = replace(broken[2], artwork=Artwork("m:002", images=(Image(path="p"),)))

    with pytest.raises(OSError, match="p"):
        home.ingest(Broken(broken))

    assert home.catalogue.count() == 5


def test_a_row_whose_picture_is_lost_is_not_gone(home: Home) -> None:
    item = SourceItem(Artwork("m:1", images=(Image(path="red"),)), 1, needs_picture=True)
    home.ingest(Listed([item]))
    lost = replace(item, artwork=Artwork("m:1", images=(Image(path="gone"),)))

    run = home.ingest(Listed([lost]))

    assert (run.quarantined, run.gone, home.catalogue.count()) == (1, 0, 1)
    assert issubclass(TooManyGoneError, SourceError)


def test_a_fetched_picture_stays_while_its_address_does(home: Home) -> None:
    image = Image(iiif_url="https://a.org/iiif/1", content_hash="f" * 64, width=4, height=3)
    home.catalogue.upsert([Artwork("m:1", "Sea", images=(image,))])

    home.catalogue.upsert([Artwork("m:1", "Sky", images=(Image(iiif_url=image.iiif_url),))])
    same = home.catalogue.get("m:1").images
    home.catalogue.upsert([Artwork("m:1", "Sky", images=(Image(iiif_url="https://b.org"),))])

    assert same == (image,)
    assert home.catalogue.get("m:1").images[0].content_hash is None
