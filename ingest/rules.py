"""What a mapping's rules read from a row."""

from collections.abc import Sequence
from dataclasses import replace

from core.dates import parse_date
from core.records import Note
from core.types import Rights
from core.undated import says_undated
from ingest import values
from ingest.mapping import ListRule, RightsRule, TextRule
from ingest.tables.rows import Row
from ingest.values import RowError


def read_text(rule: TextRule, row: Row) -> str | None:
    """Read a text by its rule; None where its columns are blank and there is no default."""
    if len(rule.columns) == 1:  # nearly always
        written = column_text(row, rule.columns[0])
    else:
        parts = [part for c in rule.columns if (part := column_text(row, c)) is not None]
        written = rule.join.join(parts) or None
    return finish_text(rule, written)


def finish_text(rule: TextRule, written: str | None) -> str | None:
    """Do to a text what its rule says: strip, translate, put before and behind, or default."""
    if written is not None and rule.strip:
        written = written.removeprefix(rule.strip) or None
    if written is not None and rule.values:
        written = values.lookup(written, rule.values) or None
    return f"{rule.prefix}{written}{rule.suffix}" if written is not None else rule.default


def read_texts(rules: Sequence[TextRule], row: Row) -> str | None:
    """Read a text that several rules write together."""
    if len(rules) == 1:
        return read_text(rules[0], row)
    return " ".join(part for rule in rules if (part := read_text(rule, row))) or None


def read_list(rule: ListRule, row: Row) -> tuple[str, ...]:
    """Read a list by its rule, each value once."""
    return values.unique([one for part in (rule, *rule.more) for one in _read_part(part, row)])


def _read_part(rule: ListRule, row: Row) -> list[str]:
    found = [one for column in rule.columns for one in column_texts(row, column, rule.separator)]
    if rule.leaf_of is not None:
        found = [leaf for one in found if (leaf := values.last_part(one, rule.leaf_of))]
    return [f"{rule.prefix}{one}" for one in found] if rule.prefix else found


def read_rights(rule: RightsRule, row: Row) -> Rights:
    """Read rights, with the column that says so and what stood there."""
    said = column_text(row, rule.column) if rule.column is not None else None
    if said is None:
        return rule.fixed
    folded = said.casefold()
    found = next((rights for p, rights in rule.values if values.fits(p, folded)), rule.otherwise)
    return replace(found, source_field=found.source_field or rule.column, value=said)


def settle_years(
    begin: int | None, end: int | None, date_text: str | None
) -> tuple[int | None, int | None, Note | None]:
    """Choose an artwork's years: the source's own, completed from the text of the date.

    Gives begin, end, and a note where years had to be left out or the text gives none.
    """
    if begin is not None and end is not None and begin <= end:
        return begin, end, None
    parsed = parse_date(date_text)
    read = (parsed.begin, parsed.end) if parsed else (None, None)
    if begin is not None and end is not None:
        return *read, Note("year-reversed", f"years {begin} to {end} are reversed: left out")
    if begin is None and end is None:
        return *read, None if parsed else _silent(date_text)
    completed = (read[0] if begin is None else begin, read[1] if end is None else end)
    agrees = None in completed or completed[0] <= completed[1]  # type: ignore[operator]  # no None
    return *(completed if agrees else (begin, end)), None


def _silent(date_text: str | None) -> Note | None:
    """Note a date that should say something; "n.d." says all that is known."""
    if date_text is None or says_undated(date_text):
        return None
    return Note("date-without-years", f"the date {date_text[:80]!r} gives no years")


def column_text(row: Row, column: str) -> str | None:
    """Read one column. Raises RowError that names it."""
    try:
        return values.text(row.get(column))
    except ValueError as error:
        raise RowError(f"column {column!r} {error}") from error


def column_texts(row: Row, column: str, separator: str | None) -> tuple[str, ...]:
    """Read one column as a list. Raises RowError that names it."""
    try:
        return values.texts(row.get(column), separator)
    except ValueError as error:
        raise RowError(f"column {column!r} {error}") from error


def column_year(row: Row, column: str | None, notes: list[Note]) -> int | None:
    """Read a year; one that is none is left out with a note."""
    if column is None:
        return None
    try:
        return values.year(row.get(column))
    except ValueError as error:
        notes.append(Note("not-a-year", f"column {column!r}: {error}: left out"))
        return None
