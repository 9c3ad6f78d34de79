"""The filter columns as files: `<field>.json` and a few arrays for each field."""

from pathlib import Path

from core.filters import Field
from index.columns.columns import Columns
from index.columns.dictionary import open_dictionary, write_dictionary
from index.columns.leaves import ColumnParts
from index.columns.links import Links
from index.columns.postings import CodeColumn, Column, Postings, open_postings, write_postings
from index.columns.years import Years
from index.files.arrays import open_array, write_array

_CODED = (Field.MEDIUM, Field.CLASSIFICATION, Field.COLLECTION, Field.IMAGE_RIGHTS)
_TERMS = (Field.SUBJECT, Field.MOVEMENT)
_LINKED = (Field.ARTIST, Field.GENDER, Field.ROLE)


def write_columns(folder: Path, parts: ColumnParts) -> None:
    """Write all columns into a folder."""
    for field, dictionary in parts.dictionaries.items():
        write_dictionary(folder, field.value, dictionary)
    for field, column in parts.columns.items():
        match column:
            case CodeColumn():
                write_array(folder / f"{field}.codes.npy", column.codes)
            case Postings():
                write_postings(folder, field.value, column)
    _write_links(folder, parts.links)
    write_array(folder / "years.begin.npy", parts.years.begin)
    write_array(folder / "years.end.npy", parts.years.end)
    write_array(folder / "has_image.npy", parts.has_image)


def open_columns(folder: Path, size: int) -> Columns:
    """Open columns by memory map, for a number of artworks.

    Raises:
        DamagedError: names the file.
    """
    dictionaries = {f: open_dictionary(folder, f.value) for f in (*_CODED, *_TERMS)}
    columns: dict[Field, Column] = {
        field: CodeColumn(open_array(folder / f"{field}.codes.npy"), len(dictionaries[field]))
        for field in _CODED
    }
    for field in (*_TERMS, *_LINKED):
        columns[field] = open_postings(folder, field.value, size)
    years = Years(open_array(folder / "years.begin.npy"), open_array(folder / "years.end.npy"))
    parts = ColumnParts(
        size=size,
        dictionaries=dictionaries,
        columns=columns,
        links=_open_links(folder, size),
        years=years,
        has_image=open_array(folder / "has_image.npy"),
    )
    return Columns(parts)


def _write_links(folder: Path, links: Links) -> None:
    write_postings(folder, "link", links.artworks)
    write_array(folder / "link.roles.npy", links.roles)
    write_dictionary(folder, "role", links.role_names)
    write_dictionary(folder, "artist", links.ids)
    write_postings(folder, "artist.entries", links.id_artists)
    write_dictionary(folder, "artist_name", links.names)
    write_postings(folder, "artist_name", links.name_artists)
    write_dictionary(folder, "gender", links.genders)
    write_array(folder / "artist.genders.npy", links.artist_genders)


def _open_links(folder: Path, size: int) -> Links:
    genders = open_array(folder / "artist.genders.npy")
    return Links(
        artworks=open_postings(folder, "link", size),
        roles=open_array(folder / "link.roles.npy"),
        role_names=open_dictionary(folder, "role"),
        ids=open_dictionary(folder, "artist"),
        id_artists=open_postings(folder, "artist.entries", len(genders)),
        names=open_dictionary(folder, "artist_name"),
        name_artists=open_postings(folder, "artist_name", len(genders)),
        genders=open_dictionary(folder, "gender"),
        artist_genders=genders,
    )
