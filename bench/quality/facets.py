"""What made queries restrict by: artists, media, kinds of work, times, women, movements."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bench.quality.judged import FilterValue
from bench.quality.tate_rows import Tate, TateArtist, TateRow


class FacetKind(StrEnum):
    """What a restriction is about."""

    ARTIST = "artist"
    MEDIUM = "medium"
    CLASSIFICATION = "classification"
    PERIOD = "period"
    GENDER = "gender"
    MOVEMENT = "movement"


@dataclass(frozen=True, slots=True)
class Facet:
    """A restriction: how it is worded, as a filter, and the numbers of the rows that pass it."""

    kind: FacetKind
    noun: str  # what the works are called: "etchings", "works"
    before: str  # "19th-century ", "Turner's ", or nothing
    after: str  # " by Turner", " from the 1840s", or nothing
    filters: tuple[tuple[str, FilterValue], ...]
    rows: frozenset[int]


LEAST_WORKS = 30  # of an artist or a movement that is asked for
OWN_SURNAME = 0.95  # share of the works of all of a surname, from which it means this artist
_ANY_NOUN = "pictures"

# Word of the medium, and how works in it are called.
MEDIA = {
    "etching": ("etchings",),
    "lithograph": ("lithographs",),
    "screenprint": ("screenprints",),
    "engraving": ("engravings",),
    "mezzotint": ("mezzotints",),
    "woodcut": ("woodcuts", "woodcut prints"),
    "linocut": ("linocuts",),
    "aquatint": ("aquatints",),
    "drypoint": ("drypoints",),
    "watercolour": ("watercolours", "watercolour paintings"),
    "gouache": ("gouaches",),
    "oil": ("oil paintings", "oils"),
    "acrylic": ("acrylic paintings",),
    "graphite": ("graphite drawings",),
    "chalk": ("chalk drawings", "drawings in chalk"),
    "charcoal": ("charcoal drawings",),
    "pastel": ("pastels",),
    "ink": ("ink drawings",),
    "photograph": ("photographs",),
    "bronze": ("bronzes", "bronze figures"),
    "plaster": ("plaster casts",),
    "marble": ("marbles", "marble sculptures"),
}
CLASSIFICATIONS = {
    "painting": ("paintings",),
    "sculpture": ("sculptures",),
    "on paper, print": ("prints",),
    "on paper, unique": ("drawings",),
    "relief": ("reliefs",),
    "installation": ("installations",),
}
# (before, after), first year, last year.
PERIODS: tuple[tuple[str, str, int, int], ...] = (
    ("", " from the 1600s", 1600, 1699),
    ("17th-century ", "", 1600, 1699),
    ("18th-century ", "", 1700, 1799),
    ("eighteenth-century ", "", 1700, 1799),
    ("", " from the 19th century", 1800, 1899),
    ("nineteenth-century ", "", 1800, 1899),
    ("early 19th-century ", "", 1800, 1833),
    ("20th-century ", "", 1900, 1999),
    ("Victorian ", "", 1837, 1901),
    ("", " made before 1700", -9999, 1699),
    ("", " made before 1780", -9999, 1779),
    ("", " made after 1990", 1991, 9999),
    ("", " made since 1980", 1980, 9999),
    ("", " made between the wars", 1919, 1938),
    ("", " made between 1900 and 1914", 1900, 1914),
    ("", " made from 1939 to 1945", 1939, 1945),
    ("", " from the 1790s", 1790, 1799),
    ("1840s ", "", 1840, 1849),
    ("", " from the 1850s", 1850, 1859),
    ("", " from the 1920s", 1920, 1929),
    ("", " from the 1930s", 1930, 1939),
    ("1950s ", "", 1950, 1959),
    ("", " from the 1960s", 1960, 1969),
    ("", " from the seventies", 1970, 1979),
    ("1980s ", "", 1980, 1989),
)
WOMEN = (("", " by women artists"), ("", " by female artists"), ("", " by women"))
MOVEMENTS: Mapping[str, tuple[str, ...]] = {
    "Pop Art": ("Pop Art", "British Pop"),
    "Pre-Raphaelite": ("Pre-Raphaelite Brotherhood",),
    "Surrealist": ("Surrealism", "British Surrealism"),
    "Conceptual Art": ("Conceptual Art",),
    "St Ives School": ("St Ives School",),
    "School of London": ("School of London",),
    "Neo-Classical": ("Neo-Classicism",),
    "Constructivist": ("Constructivism", "British Constructivism"),
    "Camden Town Group": ("Camden Town Group",),
    "Bloomsbury Group": ("Bloomsbury Group",),
    "Abstract Expressionist": ("Abstract Expressionism",),
    "Neo-Romantic": ("Neo-Romanticism",),
    "Impressionist": ("Impressionism", "British Impressionism"),
    "Cubist": ("Cubism",),
    "Vorticist": ("Vorticism",),
    "Symbolist": ("Symbolism",),
    "Young British Artists": ("Young British Artists (YBA)",),
}
_RANKS = re.compile(r"^(Sir|Dame|Lord|Lady|The Hon\.|Baron) ")
_LETTERS = re.compile(r"(,? (Bt|OM|RA|CH|KG|PRA|CBE|ARA))+$")
_NAMED = re.compile(r"^[^\W\d_][^()?\d,`]+$")  # no "British (?) School", no "née", no earls


def facets_of(tate: Tate) -> dict[FacetKind, list[Facet]]:
    """List every restriction that can be asked for, by kind, in a fixed order."""
    return {kind: list(make(tate)) for kind, make in _MAKERS.items()}


def _true(claims: Iterable[bool]) -> frozenset[int]:
    """Number the rows of which a claim is true."""
    return frozenset(number for number, claim in enumerate(claims) if claim)


def _artists(tate: Tate) -> Iterator[Facet]:
    by_artist: dict[int, set[int]] = defaultdict(set)
    for number, row in enumerate(tate.rows):
        for id in row.artists:
            if id in tate.artists:  # a few links lead nowhere
                by_artist[id].add(number)
    of_surname: Counter[str] = Counter()
    for id, numbers in by_artist.items():
        of_surname[tate.artists[id].surname] += len(numbers)
    for id, numbers in sorted(by_artist.items()):
        artist = tate.artists[id]
        if len(numbers) < LEAST_WORKS or not _is_person(artist):
            continue
        share = len(numbers) / of_surname[artist.surname]
        for name in _names(artist, share):
            for before, after in ((f"{_possessive(name)} ", ""), ("", f" by {name}")):
                filters = (("artist", artist.name),)
                yield Facet(FacetKind.ARTIST, _ANY_NOUN, before, after, filters, frozenset(numbers))


def _is_person(artist: TateArtist) -> bool:
    plain = _plain_name(artist)
    return bool(_NAMED.match(plain)) and "School" not in plain


def _plain_name(artist: TateArtist) -> str:
    return _LETTERS.sub("", _RANKS.sub("", artist.name))


def _names(artist: TateArtist, share: float) -> Iterator[str]:
    """Write an artist as people do: in full, and by the surname where it means one artist."""
    plain = _plain_name(artist)
    yield plain
    if share >= OWN_SURNAME and plain.endswith(artist.surname):
        yield artist.surname


def _possessive(name: str) -> str:
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def _media(tate: Tate) -> Iterator[Facet]:
    for word, nouns in MEDIA.items():
        rows = _true(word in row.medium for row in tate.rows)
        for noun in nouns:
            yield Facet(FacetKind.MEDIUM, noun, "", "", (("medium_contains", word),), rows)


def _classifications(tate: Tate) -> Iterator[Facet]:
    for value, nouns in CLASSIFICATIONS.items():
        rows = _true(row.classification == value for row in tate.rows)
        for noun in nouns:
            filters = (("classification", value),)
            yield Facet(FacetKind.CLASSIFICATION, noun, "", "", filters, rows)


def _periods(tate: Tate) -> Iterator[Facet]:
    for before, after, first, last in PERIODS:
        rows = _true(_meets(row, first, last) for row in tate.rows)
        filters = (("year_from", first), ("year_to", last))
        yield Facet(FacetKind.PERIOD, _ANY_NOUN, before, after, filters, rows)


def _meets(row: TateRow, first: int, last: int) -> bool:
    begin = row.begin if row.begin is not None else row.end
    end = row.end if row.end is not None else row.begin
    return begin is not None and end is not None and begin <= last and end >= first


def _women(tate: Tate) -> Iterator[Facet]:
    rows = _true(row.women for row in tate.rows)
    for before, after in WOMEN:
        filters = (("artist_gender", "Female"),)
        yield Facet(FacetKind.GENDER, _ANY_NOUN, before, after, filters, rows)


def _movements(tate: Tate) -> Iterator[Facet]:
    for name, labels in MOVEMENTS.items():
        wanted = frozenset(labels)
        rows = _true(bool(wanted & row.movements) for row in tate.rows)
        yield Facet(FacetKind.MOVEMENT, _ANY_NOUN, f"{name} ", "", (("movement", labels),), rows)


_MAKERS: Mapping[FacetKind, Callable[[Tate], Iterator[Facet]]] = {
    FacetKind.ARTIST: _artists,
    FacetKind.MEDIUM: _media,
    FacetKind.CLASSIFICATION: _classifications,
    FacetKind.PERIOD: _periods,
    FacetKind.GENDER: _women,
    FacetKind.MOVEMENT: _movements,
}
