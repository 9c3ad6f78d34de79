"""Random artworks and filters: few values, much mess, so that they meet often."""

from hypothesis import strategies as st

from core.filters import OPS, ROLE_FIELDS, And, Field, Filter, Leaf, Not, Op, Or
from core.types import Artist, Artwork, Contribution, Image, Rights, RightsStatus

ROLES = ("artist", "after", "Attributed to", "publisher")
ARTISTS = (
    Artist("t:1", "Joseph Mallord William Turner", other_names=("J.M.W. Turner",), gender="Male"),
    Artist("t:2", "Élisabeth Vigée Le Brun", gender="female"),
    Artist("t:3", "Claude Monet", gender="male", begin=1840, end=1926),
    Artist("t:4", "Anonymous"),
    Artist("t:5", "Charles Turner", other_names=("Turner, Charles",), gender="MALE"),
)
MEDIA = ("Oil paint on canvas", "oil on canvas", "Ink, watercolour on paper", "Bronze", "—", None)
CLASSIFICATIONS = ("painting", "on paper, unique", "Print", "100%_odd", None)
SUBJECTS = ("dog - non-specific", "boat, sailing", "Dog", "Notre-Dame", "sea", "hot dog stand")
MOVEMENTS = ("Impressionism", "Post-Impressionism", "Straße")
COLLECTIONS = ("Tate", "Musée d’Orsay", None)
WORDS = (
    *SUBJECTS,
    *MEDIA[:4],
    "turner",
    "oil",
    "canvas",
    "le",
    "DOG",
    "impressionism",
    "%",
    "strasse",
    "sea dog",  # in no subject, but in the subjects of one artwork
)

_years = st.integers(-600, 2000)


@st.composite
def _spans(draw: st.DrawFn) -> tuple[int | None, int | None]:
    begin, end = draw(st.none() | _years), draw(st.none() | _years)
    return (end, begin) if begin is not None and end is not None and begin > end else (begin, end)


def _some(values: tuple[str, ...], most: int = 3) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=most, unique=True).map(tuple)


_links = st.lists(
    st.builds(Contribution, artist=st.sampled_from(ARTISTS), role=st.sampled_from(ROLES)),
    max_size=3,
    unique=True,
).map(tuple)
_images = st.lists(
    st.builds(
        Image,
        url=st.just("https://example.org/picture.jpg"),
        rights=st.builds(Rights, status=st.sampled_from(RightsStatus)),
    ),
    max_size=2,
).map(tuple)


@st.composite
def artworks(draw: st.DrawFn, id: str = "t:0") -> Artwork:
    """Draw one artwork."""
    begin, end = draw(_spans())
    return Artwork(
        id=id,
        title=draw(st.sampled_from(("Untitled", "Sea", None))),
        contributions=draw(_links),
        begin=begin,
        end=end,
        medium=draw(st.sampled_from(MEDIA)),
        classification=draw(st.sampled_from(CLASSIFICATIONS)),
        collection=draw(st.sampled_from(COLLECTIONS)),
        subjects=draw(_some(SUBJECTS)),
        movements=draw(_some(MOVEMENTS)),
        images=draw(_images),
    )


@st.composite
def collections(draw: st.DrawFn, min_size: int = 0, max_size: int = 25) -> tuple[Artwork, ...]:
    """Draw a collection whose ids ascend."""
    size = draw(st.integers(min_size, max_size))
    return tuple(draw(artworks(id=f"t:{i:04}")) for i in range(size))


_VALUES: dict[Field, tuple[str, ...]] = {
    Field.ARTIST: (
        *(a.name for a in ARTISTS),
        "turner",
        "claude",
        "claude turner",
        "t:3",
        "JMW Turner",
        "vigee",
    ),
    Field.ARTIST_ID: (*(a.id for a in ARTISTS), "t:9"),
    Field.ROLE: (*ROLES, "ARTIST"),
    Field.GENDER: ("male", "Female"),
    Field.HAS_IMAGE: ("true", "false"),
    Field.IMAGE_RIGHTS: tuple(RightsStatus),
}


@st.composite
def leaves(draw: st.DrawFn) -> Leaf:
    """Draw one leaf, over any field and any of its operators."""
    field = draw(st.sampled_from(Field))
    op = draw(st.sampled_from(sorted(OPS[field])))
    role = draw(st.sampled_from((*ROLES, "any"))) if field in ROLE_FIELDS else "artist"
    if op is Op.EXISTS:
        return Leaf(field, op, present=draw(st.booleans()), role=role)
    if op is Op.OVERLAPS:
        begin, end = draw(_spans())
        return Leaf(field, op, begin=begin if end is not None else begin or 0, end=end)
    pool = _VALUES.get(field, tuple(w for w in WORDS if w))
    values = draw(st.lists(st.sampled_from(pool), min_size=1, max_size=3, unique=True))
    return Leaf(field, op, tuple(values), role=role)


def filters() -> st.SearchStrategy[Filter]:
    """Draw a filter tree."""
    return st.recursive(
        leaves(),
        lambda inner: (
            st.lists(inner, min_size=1, max_size=3).map(tuple).map(And)
            | st.lists(inner, min_size=1, max_size=3).map(tuple).map(Or)
            | inner.map(Not)
        ),
        max_leaves=6,
    )
