"""The artists of a row: columns side by side, objects inside a column, a joined table."""

from collections.abc import Iterator, Mapping

from core.records import Note
from core.text import fold
from core.types import DEFAULT_ROLE, Artist, Contribution
from ingest import values
from ingest.honorifics import plain_name
from ingest.mapping import ArtistsRule
from ingest.tables.rows import Row, flat
from ingest.values import RowError

_ROLE = "role"
_FIELDS = ("name", "sort_name", "other_names", "gender", "begin", "end", "nationality")


class ArtistReader:
    """Reads the contributions of each row; the first words about an artist stand for all rows."""

    def __init__(self, rule: ArtistsRule, source: str, joined: Mapping[str, Row]) -> None:
        self._rule = rule
        self._source = source
        self._joined = joined
        self._known: dict[tuple[str | None, str | None], Artist | None] = {}

    def read(self, row: Row, notes: list[Note]) -> tuple[Contribution, ...]:
        """Read who made an artwork, in the order of the source, each in each role once."""
        links: dict[tuple[str, str], Contribution] = {}
        for person in self._people(row, notes):
            artist = self._artist(person)
            if artist is None:
                notes.extend(_nameless(person))
                continue
            role = self._role(person)
            links.setdefault((artist.id, fold(role)), Contribution(artist, role))
        return tuple(links.values())

    def _people(self, row: Row, notes: list[Note]) -> Iterator[Row]:
        if self._rule.column is not None:
            yield from _objects(row.get(self._rule.column), self._rule)
            return
        yield from self._side_by_side(row, notes)

    def _side_by_side(self, row: Row, notes: list[Note]) -> Iterator[Row]:
        """Pair up lists of names, ids, roles; a list of another length cannot be paired."""
        columns = dict(self._rule.fields)
        if self._rule.role is not None:
            columns[_ROLE] = self._rule.role
        lists = {name: self._list(row, column) for name, column in columns.items()}
        leading = "name" if "name" in lists else "id"
        count = len(lists[leading])
        if count == 1 and lists.get("other_names"):
            lists["other_names"] = (list(lists["other_names"]),)
        for name, listed in lists.items():
            if listed and len(listed) != count:
                said = f"column {columns[name]!r} has {len(listed)} values for {count} artists"
                notes.append(Note("lists-of-unequal-length", f"{said}: left out"))
                lists[name] = ()
        for number in range(count):
            yield {name: listed[number] for name, listed in lists.items() if listed}

    def _list(self, row: Row, column: str) -> tuple[object, ...]:
        try:
            return values.aligned(row.get(column), self._rule.separator)
        except ValueError as error:
            raise RowError(f"column {column!r} {error}") from error

    def _artist(self, person: Row) -> Artist | None:
        try:
            key = values.text(person.get("id")), values.text(person.get("name"))
            if key not in self._known:
                self._known[key] = self._build(key[0], person)
        except ValueError as error:
            raise RowError(f"an artist {error}") from error
        return self._known[key]

    def _build(self, id: str | None, person: Row) -> Artist | None:
        more = self._joined.get(id, {}) if id is not None else {}
        said = {name: _first(person.get(name), more.get(name)) for name in _FIELDS}
        name = self._text("name", said)
        if name is None:
            return None
        slug = id or fold(name).replace(" ", "-")
        if not slug:
            return None
        plain = plain_name(name) if self._rule.honorifics else None
        others = self._other_names(person, more)
        begin, end = values.life_years(said["begin"], said["end"])
        return Artist(
            id=f"{self._source}:{slug}",
            name=name,
            sort_name=self._text("sort_name", said),
            other_names=values.unique([n for n in (plain, *others) if n and n != name]),
            gender=self._text("gender", said),
            begin=begin,
            end=end,
            nationality=self._text("nationality", said),
        )

    def _text(self, name: str, said: Row) -> str | None:
        """Read a text about an artist, translated where the mapping says so."""
        written = values.text(said[name])
        if written is None or name not in self._rule.values:
            return written
        return values.lookup(written, self._rule.values[name]) or None

    def _other_names(self, person: Row, more: Row) -> tuple[str, ...]:
        if (own := values.texts(person.get("other_names"), self._rule.separator)) or not more:
            return own
        join = self._rule.join
        separator = join.separator if join else None
        return values.texts(
            more.get("other_names"), self._rule.separator if separator is None else separator
        )

    def _role(self, person: Row) -> str:
        try:
            said = values.text(person.get(_ROLE))
        except ValueError as error:
            raise RowError(f"a role {error}") from error
        return (values.lookup(said, self._rule.roles) if said else None) or DEFAULT_ROLE


def _nameless(person: Row) -> Iterator[Note]:
    """Note an artist who is left out, where the row says that there is one."""
    if (id := values.text(person.get("id"))) is not None:
        yield Note("artist-without-name", f"the artist {id[:80]!r} has no name: left out")


def _objects(value: object, rule: ArtistsRule) -> Iterator[Row]:
    """Read a column that holds one object, or a list of objects or bare names."""
    listed = value if isinstance(value, list | tuple) else [] if value is None else [value]
    keys = dict(rule.fields)
    if rule.role is not None:
        keys[_ROLE] = rule.role
    for one in listed:
        if isinstance(one, Mapping):
            person = flat(one)
            yield {name: person.get(key) for name, key in keys.items()}
        else:
            yield {"name": one}


def _first(*found: object) -> object:
    """Take the first value that is not blank."""
    return next((one for one in found if one not in (None, "", [], ())), None)
