"""From a row of a table to an artwork, by a mapping."""

from collections.abc import Mapping

from core.records import Note
from core.types import Artwork
from ingest.artists import ArtistReader
from ingest.mapping import TableMapping
from ingest.picture_columns import read_images, web_address
from ingest.rules import (
    column_text,
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


class ArtworkBuilder:
    """Builds artworks from the rows of one table."""

    def __init__(self, mapping: TableMapping, joined: Mapping[str, Row]) -> None:
        self._mapping = mapping
        self._artists = (
            ArtistReader(mapping.artists, mapping.source, joined) if mapping.artists else None
        )

    def build(self, row: Row) -> tuple[Artwork, tuple[Note, ...]]:
        """Build an artwork, with notes on what of it was left out.

        Raises:
            RowError: there is no artwork in the row, with the reason.
        """
        mapping, notes = self._mapping, list[Note]()
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
            url=web_address(texts.get("url"), "url", notes),
            images=read_images(mapping.image, row, notes) if mapping.image else (),
            part_of=self._whole(texts.get("part_of"), id),
            extra=self._extra(row),
            data_rights=read_rights(mapping.data_rights, row),
            **{name: read_list(rule, row) for name, rule in mapping.lists.items()},
        )
        return artwork, tuple(notes)

    def _id(self, row: Row) -> str:
        own = read_text(self._mapping.id, row)
        if own is None:
            raise RowError("no id", "no-id")
        if len(own) > LONGEST_ID or not own.isprintable():
            reason = f"the id {own[:40]!r} is longer than {LONGEST_ID} or not printable"
            raise RowError(reason, "no-id")
        return f"{self._mapping.source}:{own}"

    def _whole(self, own: str | None, id: str) -> str | None:
        """Name the artwork that this one is a part of; none is a part of itself."""
        whole = f"{self._mapping.source}:{own}" if own is not None else None
        return whole if whole != id else None

    def _extra(self, row: Row) -> tuple[tuple[str, str], ...]:
        said = ((column, column_text(row, column)) for column in self._mapping.extra)
        return tuple((column, text) for column, text in said if text is not None)

    def _years(
        self, row: Row, date_text: str | None, notes: list[Note]
    ) -> tuple[int | None, int | None]:
        begin = column_year(row, self._mapping.begin, notes)
        end = column_year(row, self._mapping.end, notes)
        begin, end, note = settle_years(begin, end, date_text)
        if note is not None:
            notes.append(note)
        return begin, end
