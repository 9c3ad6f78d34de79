"""The pictures of a row: one, several in lists side by side, or objects inside a column."""

from collections.abc import Iterator, Mapping

from core.records import Note
from core.types import Image, Rights
from ingest import values
from ingest.mapping import ImageRule
from ingest.rules import column_texts, finish_text, read_rights, read_text
from ingest.tables.rows import Row, flat

_ADDRESSES = ("url", "thumbnail_url", "iiif_url")


def read_images(rule: ImageRule, row: Row, notes: list[Note]) -> tuple[Image, ...]:
    """Read the pictures of an artwork in the order of the source; the first is its primary one."""
    rights = read_rights(rule.rights, row)
    return tuple(
        image for said in _pictures(rule, row, notes) if (image := _image(said, rights, notes))
    )


def web_address(address: str | None, name: str, notes: list[Note]) -> str | None:
    """Let only web addresses through: they become links of the page."""
    if address is None or values.is_web_address(address):
        return address
    reason = f"{name}: {address[:80]!r} is not a web address: left out"
    notes.append(Note("not-a-web-address", reason))
    return None


def _pictures(rule: ImageRule, row: Row, notes: list[Note]) -> Iterator[Mapping[str, str | None]]:
    """Read what is said of each picture, by field."""
    if rule.column is not None:
        for one in _objects(row.get(rule.column)):
            yield {name: read_text(text, one) for name, text in rule.texts.items()}
    elif rule.separator is not None:
        yield from _side_by_side(rule, row, notes)
    else:
        yield {name: read_text(text, row) for name, text in rule.texts.items()}


def _objects(value: object) -> Iterator[Row]:
    for one in value if isinstance(value, list | tuple) else [value]:
        if isinstance(one, Mapping):
            yield flat(one)


def _side_by_side(
    rule: ImageRule, row: Row, notes: list[Note]
) -> Iterator[Mapping[str, str | None]]:
    """Pair up lists; one of another length than the first cannot be paired."""
    lists = {
        name: [one for column in text.columns for one in column_texts(row, column, rule.separator)]
        for name, text in rule.texts.items()
    }
    count = next((len(lists[name]) for name in (*_ADDRESSES, "path") if lists.get(name)), 0)
    for name, listed in lists.items():
        if listed and len(listed) != count:
            reason = f"image.{name} has {len(listed)} values for {count} pictures: left out"
            notes.append(Note("lists-of-unequal-length", reason))
            lists[name] = []
    for number in range(count):
        yield {
            name: finish_text(rule.texts[name], listed[number] if listed else None)
            for name, listed in lists.items()
        }


def _image(said: Mapping[str, str | None], rights: Rights, notes: list[Note]) -> Image | None:
    addresses = {name: web_address(said.get(name), f"image.{name}", notes) for name in _ADDRESSES}
    if not (any(addresses.values()) or said.get("path")):
        return None
    return Image(
        url=addresses["url"],
        thumbnail_url=addresses["thumbnail_url"],
        iiif_url=addresses["iiif_url"],
        path=said.get("path"),
        alt_text=said.get("alt_text"),
        view=said.get("view"),
        rights=rights,
    )
