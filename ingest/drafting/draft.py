"""A mapping drafted from the profile of a table, as TOML that the loader takes as it is."""

import json
import re
from collections.abc import Iterator, Sequence

from core.errors import SourceError
from ingest.drafting.guess import Guess, Guesses, guess_fields
from ingest.drafting.kinds import Kind
from ingest.drafting.licences import known_licences
from ingest.drafting.profile import ColumnProfile, TableProfile

_LISTS = frozenset({"columns.subjects", "columns.movements", "columns.other_titles"})
_PREFIXES = {"columns.identifiers": "wikidata:"}
_LONGEST_COMMENT = 110


def draft_mapping(
    profile: TableProfile, *, source: str, file: str, delimiter: str | None = None
) -> str:
    """Write a mapping with a comment on each line: how sure it is, and why.

    Raises:
        SourceError: no column could serve as an id.
    """
    guesses = guess_fields(profile.columns)
    if "columns.id" not in guesses.fields:
        raise SourceError(f"{file}: every column is empty, so that nothing could be an id")
    lines = [
        *_head(profile, source=source, file=file, delimiter=delimiter),
        *_columns(guesses),
        *_artists(guesses),
        *_image(guesses),
        *_data_rights(),
        *_unused(profile.columns, guesses),
    ]
    return "\n".join(lines) + "\n"


def _head(profile: TableProfile, *, source: str, file: str, delimiter: str | None) -> Iterator[str]:
    seen = "all" if profile.is_whole else "the first"
    read = f"{_comment(file)}: {seen} {profile.rows:,} rows"
    yield f"# Drafted by `vasari ingest inspect` from {read}."
    yield "# Look at every line: the comments say how sure each is, and why."
    if profile.unreadable:
        yield f"# {profile.unreadable:,} rows could not be read; a run sets them aside."
    yield f"source = {_quoted(source)}  # first half of every artwork id: settle it before a run"
    yield f"file = {_quoted(file)}"
    if delimiter is not None:
        yield f"delimiter = {_quoted(delimiter)}"


def _columns(guesses: Guesses) -> Iterator[str]:
    yield "\n[columns]"
    for field, guess in guesses.fields.items():
        if field.startswith("columns."):
            yield _line(field, guess)
    begin = guesses.fields.get("columns.begin")
    if begin is not None and "columns.end" not in guesses.fields:
        yield f"end = {_quoted(begin.column.name)}  # no column says the last year: the same year"


def _line(field: str, guess: Guess) -> str:
    name = field.partition(".")[2]
    return f"{name} = {_value(field, guess.column)}  # {_why(guess)}"


def _value(field: str, column: ColumnProfile) -> str:
    options = {"column": column.name}
    if field in _LISTS and column.separator is not None:
        options["separator"] = column.separator
    if field in _LISTS and (mark := _path_mark(column)) is not None:
        options["leaf_of"] = mark
    if field in _PREFIXES:
        options["prefix"] = _PREFIXES[field]
    if len(options) == 1:
        return _quoted(column.name)
    return "{ " + ", ".join(f"{key} = {_quoted(value)}" for key, value in options.items()) + " }"


def _path_mark(column: ColumnProfile) -> str | None:
    """Tell whether terms stand with those above them: "nature > animals > dog"."""
    return " > " if column.examples and all(" > " in one for one in column.examples) else None


def _why(guess: Guess) -> str:
    column = guess.column
    parts = [f"{guess.certainty}: {guess.reason}", f"{column.share_filled:.0%} filled"]
    if not column.filled:
        parts[1:] = ["empty in the rows that were read"]
    if guess.field == "columns.id":
        parts.append(_distinct(column))
    if column.examples:
        parts.append(f"such as {column.examples[0]!r}")
    return _comment(", ".join(parts))


def _distinct(column: ColumnProfile) -> str:
    if column.is_exact:
        return f"{column.distinct:,} different"
    return f"all of the first {column.distinct:,} different"


def _artists(guesses: Guesses) -> Iterator[str]:
    if guesses.objects is not None:
        yield "\n[artists]"
        column = guesses.objects.column
        yield f"column = {_quoted(column.name)}  # a list of objects with these keys"
        yield from (f"{f} = {_quoted(key)}" for f, key in guesses.objects.fields.items())
        return
    found = {f: g for f, g in guesses.fields.items() if f.startswith("artists.")}
    if not found:
        return
    yield "\n[artists]"
    if (separator := found["artists.name"].column.separator) is not None:
        yield f"separator = {_quoted(separator)}"
    yield from (_line(field, guess) for field, guess in found.items())


def _image(guesses: Guesses) -> Iterator[str]:
    found = {f: g for f, g in guesses.fields.items() if f.startswith("image.")}
    rights = found.pop("image.rights", None)
    if found:
        yield "\n[image]"
        first = next(iter(found.values())).column
        if first.separator is not None:
            yield f"separator = {_quoted(first.separator)}"
        yield from (_line(field, guess) for field, guess in found.items())
    if found and rights is not None:
        yield from _rights(rights)


def _rights(guess: Guess) -> Iterator[str]:
    yield "\n[image.rights]"
    yield 'status = "unknown"  # where the column is blank, nothing is known'
    yield f"column = {_quoted(guess.column.name)}  # {_why(guess)}"
    for pattern, status, statement in known_licences(guess.column.values or guess.column.examples):
        yield f"\n[image.rights.values.{_quoted(pattern)}]  # check that this is what is meant"
        yield f"status = {_quoted(status)}"
        yield f"statement = {_quoted(statement)}"


def _data_rights() -> Iterator[str]:
    yield "\n# The rights of the texts themselves are never assumed. Say what the museum says."
    yield "# [data_rights]"
    yield '# status = "open"'
    yield '# statement = "https://creativecommons.org/publicdomain/zero/1.0/"'
    yield '# source_field = "README"'
    yield '# value = "CC0 1.0"'


def _unused(columns: Sequence[ColumnProfile], guesses: Guesses) -> Iterator[str]:
    used = {guess.column.name for guess in guesses.fields.values()}
    if guesses.objects is not None:
        used.add(guesses.objects.column.name)
    left = [c for c in columns if c.name not in used]
    if left:
        yield "\n# Not used (a column may be kept beside what is searched: `extra` in [columns]):"
    for column in left:
        yield f"#   {_comment(column.name)}: {describe(column)}"


def describe(column: ColumnProfile) -> str:
    """Say in a line what stands in a column."""
    if not column.filled:
        return "empty"
    looks = [f"{kind} {share:.0%}" for kind, share in _common(column)]
    parts = [f"{column.share_filled:.0%} filled", _count(column), *looks]
    if column.separator is not None:
        parts.append(f"cut by {column.separator!r}")
    return _comment(", ".join([*parts, *map(repr, column.examples[:1])]))


def _count(column: ColumnProfile) -> str:
    return f"{'' if column.is_exact else 'over '}{column.distinct:,} different"


def _common(column: ColumnProfile) -> list[tuple[Kind, float]]:
    shares = sorted(column.kinds.items(), key=lambda pair: -pair[1])
    return [(kind, share) for kind, share in shares[:2] if share >= 0.05]


def _quoted(text: str) -> str:
    """Write a text of TOML: what JSON writes, the one control character more escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _comment(text: str) -> str:
    """Fit a text into a comment: one line without control characters."""
    line = re.sub(r"\s+", " ", "".join(c if c.isprintable() else " " for c in text))
    return line if len(line) <= _LONGEST_COMMENT else f"{line[: _LONGEST_COMMENT - 1]}…"
