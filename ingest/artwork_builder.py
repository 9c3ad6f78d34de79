"""From a row of a table to an artwork, by a mapping."""

from collections.abc import Mapping

from core.types import Artwork, Image
from ingest import values
from ingest.artists import ArtistReader
from ingest.mapping import ImageRule, TableMapping
from ingest.rules import (
    column_year,
    read_list,
    read_rights,
    read_text,
    read_texts,
    settle_years,
)
from ingest.tables.rows import Row
from ingest.values import RowError

LONGEST_ID = 200  # characters; an id goes into addresses
_ADDRESSES = ("url", "thumbnail_url", "iiif_url")


class ArtworkBuilder:
    """Builds artworks from the rows of one table."""

    def __init__(self, mapping: TableMapping, joined: Mapping[str, Row]) -> None:
        self._mapping = mapping
        self._artists = (
            ArtistReader(mapping.artists, mapping.source, joined) if mapping.artists else None
        )

    def build(self, row: Row) -> tuple[Artwork, tuple[str, ...]]:
        """Build an artwork, with notes on what of it was left out.

        Raises:
            RowError: there is no artwork in the row, with the reason.
        """
        mapping, notes = self._mapping, list[str]()
        id = self._id(row)
        texts = {name: read_texts(rules, row) for name, rules in mapping.texts.items()}
        begin, end = self._years(row, texts.get("date_text"), notes)
        artwork = Artwork(
            id=id,
            title=texts.get("title"),
            contributions=self._artists.read(row, notes) if self._artists else (),
            date_text=texts.get("date_text"),
            begin=begin,
            end=end,
            medium=texts.get("medium"),
            classification=texts.get("classification"),
            collection=texts.get("collection"),
            description=texts.get("description"),
            dimensions=texts.get("dimensions"),
            credit_line=texts.get("credit_line"),
            accession_number=texts.get("accession_number"),
            group_title=texts.get("group_title"),
            place=texts.get("place"),
            url=_address(texts.get("url"), "url", notes),
            images=_images(mapping.image, row, notes),
            data_rights=read_rights(mapping.data_rights, row),
            **{name: read_list(rule, row) for name, rule in mapping.lists.items()},
        )
        return artwork, tuple(notes)

    def _id(self, row: Row) -> str:
        own = read_text(self._mapping.id, row)
        if own is None:
            raise RowError("no id")
        if len(own) > LONGEST_ID or not own.isprintable():
            raise RowError(f"the id {own[:40]!r} is longer than {LONGEST_ID} or not printable")
        return f"{self._mapping.source}:{own}"

    def _years(
        self, row: Row, date_text: str | None, notes: list[str]
    ) -> tuple[int | None, int | None]:
        begin = column_year(row, self._mapping.begin, notes)
        end = column_year(row, self._mapping.end, notes)
        begin, end, note = settle_years(begin, end, date_text)
        if note is not None:
            notes.append(note)
        return begin, end


def _images(rule: ImageRule | None, row: Row, notes: list[str]) -> tuple[Image, ...]:
    if rule is None:
        return ()
    said = {name: read_text(text, row) for name, text in rule.texts.items()}
    for name in _ADDRESSES:
        said[name] = _address(said.get(name), f"image.{name}", notes)
    if not any(said.get(name) for name in (*_ADDRESSES, "path")):
        return ()
    return (
        Image(
            url=said["url"],
            thumbnail_url=said["thumbnail_url"],
            iiif_url=said["iiif_url"],
            path=said.get("path"),
            alt_text=said.get("alt_text"),
            rights=read_rights(rule.rights, row),
        ),
    )


def _address(address: str | None, name: str, notes: list[str]) -> str | None:
    """Let only web addresses through: they become links of the page."""
    if address is None or values.is_web_address(address):
        return address
    notes.append(f"{name}: {address[:80]!r} is not a web address: left out")
    return None
