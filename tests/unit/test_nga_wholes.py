"""Parts and wholes of the National Gallery of Art: each work is one hit."""

from pathlib import Path

from core.ports import SourceItem
from core.records import Note
from core.types import Artwork
from tests.nga_dump import dump

WHOLE = {"objectid": "1", "title": "_Views of Rome_", "accessionnum": "1950.1", "isvirtual": "0"}


def read(
    folder: Path, *, is_virtual: bool, relationship: str, second: str = "3"
) -> tuple[list[Artwork], list[SourceItem]]:
    """Read a whole, 1, whose parts are 2 and another."""
    pairs = [{"parentobjectid": "1", "childobjectid": id, "relationship": relationship}
             for id in ("2", second)]  # fmt: skip
    whole = WHOLE | {"isvirtual": str(int(is_virtual))}
    objects = [whole, *({"objectid": id, "title": f"View {id}"} for id in "23")]
    links = [{"objectid": id} for id in "123"]
    source = dump(folder, objects=objects, links=links, object_associations=pairs)
    items = list(source.read())
    return [i.artwork for i in items if i.artwork], [i for i in items if not i.artwork]


def test_a_cover_record_is_no_hit_and_its_parts_have_its_title_and_number(tmp_path: Path) -> None:
    parts, (whole,) = read(tmp_path, is_virtual=True, relationship="separable")

    reason = (
        "a virtual whole of 2 parts, which have its title and number; "
        "pictures of it that are left out: 1"
    )
    assert whole.reason == Note("virtual-whole", reason)
    assert "1950.1" in (whole.raw or "")
    assert [part.group_title for part in parts] == ["Views of Rome"] * 2
    assert [part.identifiers for part in parts] == [("whole:1950.1",)] * 2
    assert [part.part_of for part in parts] == [None, None]


def test_sides_of_one_thing_stay_together_under_a_cover_record(tmp_path: Path) -> None:
    parts, _ = read(tmp_path, is_virtual=True, relationship="inseparable")

    assert [part.part_of for part in parts] == ["nga:1", "nga:1"]


def test_a_real_whole_is_an_artwork_and_its_parts_say_so(tmp_path: Path) -> None:
    works, aside = read(tmp_path, is_virtual=False, relationship="separable")

    assert [work.part_of for work in works] == [None, "nga:1", "nga:1"]
    assert [work.group_title for work in works] == [None, None, None]
    assert aside == []


def test_a_cover_record_of_nothing_that_is_there_is_an_artwork(tmp_path: Path) -> None:
    objects = [WHOLE | {"isvirtual": "1"}]
    pairs = [{"parentobjectid": "1", "childobjectid": "9", "relationship": "separable"}]

    item, orphan = dump(tmp_path, objects=objects, object_associations=pairs).read()

    assert item.artwork is not None
    assert orphan.reason == Note(
        "orphan-association", "there is no object 9", "object_associations", 1
    )


def test_a_whole_that_is_not_there_is_noted(tmp_path: Path) -> None:
    pairs = [{"parentobjectid": "8", "childobjectid": "1", "relationship": "separable"}]

    (item,) = dump(tmp_path, objects=[{"parentid": "9"}], object_associations=pairs).read()

    assert item.artwork is not None
    assert item.artwork.part_of is None
    assert item.notes == (
        Note("unknown-whole", "the parent 9 is not in objects.csv"),
        Note("unknown-whole", "the parent 8 is not in objects.csv", "object_associations", 1),
    )


def test_a_parent_serves_where_no_association_does(tmp_path: Path) -> None:
    objects = [
        {"objectid": "1"},
        {"objectid": "2", "parentid": "1"},
        {"objectid": "3", "parentid": "3"},
    ]
    links = [{"objectid": id} for id in "123"]

    items = list(dump(tmp_path, objects=objects, links=links).read())

    assert [i.artwork.part_of for i in items if i.artwork] == [None, "nga:1", None]


def test_wholes_of_each_other_both_stay(tmp_path: Path) -> None:
    virtual = {"isvirtual": "1"}
    objects = [{"objectid": "1"} | virtual, {"objectid": "2"} | virtual]
    pairs = [{"parentobjectid": a, "childobjectid": b, "relationship": "separable"}
             for a, b in ("12", "21")]  # fmt: skip
    links = [{"objectid": id} for id in "12"]

    items = list(dump(tmp_path, objects=objects, links=links, object_associations=pairs).read())

    assert [i.artwork.part_of for i in items if i.artwork] == ["nga:2", "nga:1"]
