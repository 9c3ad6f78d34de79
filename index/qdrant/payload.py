"""What Qdrant keeps beside a vector: the folded words of its artwork, so that it only compares.

Every array holds whole tokens. One of an artwork–artist link begins with its folded role and a
bar, once with the role and once with `*` for any role, so that one comparison tests one link.
"""

from collections.abc import Iterable

from core.filters import Field, link_values, text_values
from core.types import Artwork, Contribution, Json

ANY = "*"  # stands for every role; a folded role has letters, digits and spaces alone
OPEN = 2**31  # an open end of years: beyond every year that a filter may name
TEXT_FIELDS = (
    Field.MEDIUM,
    Field.CLASSIFICATION,
    Field.SUBJECT,
    Field.MOVEMENT,
    Field.COLLECTION,
    Field.IMAGE_RIGHTS,
)
_NAMED_FIELDS = (Field.ARTIST, Field.ARTIST_ID, Field.GENDER)  # whose leaves name a role
_WORD_FIELDS = (*(f for f in TEXT_FIELDS if f is not Field.IMAGE_RIGHTS), Field.ARTIST)

NUMBER = "number"  # of the artwork, in its snapshot
PIECE = "piece"  # 0 for the first vector of an artwork, then 1, 2, …
PRESENT = "present"  # what the artwork has
BEGIN = "begin"
END = "end"


def words_key(field: Field) -> str:
    """Name the array of all words of a field's values."""
    return f"{field}_words"


# Created before the first vector, so that the graph is built with links for the filters.
KEYWORD_KEYS = (
    PRESENT,
    Field.ROLE.value,
    *(field.value for field in (*TEXT_FIELDS, *_NAMED_FIELDS)),
    *map(words_key, _WORD_FIELDS),
)
INTEGER_KEYS = (NUMBER, PIECE, BEGIN, END)


def link_token(role: str, value: str) -> str:
    """Write a value of a link together with its role, folded or `ANY`."""
    return f"{role}|{value}"


def words_of(value: str) -> list[str]:
    """Split a value into its words, each with the role that the value begins with."""
    role, bar, text = value.rpartition("|")
    return [f"{role}{bar}{word}" for word in text.split()]


def payload_of(artwork: Artwork, number: int) -> Json:
    """Write all that filters test of an artwork, and its number; the piece is not among it."""
    arrays = {field.value: _unique(text_values(artwork, field)) for field in TEXT_FIELDS}
    arrays |= {field.value: _unique(_tokens(artwork, field)) for field in _NAMED_FIELDS}
    arrays[Field.ROLE.value] = _unique(
        role for link in artwork.contributions for role in link_values(link, Field.ROLE)
    )
    for field in _WORD_FIELDS:
        arrays[words_key(field)] = _unique(
            word for value in arrays[field.value] for word in words_of(value)
        )
    arrays[PRESENT] = _present(artwork, arrays)
    return {NUMBER: number, **_years(artwork), **{k: v for k, v in arrays.items() if v}}


def _present(artwork: Artwork, arrays: dict[str, list[str]]) -> list[str]:
    named = (
        link_token(role, field)
        for link in artwork.contributions
        for field in _NAMED_FIELDS
        if link_values(link, field)
        for role in _roles(link)
    )
    return _unique(
        (
            *(field for field in (*TEXT_FIELDS, Field.ROLE) if arrays[field]),
            *([Field.YEAR] if artwork.begin is not None or artwork.end is not None else []),
            *([Field.HAS_IMAGE] if artwork.images else []),
            *named,
        )
    )


def _tokens(artwork: Artwork, field: Field) -> Iterable[str]:
    return (
        link_token(role, value)
        for link in artwork.contributions
        for value in link_values(link, field)
        for role in _roles(link)
    )


def _roles(link: Contribution) -> tuple[str, str]:
    return next(iter(link_values(link, Field.ROLE)), ""), ANY


def _years(artwork: Artwork) -> Json:
    if artwork.begin is None and artwork.end is None:
        return {}
    return {
        BEGIN: -OPEN if artwork.begin is None else artwork.begin,
        END: OPEN if artwork.end is None else artwork.end,
    }


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(map(str, values)))
