"""What made queries ask for: subjects of the collection, in words that people use."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bench.quality.tate_rows import TateRow
from bench.quality.wording import Form, head_of, is_plain, plain_words


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject in plain words, with the numbers of the rows that show it."""

    words: str
    form: Form
    rows: frozenset[int]


_T, _M, _N, _P, _W = Form.THINGS, Form.MATTER, Form.NAME, Form.PLACE, Form.WORKS
# Second level of the subject paths, and how their leaves are worded; the others are left out:
# qualities, features and inscriptions, which nobody asks for as a subject.
GROUPS: Mapping[str, Form] = {
    "architecture > agricultural": _T,
    "architecture > bridges and viaducts": _T,
    "architecture > garden structures": _T,
    "architecture > industrial": _T,
    "architecture > military": _T,
    "architecture > monuments": _T,
    "architecture > places of entertainment": _T,
    "architecture > public and municipal": _T,
    "architecture > religious": _T,
    "architecture > residential": _T,
    "leisure and pastimes > recreational activities": _M,
    "leisure and pastimes > sport": _M,
    "nature > animals: birds": _T,
    "nature > animals: fantastic": _T,
    "nature > animals: insects & lower animals": _T,
    "nature > animals: mammals": _T,
    "nature > animals: reptiles": _T,
    "nature > astronomy": _N,
    "nature > landscape": _T,
    "nature > plants and flowers": _T,
    "nature > seasons": _M,
    "nature > times of the day": _M,
    "nature > trees": _T,
    "nature > water: inland": _T,
    "nature > weather": _M,
    "objects > clothing and personal effects": _T,
    "objects > fine arts and music": _T,
    "objects > food and drink": _T,
    "objects > furnishings": _T,
    "objects > sports and games": _T,
    "objects > toys and models": _T,
    "objects > vessels and containers": _T,
    "objects > weapons": _T,
    "people > children": _T,
    "places > UK cities, towns and villages": _P,
    "places > UK counties": _P,
    "places > UK countries and regions": _P,
    "places > cities, towns, villages (non-UK)": _P,
    "places > countries and continents": _P,
    "places > natural features (non-UK)": _P,
    "religion and belief > Bible: New Testament": _N,
    "religion and belief > Bible: Old Testament": _N,
    "religion and belief > Saints": _N,
    "religion and belief > classical myths: creatures": _T,
    "religion and belief > classical myths: gods and heroes": _N,
    "religion and belief > universal religious imagery": _T,
    "society > transport: air": _T,
    "society > transport: land": _T,
    "society > transport: water": _T,
    "work and occupations > agriculture and fishing": _M,
    "work and occupations > arts and entertainment": _T,
    "work and occupations > domestic": _M,
    "work and occupations > industrial and crafts": _T,
    "work and occupations > military": _T,
    "work and occupations > religious": _T,
    "work and occupations > royalty and social rank": _T,
}  # fmt: skip
# Subjects above the leaves: every path that begins so.
BROAD: Mapping[str, tuple[str, ...]] = {
    "abstract compositions": ("abstraction > non-representational",),
    "animals": ("nature > animals: mammals",),
    "birds": ("nature > animals: birds",),
    "children": ("people > children",),
    "classical ruins": ("architecture > ruins > classical",),
    "fish": ("nature > animals: fish and aquatic life",),
    "flowers": ("nature > plants and flowers > flower",),
    "food and drink": ("objects > food and drink",),
    "insects": ("nature > animals: insects & lower animals",),
    "mothers and children": ("society > family > mother and child",),
    "musical instruments": ("objects > fine arts and music > musical instrument",),
    "nudes": ("people > nudes",),
    "portraits": ("people > portraits",),
    "portraits of women": ("people > portraits > individuals: female",),
    "scenes from Shakespeare": ("literature and fiction > Shakespeare",),
    "scenes from the Bible": ("religion and belief > Bible",),
    "self-portraits": ("people > portraits > self-portraits",),
    "ships and boats": ("society > transport: water",),
    "ruined abbeys and churches": ("architecture > ruins > religious",),
    "the First World War": ("history > military: World War I >",),
    "the sea": ("nature > seascapes and coasts",),
    "weapons": ("objects > weapons",),
}
_WORKS = (
    "abstract compositions",
    "portraits",
    "portraits of women",
    "self-portraits",
    "scenes from Shakespeare",
    "scenes from the Bible",
)


def topics_of(rows: Iterable[TateRow]) -> list[Topic]:
    """List every subject that can be asked for, in the order of its words.

    Leaves of one head are one subject: whoever asks for churches means them inside and out.
    """
    found: dict[tuple[str, Form], set[int]] = defaultdict(set)
    keys: dict[str, list[tuple[str, Form]]] = {}
    for number, row in enumerate(rows):
        for path in row.paths:
            if path not in keys:
                keys[path] = list(_keys(path))
            for key in keys[path]:
                found[key].add(number)
    return [Topic(*key, frozenset(found[key])) for key in sorted(found)]


def _keys(path: str) -> Iterable[tuple[str, Form]]:
    group, _, leaf = path.rpartition(" > ")
    form, head = GROUPS.get(group), head_of(leaf)
    if form is Form.MATTER and group.startswith("work") and not head.endswith("ing"):
        form = Form.THINGS  # among the occupations stand those who follow them
    if form is not None and is_plain(head) and plain_words(head, form) not in BROAD:
        yield plain_words(head, form), form
    for words, begins in BROAD.items():
        if path.startswith(begins):
            yield words, _M if words.startswith("the ") else _W if words in _WORKS else _T
