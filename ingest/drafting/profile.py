"""Profiles of the columns of a table, read row by row in bounded memory."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from core.progress import Progress
from ingest import values
from ingest.drafting.kinds import Kind, kinds_of
from ingest.tables.rows import Row, Table, Unreadable

MOST_COLUMNS = 500  # JSON rows may have keys without end
MOST_DISTINCT = 10_000  # of a column; 500 columns full of them are 400 MB, which no museum has
_LOOKS_FIRST, _LOOKS_EVERY, _MOST_LOOKS = 500, 37, 3000  # values whose look is told
_EXAMPLES, _LONGEST_EXAMPLE = 3, 60
_MOST_LISTED = 40  # distinct values that are all kept
_MOST_KEYS = 60  # of objects inside a column
_SEPARATORS = ("|", ";", " / ")
_LONGEST_PIECE = 80  # characters of one of several names or terms
_LEAST_CUT = 0.1  # share of the values that a separator must cut


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """What stands in a column."""

    name: str
    rows: int
    filled: int
    distinct: int  # "at least" where `is_exact` is false
    is_exact: bool
    has_repeats: bool  # as far as distinct values are counted
    longest: int
    mean_length: float
    examples: tuple[str, ...]
    kinds: Mapping[Kind, float]  # share of the values that look so
    separator: str | None  # that seems to cut lists
    values: tuple[str, ...]  # all of them, where they are few
    keys: tuple[str, ...]  # of the objects in it

    @property
    def share_filled(self) -> float:
        """From 0 to 1."""
        return self.filled / self.rows if self.rows else 0.0

    @property
    def is_list(self) -> bool:
        """Whether one value names several things."""
        return self.separator is not None or self.looks(Kind.LIST) > 0.5

    def looks(self, *kinds: Kind) -> float:
        """Tell the share of the values that look like one of these kinds, at most 1."""
        return min(sum(self.kinds.get(kind, 0.0) for kind in kinds), 1.0)


@dataclass(frozen=True, slots=True)
class TableProfile:
    """What stands in a table."""

    rows: int
    unreadable: int
    is_whole: bool  # whether every row was read
    columns: tuple[ColumnProfile, ...]


def profile_table(table: Table, *, most_rows: int | None, progress: Progress) -> TableProfile:
    """Read a table, or its first rows, and say what stands in each column."""
    wanted = frozenset(table.columns(()))
    columns = {name: _Column() for name in table.columns(()) if name.strip()}
    progress.begin("Inspect", _expected(table.count(), most_rows), "rows")
    rows = unreadable = 0
    reading = table.rows(wanted)
    for rows, row in enumerate(islice(reading, most_rows), start=1):  # noqa: B007 - counted after
        progress.advance()
        if isinstance(row, Unreadable):
            unreadable += 1
        else:
            _take(columns, row)
    is_whole = next(reading, None) is None
    told = tuple(column.tell(name, rows - unreadable) for name, column in columns.items())
    return TableProfile(rows, unreadable, is_whole, told)


def _expected(count: int | None, most: int | None) -> int | None:
    return count if most is None else most if count is None else min(count, most)


def _take(columns: "dict[str, _Column]", row: Row) -> None:
    for name, value in row.items():
        column = columns.get(name)
        if column is None:
            if len(columns) >= MOST_COLUMNS or not name.strip():  # a mapping cannot name a blank
                continue
            column = columns[name] = _Column()
        column.take(value)


@dataclass(slots=True)
class _Column:
    """Counts of one column while it is read."""

    filled: int = 0
    length: int = 0
    longest: int = 0
    looked: int = 0
    is_exact: bool = True
    has_repeats: bool = False
    seen: set[int] = field(default_factory=set)
    kinds: Counter[Kind] = field(default_factory=Counter)
    cut: Counter[str] = field(default_factory=Counter)
    listed: dict[str, None] = field(default_factory=dict)
    keys: dict[str, None] = field(default_factory=dict)

    def take(self, value: object) -> None:
        """Count one value."""
        written = _written(value)
        if written is None:
            return
        self.filled += 1
        self.length += len(written)
        self.longest = max(self.longest, len(written))
        self._distinguish(written)
        if self.filled <= _LOOKS_FIRST or self.filled % _LOOKS_EVERY == 0:
            self._look(value, written)

    def _distinguish(self, written: str) -> None:
        if not self.is_exact:
            return
        code = hash(written)
        if code in self.seen:
            self.has_repeats = True
        elif len(self.seen) >= MOST_DISTINCT:
            self.is_exact = False
        else:
            self.seen.add(code)
            if len(self.listed) <= _MOST_LISTED:
                self.listed[written[:200]] = None

    def _look(self, value: object, written: str) -> None:
        if self.looked >= _MOST_LOOKS:
            return
        self.looked += 1
        self.kinds.update(kinds_of(value))
        self.cut.update(mark for mark in _SEPARATORS if _is_cut(written, mark))
        for one in _objects(value):
            if len(self.keys) < _MOST_KEYS:
                self.keys.update(dict.fromkeys(one))

    def tell(self, name: str, rows: int) -> ColumnProfile:
        """Say what stood in it."""
        listed = tuple(self.listed)
        return ColumnProfile(
            name=name,
            rows=rows,
            filled=self.filled,
            distinct=len(self.seen),
            is_exact=self.is_exact,
            has_repeats=self.has_repeats,
            longest=self.longest,
            mean_length=self.length / self.filled if self.filled else 0.0,
            examples=tuple(_short(one) for one in listed[:_EXAMPLES]),
            kinds={kind: count / self.looked for kind, count in self.kinds.items()},
            separator=self._separator(),
            values=listed if len(listed) <= _MOST_LISTED else (),
            keys=tuple(self.keys),
        )

    def _separator(self) -> str | None:
        if self.kinds[Kind.JSON_LIST] > self.looked / 2:
            return values.JSON_LIST
        if not self.cut or self.kinds[Kind.OBJECTS] or self.kinds[Kind.LIST]:
            return None
        mark, count = self.cut.most_common(1)[0]
        return mark if count >= _LEAST_CUT * self.looked else None


def _written(value: object) -> str | None:
    """Write any value as a text; None where it is blank. What cannot be read counts as filled."""
    if isinstance(value, list | tuple | Mapping) and not value:
        return None
    try:
        return values.text(value)
    except ValueError:
        return repr(value)


def _is_cut(written: str, mark: str) -> bool:
    """Tell whether a mark cuts a text into several short pieces, and is no punctuation."""
    pieces = written.split(mark)
    return len(pieces) > 1 and all(len(piece) <= _LONGEST_PIECE for piece in pieces)


def _objects(value: object) -> Iterator[Mapping[str, object]]:
    found: Sequence[object] = value if isinstance(value, list | tuple) else (value,)
    yield from (one for one in found if isinstance(one, Mapping))


def _short(text: str) -> str:
    """Write an example on one line."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _LONGEST_EXAMPLE else f"{line[: _LONGEST_EXAMPLE - 1]}…"
