from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given

from core.errors import DamagedError
from core.types import Artist, Artwork, Contribution, Image
from index.rows.identity import Identities
from index.rows.identity_builder import IdentityBuilder, join_copies
from tests.strategies import collections

TURNER = (Contribution(Artist("t:turner", "J.M.W. Turner")),)
AFTER_TURNER = (Contribution(Artist("t:turner", "J.M.W. Turner"), "after"),)
HOGARTH = (Contribution(Artist("t:hogarth", "William Hogarth")),)


def built(artworks: Sequence[Artwork], folder: Path) -> Identities:
    builder = IdentityBuilder()
    for artwork in artworks:
        builder.add(artwork)
    builder.write(folder)
    return Identities(folder)


def page(title: str, sketchbook: str = "Venice Sketchbook") -> Artwork:
    return Artwork("t:page", title, TURNER, group_title=sketchbook)


def pictured(content_hash: str) -> Artwork:
    return Artwork("t:pictured", images=(Image(content_hash=content_hash),))


def copies(artworks: Sequence[Artwork], folder: Path) -> list[int]:
    codes: list[int] = built(artworks, folder).copies.tolist()
    return codes


def test_a_title_is_found_whole_and_folded(tmp_path: Path) -> None:
    works = [Artwork("t:1", t) for t in ("Mountains", "The Mountains", "MOUNTAINS!", None, "Blank")]

    identities = built(works, tmp_path)

    assert identities.with_title("mountains").tolist() == [0, 2]
    assert identities.with_title("mountain").tolist() == []
    assert identities.with_title("blank").tolist() == []
    assert identities.titles.tolist() == [0, 1, 0, -1, -1]


def test_an_accession_number_is_found_in_any_case_with_or_without_spaces(tmp_path: Path) -> None:
    numbers = (None, "N00530", "1933.1157", "n 00530", "—")

    identities = built([Artwork("t:1", accession_number=n) for n in numbers], tmp_path)

    assert identities.with_accession("N 00530").tolist() == [1, 3]
    assert identities.with_accession("1933.1157").tolist() == [2]
    assert identities.with_accession("—").tolist() == []


def test_the_artist_is_the_first_in_the_role_artist(tmp_path: Path) -> None:
    links = ((), TURNER, AFTER_TURNER, AFTER_TURNER + HOGARTH, HOGARTH)

    identities = built([Artwork("t:1", contributions=made) for made in links], tmp_path)

    assert identities.artists.tolist() == [-1, 0, -1, 1, 1]


def test_a_work_is_bare_when_nothing_tells_what_it_shows(tmp_path: Path) -> None:
    works = (
        Artwork("t:1", "Blank"),
        Artwork("t:2", "Mountains"),
        Artwork("t:3", "Untitled", subjects=("dog",)),
        Artwork("t:4", description="A dog asleep."),
    )

    identities = built(works, tmp_path)

    assert identities.is_bare.tolist() == [True, False, False, False]


def test_equal_titles_of_one_artist_are_near_duplicates(tmp_path: Path) -> None:
    made = (TURNER, TURNER, HOGARTH, AFTER_TURNER, AFTER_TURNER, ())

    works = [Artwork("t:1", "Mountains", contributions=links) for links in made]

    assert copies(works, tmp_path) == [0, 0, -1, -1, -1, -1]


def test_states_of_a_print_are_near_duplicates(tmp_path: Path) -> None:
    titles = ("Brush, State I", "Brush, State II", "Brush", "Brush and Comb")

    works = [Artwork("t:1", title, HOGARTH) for title in titles]

    assert copies(works, tmp_path) == [0, 0, 0, -1]


def test_pages_of_a_sketchbook_are_near_duplicates_where_they_begin_alike(tmp_path: Path) -> None:
    works = [
        page("Venice: the Rialto"), page("Venice: the Salute"), page("Lido"), page("Blank"),
        page("[blank]"), page("Venice", "Rhine Sketchbook"), Artwork("t:1", "Venice", TURNER),
    ]  # fmt: skip

    assert copies(works, tmp_path) == [0, 0, -1, 1, 1, -1, -1]


def test_plates_of_a_series_are_not_near_duplicates(tmp_path: Path) -> None:
    works = [page(f"The Rake, plate {i}", "A Rake's Progress") for i in (1, 2)]

    assert copies(works, tmp_path) == [-1, -1]


def test_works_with_one_picture_are_near_duplicates(tmp_path: Path) -> None:
    works = [pictured("a"), pictured("b"), pictured("a"), Artwork("t:1")]

    assert copies(works, tmp_path) == [0, -1, 0, -1]


def test_a_picture_that_many_works_share_is_a_placeholder(tmp_path: Path) -> None:
    assert copies([pictured("a")] * 20, tmp_path) == [0] * 20
    assert copies([pictured("a")] * 21, tmp_path) == [-1] * 21


def test_a_shared_picture_joins_what_has_equal_titles() -> None:
    keys = np.array([0, 0, 1, 1, -1], np.int32)

    assert join_copies(keys, [[1, 2]]).tolist() == [0, 0, 0, 0, -1]


def test_a_whole_and_its_parts_are_near_duplicates_also_where_the_whole_is_no_artwork(
    tmp_path: Path,
) -> None:
    works = [
        Artwork("t:1", "Coin"), Artwork("t:2", "Reverse", part_of="t:1"), Artwork("t:3", "Sea"),
        Artwork("t:4", "Verso", part_of="t:9"), Artwork("t:5", "Recto", part_of="t:9"),
        Artwork("t:6", "Rim", part_of="t:2"),
    ]  # fmt: skip

    identities = built(works, tmp_path)

    assert identities.copies.tolist() == [0, 0, -1, 1, 1, 0]
    assert identities.wholes.tolist() == [0, 0, -1, 1, 1, 0]


def test_the_leaves_of_an_album_are_works_of_their_own(tmp_path: Path) -> None:
    leaves = [Artwork(f"t:{i}", f"Leaf {i}", part_of="t:album") for i in range(21)]

    assert copies(leaves[:20], tmp_path) == [0] * 20
    assert copies(leaves, tmp_path) == [-1] * 21


def test_other_titles_and_numbers_find_a_work(tmp_path: Path) -> None:
    works = [
        Artwork("t:1", "Sea", other_titles=("La mer", "Untitled"), identifiers=("RCIN:9 12", "7a")),
        Artwork("t:2", "La Mer", accession_number="7A"),
    ]

    identities = built(works, tmp_path)

    assert identities.with_title("la mer").tolist() == [0, 1]
    assert identities.with_title("untitled").tolist() == []
    assert identities.with_accession("7 A").tolist() == [0, 1]
    assert identities.with_accession("912").tolist() == [0]
    assert identities.with_accession("rcin: 912").tolist() == [0]


def test_a_snapshot_of_before_finds_works_without_other_titles(tmp_path: Path) -> None:
    built([Artwork("t:1", "Sea", accession_number="7")], tmp_path)
    for path in (
        p for name in ("numbers", "other-titles", "wholes") for p in tmp_path.glob(f"{name}*")
    ):
        path.unlink()

    identities = Identities(tmp_path)

    assert identities.with_title("sea").tolist() == [0]
    assert identities.with_accession("7").tolist() == [0]
    assert identities.wholes.tolist() == [-1]


def test_a_work_is_not_its_own_near_duplicate(tmp_path: Path) -> None:
    identities = built([page("Lido"), page("Lido"), page("Rialto")], tmp_path)

    assert identities.copies_of(1).tolist() == [0]
    assert identities.copies_of(2).tolist() == []


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    built([], tmp_path)
    (tmp_path / "copies.codes.npy").unlink()

    with pytest.raises(DamagedError, match=r"copies\.codes\.npy"):
        Identities(tmp_path)


@given(collections(max_size=12))
def test_near_duplicates_are_mutual(works: tuple[Artwork, ...]) -> None:
    with TemporaryDirectory() as folder:
        identities = built(works, Path(folder))

        for number in range(len(works)):
            for other in identities.copies_of(number).tolist():
                assert number in identities.copies_of(other)
