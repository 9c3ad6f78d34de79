"""From an object of the National Gallery of Art, and what belongs to it, to an artwork."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from core.records import Note
from core.text import fold
from core.types import DEFAULT_ROLE, Artist, Artwork, Contribution, Image, Rights, RightsStatus
from core.undated import says_undated
from ingest import values
from ingest.rules import column_text, column_year, settle_years
from ingest.sources.nga_attribution import parse_attribution, role_in_attribution, role_of
from ingest.sources.nga_join import Belongings, Linked
from ingest.sources.nga_tables import Constituents, stray_bytes
from ingest.sources.nga_texts import (
    description,
    display_order,
    extra,
    group_of,
    identifiers,
    measures,
    number_of,
    other_titles,
    plain,
    terms,
    unmarked,
)
from ingest.tables.rows import Row
from ingest.values import RowError

NAME = "nga"
COLLECTION = "National Gallery of Art, Washington"
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
# The dump is CC0; its pictures are so only where `openaccess` says it.
DATA_RIGHTS = Rights(RightsStatus.OPEN, CC0, "Data Dictionary", "Creative Commons Zero (CC0)")
_OPEN_ACCESS = {
    "1": Rights(RightsStatus.OPEN, CC0, "openaccess", "1"),
    "0": Rights(RightsStatus.RESTRICTED, None, "openaccess", "0"),
}
_SUBJECTS = frozenset({"Keyword", "Theme"})
_MOVEMENTS = frozenset({"School", "Style"})
_PLACES = frozenset({"Place Executed"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What an object is read with."""

    people: Constituents
    own: Belongings
    has_object: Callable[[str], bool]


def read_artwork(row: Row, reading: Reading) -> tuple[Artwork, tuple[Note, ...]]:
    """Read an artwork, with notes on what of it was corrected or left out.

    Raises:
        RowError: there is none in the row, with the reason.
    """
    id = column_text(row, "objectid")
    if id is None:
        raise RowError("no objectid", "no-id")
    own, notes = reading.own, stray_bytes(row)
    contributions = _contributions(row, own.of("objects_constituents", id), reading.people, notes)
    date_text = plain(row, "displaydate")
    begin, end = _years(row, date_text, contributions, notes)
    own_terms = own.of("objects_terms", id)
    artwork = replace(
        _artwork(row, id, own),
        contributions=contributions,
        date_text=date_text,
        begin=begin,
        end=end,
        place=next(iter(terms(own_terms, _PLACES)), None),
        subjects=terms(own_terms, _SUBJECTS),
        movements=terms(own_terms, _MOVEMENTS),
        images=tuple(map(_image, sorted(own.of("published_images", id), key=_image_order))),
        extra=extra(row, id, own, reading.people),
    )
    notes += _unknown_wholes(row, id, reading)
    notes += [n for table in own.tables for one in own.of(table, id) for n in _stray(one, table)]
    return artwork, tuple(notes)


def _artwork(row: Row, id: str, own: Belongings) -> Artwork:
    """Read what stands in the object's own row, or takes its place."""
    whole = own.wholes.get(id)
    aside = whole if whole and whole.is_set_aside else None
    return Artwork(
        id=f"{NAME}:{id}",
        title=plain(row, "title"),
        medium=plain(row, "medium"),
        classification=column_text(row, "classification"),
        collection=COLLECTION,
        description=description(own.of("objects_text_entries", id)),
        dimensions=column_text(row, "dimensions") or measures(own.of("objects_dimensions", id)),
        credit_line=plain(row, "creditline"),
        accession_number=column_text(row, "accessionnum"),
        group_title=group_of(row) or (unmarked(aside.title) if aside and aside.title else None),
        data_rights=DATA_RIGHTS,
        # The parts of a virtual whole that can be taken apart are works of their own.
        part_of=f"{NAME}:{whole.id}" if whole and not (aside and aside.is_separable) else None,
        other_titles=other_titles(own.of("objects_historical_data", id)),
        identifiers=identifiers(row, id, own, aside.number if aside else None),
    )


def _years(
    row: Row, date_text: str | None, contributions: Sequence[Contribution], notes: list[Note]
) -> tuple[int | None, int | None]:
    begin, end = column_year(row, "beginyear", notes), column_year(row, "endyear", notes)
    lives = {(c.artist.begin, c.artist.end): c.artist.name for c in contributions}
    undated = date_text is None or says_undated(date_text)
    if undated and begin is not None and (begin, end) in lives:
        name = lives[begin, end]
        notes.append(
            Note("life-dates", f"years {begin} to {end} are those of {name}'s life: left out")
        )
        return None, None
    begin, end, note = settle_years(begin, end, date_text)
    if note is not None:
        notes.append(note)
    return begin, end


def _contributions(
    row: Row, links: list[Linked], people: Constituents, notes: list[Note]
) -> tuple[Contribution, ...]:
    attribution = plain(row, "attribution") or ""
    found: dict[tuple[str, str], Contribution] = {}
    for link in sorted(links, key=display_order):
        id = link.values.get("constituentid", "(blank)")
        artist = people.artists.get(id)
        if artist is None:
            reason = f"there is no constituent {id}"
            notes.append(Note("unknown-constituent", reason, "objects_constituents", link.row))
        elif link.values.get("roletype", "artist") == "artist":
            role = _role(link, attribution, artist)
            found.setdefault((artist.id, role), Contribution(artist, role))
    if found or not attribution:
        return tuple(found.values())
    said = parse_attribution(attribution, lambda name: people.by_name.get(fold(name)) is not None)
    return tuple(Contribution(_artist_named(name, people), role) for role, name in said)


def _role(link: Linked, attribution: str, artist: Artist) -> str:
    parts = {name: link.values.get(name) for name in ("role", "prefix", "suffix")}
    role = role_of(**parts)
    return role if role != DEFAULT_ROLE else role_in_attribution(attribution, artist.name)


def _artist_named(name: str, people: Constituents) -> Artist:
    known = people.by_name.get(fold(name))
    return (
        people.artists[known] if known else Artist(f"{NAME}:{fold(name).replace(' ', '-')}", name)
    )


def _image_order(linked: Linked) -> tuple[bool, float, int]:
    is_alternate = linked.values.get("viewtype", "").lower() != "primary"
    return is_alternate, number_of(linked.values.get("sequence")), linked.row


def _image(linked: Linked) -> Image:
    row = linked.values
    return Image(
        thumbnail_url=_address(row, "iiifthumburl"),
        iiif_url=_address(row, "iiifurl"),
        width=_pixels(row, "width"),
        height=_pixels(row, "height"),
        alt_text=row.get("assistivetext"),
        rights=_OPEN_ACCESS.get(row.get("openaccess", ""), Rights()),
        view=row.get("viewtype"),
        max_pixels=_pixels(row, "maxpixels"),
    )


def _unknown_wholes(row: Row, id: str, reading: Reading) -> Iterator[Note]:
    parent = column_text(row, "parentid")
    if parent and not reading.has_object(parent):
        yield Note("unknown-whole", f"the parent {parent} is not in objects.csv")
    for one in reading.own.of("object_associations", id):
        if not reading.has_object(parent := one.values.get("parentobjectid", "")):
            reason = f"the parent {parent or '(blank)'} is not in objects.csv"
            yield Note("unknown-whole", reason, "object_associations", one.row)


def _stray(one: Linked, table: str) -> list[Note]:
    return stray_bytes(one.values, table, one.row)


def _address(row: Row, column: str) -> str | None:
    address = column_text(row, column)
    return address if address and values.is_web_address(address) else None


def _pixels(row: Row, column: str) -> int | None:
    number = number_of(row.get(column))
    return int(number) if 0 < number < float("inf") else None
