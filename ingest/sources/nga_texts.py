"""What the tables of the National Gallery of Art say of an object in words and numbers."""

import math
import re
from collections import defaultdict
from collections.abc import Iterator

from ingest import values
from ingest.rules import column_text
from ingest.sources.nga_join import Belongings, Linked
from ingest.sources.nga_tables import Constituents
from ingest.tables.rows import Row

_DESCRIPTION = "brief_narrative"  # of the kinds of texts; the others are kept beside
_GROUPS = ("series", "portfolio", "volume")
# Columns of `objects` that an artwork has fields for; every other one is kept as it is.
_MAPPED = frozenset(
    {
        "objectid", "title", "displaydate", "beginyear", "endyear", "medium", "dimensions",
        "attribution", "creditline", "classification", "accessionnum", "wikidataid", "parentid",
    }
)  # fmt: skip
# Italics: _title_ or <i>title</i>.
_ITALICS = re.compile(r"</?(?:i|em)>|(?<![^\W_])_(?=\S)|(?<=\S)_(?![^\W_])", re.IGNORECASE)


def terms(linked: list[Linked], kinds: frozenset[str]) -> tuple[str, ...]:
    """List the terms of some kinds."""
    found = [unmarked(t) for one in linked if (t := one.values.get("term"))
             and one.values.get("termtype") in kinds]  # fmt: skip
    return values.unique([term for term in found if term])


def measures(linked: list[Linked]) -> str | None:
    """Write measured dimensions: "overall: 61 × 50.2 centimeters; weight 3 kilograms"."""
    elements: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in linked:
        key = one.values.get("element", ""), one.values.get("unitname", "")
        if (size := number_of(one.values.get("dimension"))) < float("inf"):
            elements[key].append(f"{size:.4f}".rstrip("0").rstrip("."))
    return (
        "; ".join(
            f"{element}: {' × '.join(sizes)} {unit}".strip(": ")
            for (element, unit), sizes in elements.items()
        )
        or None
    )


def other_titles(linked: list[Linked]) -> tuple[str, ...]:
    """List the titles of before."""
    kept = [one for one in sorted(linked, key=display_order)
            if one.values.get("datatype") == "previous_title"]  # fmt: skip
    found = [unmarked(one.values.get("forwardtext", "")) for one in kept]
    return values.unique([title for title in found if title])


def identifiers(row: Row, id: str, own: Belongings, whole: str | None) -> tuple[str, ...]:
    """List the other numbers, each with its scheme."""
    tables = (("objects_altnums", "altnumtype", "altnum"),
              ("alternative_identifiers", "idschemelabel", "identifier"))  # fmt: skip
    found = [(one.values.get(scheme), one.values.get(number))
             for table, scheme, number in tables for one in own.of(table, id)]  # fmt: skip
    found += [("wikidata", column_text(row, "wikidataid")), ("whole", whole)]
    return values.unique([f"{scheme}:{n}" if scheme else n for scheme, n in found if n])


def extra(row: Row, id: str, own: Belongings, people: Constituents) -> tuple[tuple[str, str], ...]:
    """Keep what no field is there for: other columns, texts, owners, attributions of before."""
    used = next((name for name in _GROUPS if column_text(row, name)), None)
    columns = (name for name, cell in row.items() if cell and name not in _MAPPED and name != used)
    found = [(name, column_text(row, name)) for name in columns]
    texts = own.of("objects_text_entries", id)
    kinds = dict.fromkeys(one.values.get("texttype", "text") for one in texts)
    found += [(kind, _joined(texts, kind)) for kind in kinds if kind != _DESCRIPTION]
    past = sorted(own.of("objects_historical_data", id), key=display_order)
    before = [one.values.get("forwardtext", "") for one in past
              if one.values.get("datatype") == "previous_attribution"]  # fmt: skip
    found += [("previous_attribution", "; ".join(filter(None, before)))]
    return tuple((name, text) for name, text in (*found, *_roles(own, id, people)) if text)


def _roles(own: Belongings, id: str, people: Constituents) -> Iterator[tuple[str, str]]:
    """Name those who did not make the work: donors, owners."""
    named: dict[str, list[str]] = defaultdict(list)
    for link in sorted(own.of("objects_constituents", id), key=display_order):
        artist = people.artists.get(link.values.get("constituentid", ""))
        if artist and (role := link.values.get("roletype", "artist")) != "artist":
            named[role].append(artist.name)
    yield from ((role, "; ".join(values.unique(names))) for role, names in named.items())


def description(texts: list[Linked]) -> str | None:
    """Join the texts that tell of the work."""
    return unmarked(_joined(texts, _DESCRIPTION))


def group_of(row: Row) -> str | None:
    """Name the series that a work belongs to, else its portfolio or volume."""
    return next((text for name in _GROUPS if (text := plain(row, name))), None)


def _joined(texts: list[Linked], kind: str) -> str:
    """Join the texts of one kind, each with its year."""
    found = [(one.values.get("text", ""), one.values.get("year")) for one in texts
             if one.values.get("texttype", "text") == kind]  # fmt: skip
    dated = (f"{text} ({year})" if year and year not in text else text for text, year in found)
    return "\n\n".join(filter(None, dated))


def display_order(linked: Linked) -> tuple[float, int]:
    """Sort rows as the museum shows them."""
    return number_of(linked.values.get("displayorder")), linked.row


def plain(row: Row, column: str) -> str | None:
    """Read a text without its marks of italics."""
    text = column_text(row, column)
    return unmarked(text) if text else None


def unmarked(text: str) -> str | None:
    """Take the marks of italics out of a text."""
    return values.text(_ITALICS.sub("", text))


def number_of(value: object) -> float:
    """Read a number to sort by; what is none comes last."""
    try:
        number = float(str(value))
    except ValueError:
        return math.inf
    return number if math.isfinite(number) else math.inf
