import pytest

from core.rights import RightsPolicy, credit, has_evidence, may_take
from core.types import Artist, Artwork, Contribution, Image, Rights, RightsStatus

CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
OPEN = Rights(RightsStatus.OPEN, CC0, "openaccess", "1")
RESTRICTED = Rights(RightsStatus.RESTRICTED, None, "openaccess", "0")
HAT = Artwork(
    id="nga:60",
    title="Girl with the Red Hat",
    contributions=(Contribution(Artist("nga:1951", "Johannes Vermeer")),),
    date_text="c. 1669",
    collection="National Gallery of Art, Washington",
    credit_line="Andrew W. Mellon Collection",
    images=(Image(rights=OPEN),),
)


@pytest.mark.parametrize(
    ("rights", "expected"),
    [
        (OPEN, True),
        (Rights(RightsStatus.OPEN, CC0, "openaccess"), True),
        (Rights(RightsStatus.OPEN, None, "licence", "public domain"), True),
        (Rights(RightsStatus.OPEN, CC0), False),  # who says so?
        (Rights(RightsStatus.OPEN, None, "licence"), False),  # what does it say?
        (RESTRICTED, False),
        (Rights(), False),
    ],
)
def test_evidence_is_an_open_statement_and_where_it_was_read(
    rights: Rights, expected: bool
) -> None:
    assert has_evidence(rights) is expected
    assert may_take(rights, RightsPolicy.STRICT) is expected
    assert may_take(rights, RightsPolicy.PERMISSIVE)


def test_a_credit_says_who_what_when_whose_and_the_rights_in_the_picture() -> None:
    assert credit(HAT) == (
        "Johannes Vermeer, Girl with the Red Hat, c. 1669, National Gallery of Art, Washington, "
        f"Andrew W. Mellon Collection. Picture: CC0 1.0 ({CC0})."
    )


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("after", "after Johannes Vermeer"),
        ("workshop of", "workshop of Johannes Vermeer"),
        ("attributed to", "attributed to Johannes Vermeer"),
        ("publisher", "Johannes Vermeer (publisher)"),
    ],
)
def test_a_credit_does_not_make_an_artist_of_everyone(role: str, expected: str) -> None:
    link = Contribution(HAT.contributions[0].artist, role)

    assert credit(Artwork("m:1", contributions=(link,))) == f"{expected}."


@pytest.mark.parametrize(
    ("rights", "expected"),
    [
        (RESTRICTED, "rights restricted"),
        (Rights(), "rights not known"),
        (
            Rights(RightsStatus.RESTRICTED, "https://rightsstatements.org/vocab/InC/1.0/"),
            "In Copyright (https://rightsstatements.org/vocab/InC/1.0/)",
        ),
        (
            Rights(RightsStatus.OPEN, "https://creativecommons.org/licenses/by-sa/4.0/"),
            "CC BY-SA 4.0 (https://creativecommons.org/licenses/by-sa/4.0/)",
        ),
        (Rights(RightsStatus.RESTRICTED, "© The artist."), "© The artist"),
    ],
)
def test_a_credit_names_the_rights_as_they_were_read(rights: Rights, expected: str) -> None:
    assert credit(Artwork("m:1", "Sea", images=(Image(rights=rights),))) == (
        f"Sea. Picture: {expected}."
    )


def test_rights_are_equal_whenever_they_were_read() -> None:
    assert Artwork("m:1", data_rights=OPEN) == Artwork("m:1", data_rights=OPEN)
    assert credit(Artwork("m:1")) == ""
