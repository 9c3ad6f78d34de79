import pytest

from ingest.sources.nga_attribution import parse_attribution, role_in_attribution, role_of

KNOWN = {"Titian", "Giovanni Bellini", "Rembrandt van Rijn", "Gilbert Stuart", "Salt and Sons"}


def is_known(name: str) -> bool:
    return name in KNOWN


@pytest.mark.parametrize(
    ("role", "prefix", "suffix", "expected"),
    [
        ("painter", None, None, "artist"),
        ("printmaker", None, None, "artist"),
        (None, None, None, "artist"),
        ("artist after", None, None, "after"),
        ("publisher", None, None, "publisher"),
        ("Printer", None, None, "printer"),
        ("painter", "Attributed to", None, "attributed to"),
        ("painter", "after ", None, "after"),
        ("painter", "Follower of", None, "follower of"),
        ("painter", "(Possibly)", None, "possibly"),
        ("painter", "Sir", None, "artist"),
        ("painter", None, "and Workshop", "and workshop"),
        ("painter", None, "(and Workshop?)", "and workshop"),
        ("painter", None, "the Elder", "artist"),
    ],
)
def test_a_painter_is_the_artist_unless_something_says_otherwise(
    role: str | None, prefix: str | None, suffix: str | None, expected: str
) -> None:
    assert role_of(role=role, prefix=prefix, suffix=suffix) == expected


@pytest.mark.parametrize(
    ("attribution", "role"),
    [
        ("Titian", "artist"),
        ("after Titian", "after"),
        ("Follower of Titian", "follower of"),
        ("Workshop or Follower of Titian", "workshop or follower of"),
        ("Giovanni Bellini, after Titian", "after"),
        ("Titian and Workshop", "and workshop"),
        ("Titian (and Workshop?)", "and workshop"),
        ("Giovanni Bellini and Titian", "artist"),
        ("Follower of Titianello", "artist"),
        ("", "artist"),
    ],
)
def test_an_attribution_names_the_role_of_a_linked_artist(attribution: str, role: str) -> None:
    assert role_in_attribution(attribution, "Titian") == role


@pytest.mark.parametrize(
    ("attribution", "makers"),
    [
        ("Yayoi Kusama", [("artist", "Yayoi Kusama")]),
        ("after Sir Joshua Reynolds", [("after", "Sir Joshua Reynolds")]),
        ("Attributed to Titian", [("attributed to", "Titian")]),
        ("Titian and Workshop", [("and workshop", "Titian")]),
        ("Rembrandt Workshop", [("workshop of", "Rembrandt")]),
        (
            "Rembrandt Workshop (Possibly Carel Fabritius)",
            [("workshop of", "Rembrandt"), ("possibly", "Carel Fabritius")],
        ),
        (
            "Rembrandt van Rijn and Workshop (Probably Govaert Flinck)",
            [("and workshop", "Rembrandt van Rijn"), ("probably", "Govaert Flinck")],
        ),
        (
            "Thomas Sully, after Gilbert Stuart",
            [("artist", "Thomas Sully"), ("after", "Gilbert Stuart")],
        ),
        ("Giovanni Bellini and Titian", [("artist", "Giovanni Bellini"), ("artist", "Titian")]),
        ("Salt and Sons", [("artist", "Salt and Sons")]),
        ("Currier and Ives", [("artist", "Currier and Ives")]),
        (
            "Byzantine 13th Century (possibly from Constantinople)",
            [("artist", "Byzantine 13th Century (possibly from Constantinople)")],
        ),
        ("Probably chiefly studio of Titian", [("probably chiefly studio of", "Titian")]),
    ],
)
def test_an_attribution_in_words_is_read_as_roles_and_names(
    attribution: str, makers: list[tuple[str, str]]
) -> None:
    assert parse_attribution(attribution, is_known) == makers
