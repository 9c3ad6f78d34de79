"""A mapping: which column of a table says what of an artwork (its TOML: `mapping_file`)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from core.types import Rights

SOURCE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
TEXT_FIELDS = (
    "title",
    "date_text",
    "medium",
    "classification",
    "collection",
    "description",
    "dimensions",
    "credit_line",
    "accession_number",
    "group_title",
    "place",
    "url",
    "part_of",
)
LIST_FIELDS = ("subjects", "movements", "other_titles", "identifiers")
IMAGE_FIELDS = ("url", "thumbnail_url", "iiif_url", "path", "alt_text", "view")
ARTIST_FIELDS = (
    "id",
    "name",
    "sort_name",
    "other_names",
    "gender",
    "begin",
    "end",
    "nationality",
)


@dataclass(frozen=True, slots=True)
class TextRule:
    """A text made of one or more columns."""

    columns: tuple[str, ...] = ()
    join: str = ", "  # between the columns that are not blank
    strip: str = ""  # taken off where the text begins with it
    prefix: str = ""
    suffix: str = ""
    values: tuple[tuple[str, str], ...] = ()  # folded pattern → what is written instead
    default: str | None = None  # where all columns are blank


@dataclass(frozen=True, slots=True)
class ListRule:
    """A list of texts: a column that holds a list, or a text that is split."""

    columns: tuple[str, ...] = ()
    separator: str | None = None  # "json": the text is a JSON array
    leaf_of: str | None = None  # of "nature > animals > dog", with " > ", the "dog" alone
    prefix: str = ""
    more: tuple["ListRule", ...] = ()  # whose values follow


@dataclass(frozen=True, slots=True)
class RightsRule:
    """Rights that a column says, by a table of its values; a fixed statement where it is blank."""

    fixed: Rights = field(default_factory=Rights)
    column: str | None = None
    values: tuple[tuple[str, Rights], ...] = ()  # folded pattern → what it says
    otherwise: Rights = field(default_factory=Rights)  # a value that stands in no line of the table


@dataclass(frozen=True, slots=True)
class JoinRule:
    """A second table with more about each artist."""

    file: str  # relative to the first one
    key: str  # its column that holds the artist's id
    fields: Mapping[str, str]  # field of an artist → its column
    separator: str | None = None  # of other names; None: the artists' own


@dataclass(frozen=True, slots=True)
class ArtistsRule:
    """Artists in columns side by side, or as a column of objects with keys."""

    column: str | None = None  # holds a list of objects; then the fields below are its keys
    fields: Mapping[str, str] = field(default_factory=dict)  # field of an artist → column or key
    role: str | None = None  # column or key
    roles: tuple[tuple[str, str], ...] = ()  # folded pattern of a role → our word for it
    separator: str | None = None  # where a text names several artists; "json": as a JSON array
    values: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)  # by field
    honorifics: bool = False  # whether names carry them: "Henry Moore OM, CH"
    join: JoinRule | None = None


@dataclass(frozen=True, slots=True)
class ImageRule:
    """The pictures of an artwork: one, several in lists side by side, or a column of objects."""

    column: str | None = None  # holds a list of objects; then the texts below are of their keys
    separator: str | None = None  # where a text names several pictures
    texts: Mapping[str, TextRule] = field(default_factory=dict)
    rights: RightsRule = field(default_factory=RightsRule)


@dataclass(frozen=True, slots=True)
class TableMapping:
    """How the rows of a table become artworks."""

    origin: str  # the mapping's file, for messages
    digest: str  # SHA-256 of the mapping's file: another mapping reads other artworks
    source: str  # first half of the artwork ids
    id: TextRule
    file: str | None = None  # which table is meant where a folder is given
    delimiter: str | None = None  # of a CSV file that is not cut by commas
    begin: str | None = None
    end: str | None = None
    texts: Mapping[str, tuple[TextRule, ...]] = field(default_factory=dict)
    lists: Mapping[str, ListRule] = field(default_factory=dict)
    extra: tuple[str, ...] = ()  # columns that are kept as they are, beside what is searched
    optional: frozenset[str] = frozenset()  # columns that a table may lack
    artists: ArtistsRule | None = None
    image: ImageRule | None = None
    data_rights: RightsRule = field(default_factory=RightsRule)

    def columns(self) -> dict[str, str]:
        """Columns that the table must have, each with the key of the mapping that names it."""
        return {column: key for key, column in self._named() if column is not None}

    def _named(self) -> Iterator[tuple[str, str | None]]:
        """Pair each key of the mapping with each column it names."""
        yield from (("columns.id", column) for column in self.id.columns)
        yield from (("columns.begin", self.begin), ("columns.end", self.end))
        for name, rules in self.texts.items():
            yield from ((f"columns.{name}", c) for rule in rules for c in rule.columns)
        for name, listed in self.lists.items():
            for rule in (listed, *listed.more):
                yield from ((f"columns.{name}", column) for column in rule.columns)
        yield from (("columns.extra", column) for column in self.extra)
        yield "data_rights.column", self.data_rights.column
        if self.artists is not None:
            yield from _artist_columns(self.artists)
        if self.image is not None:
            yield from _image_columns(self.image)


def _image_columns(rule: ImageRule) -> Iterator[tuple[str, str | None]]:
    yield "image.rights.column", rule.rights.column
    if rule.column is not None:  # the others are keys of its objects
        yield "image.column", rule.column
        return
    for name, text in rule.texts.items():
        yield from ((f"image.{name}", column) for column in text.columns)


def _artist_columns(rule: ArtistsRule) -> Iterator[tuple[str, str | None]]:
    if rule.column is not None:  # the others are keys of its objects
        yield "artists.column", rule.column
        return
    yield from ((f"artists.{name}", column) for name, column in rule.fields.items())
    yield "artists.role", rule.role
