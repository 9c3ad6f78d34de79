"""From a IIIF Manifest, Presentation API 2 or 3, to a row that a mapping reads."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence

from core.types import Json
from ingest.drafting.hints import HINTS, likeness
from ingest.iiif.makers import read_makers
from ingest.iiif.resources import (
    identity,
    is_manifest,
    listed,
    pictures,
    thumbnail,
)
from ingest.iiif.spoken import in_language, labels, spoken
from ingest.tables.rows import Row
from ingest.values import RowError

MOST_PICTURES = 20  # of one manifest; a book has hundreds of pages
# Fields of a mapping that a label of the metadata may name, by the key of the row they get.
_FIELDS = {
    "date": "columns.date_text",
    "medium": "columns.medium",
    "classification": "columns.classification",
    "dimensions": "columns.dimensions",
    "accession_number": "columns.accession_number",
    "credit_line": "columns.credit_line",
    "place": "columns.place",
    "description": "columns.description",
    "collection": "columns.collection",
    "group_title": "columns.group_title",
    "subjects": "columns.subjects",
    "movements": "columns.movements",
    "other_titles": "columns.other_titles",
    "artists": "artists.name",
}
_LISTS = frozenset({"subjects", "movements", "other_titles", "artists"})
_ENDING = re.compile(r"/(?:manifest(?:\.json)?|info\.json)$|\.json$")
_LONGEST_ID = 160  # characters; a longer address is named by its hash


def manifest_row(manifest: Json, languages: Sequence[str]) -> Row:
    """Read what a manifest says, by keys that are the same for every museum.

    Raises:
        RowError: it is no manifest, or has no address of its own.
    """
    if not is_manifest(manifest):
        raise RowError("is no IIIF Manifest", "not-a-manifest")
    address = identity(manifest)
    if address is None:
        raise RowError("the manifest has no id", "no-id")
    titles, others = in_language(spoken(manifest.get("label")), languages)
    row: dict[str, object] = {
        "id": manifest_id(address),
        "manifest": address,
        "title": titles[0] if titles else None,
        "description": _first(manifest, ("summary", "description"), languages),
        "rights": _rights(manifest),
        "attribution": _attribution(manifest, languages),
        "url": _homepage(manifest),
        "images": _images(manifest),
    }
    said = _metadata(manifest, languages)
    row |= {f"metadata.{label}": texts for label, texts in said.items()}
    row |= {key: value for key, value in _known(said).items() if row.get(key) in (None, [])}
    row["credit_line"] = row.get("credit_line") or row["attribution"]
    row["other_titles"] = [*others, *titles[1:], *_as_list(row.get("other_titles"))]
    row["artists"] = read_makers(_as_list(row.get("artists")))
    return row


def manifest_id(address: str) -> str:
    """Make an id of an address: without scheme and ending, or its hash where that is long."""
    own = _ENDING.sub("", address.partition("://")[2] or address)
    if len(own) <= _LONGEST_ID:
        return own
    return hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()


def _metadata(manifest: Json, languages: Sequence[str]) -> dict[str, list[str]]:
    """Read the pairs of label and value, by each label in each of its languages."""
    found: dict[str, list[str]] = {}
    for pair in listed(manifest.get("metadata")):
        if not isinstance(pair, Mapping):
            continue
        texts, others = in_language(spoken(pair.get("value")), languages)
        for label in dict.fromkeys(labels(pair.get("label"))):
            found.setdefault(label, []).extend([*texts, *others] if label in _OTHER else texts)
    return found


_OTHER = frozenset(HINTS["columns.other_titles"].split())


def _known(said: Mapping[str, list[str]]) -> dict[str, object]:
    """Find the labels that museums use for what a mapping knows."""
    found: dict[str, object] = {}
    for key, field in _FIELDS.items():
        scores = [(likeness(label, HINTS[field]), -n, label) for n, label in enumerate(said)]
        score, _, label = max(scores, default=(0.0, 0, ""))
        if score > 0:
            found[key] = said[label] if key in _LISTS else "; ".join(said[label]) or None
    return found


def _first(manifest: Json, keys: Sequence[str], languages: Sequence[str]) -> str | None:
    for key in keys:
        texts, _ = in_language(spoken(manifest.get(key)), languages)
        if texts:
            return "\n".join(texts)
    return None


def _attribution(manifest: Json, languages: Sequence[str]) -> str | None:
    """Read the line that must be shown: requiredStatement, or attribution in version 2."""
    required = manifest.get("requiredStatement")
    value = required.get("value") if isinstance(required, Mapping) else manifest.get("attribution")
    texts, _ = in_language(spoken(value), languages)
    return "; ".join(texts) or None


def _rights(manifest: Json) -> str | None:
    """Read the licence: rights, or license in version 2, of which the first counts."""
    for value in (manifest.get("rights"), manifest.get("license")):
        for one in listed(value):
            if isinstance(one, str) and one.strip():
                return one
            if isinstance(one, Mapping) and (address := identity(one)):
                return address
    return None


def _homepage(manifest: Json) -> str | None:
    """Read the page for people: homepage, or related in version 2."""
    for value in (manifest.get("homepage"), manifest.get("related")):
        for one in listed(value):
            address = one if isinstance(one, str) else identity(one)
            if address is not None:
                return address
    return None


def _images(manifest: Json) -> list[Json]:
    found = list(_first_pictures(manifest))
    small = thumbnail(manifest)
    if small is not None and not found:
        return [{"thumbnail": small}]
    if small is not None and found[0].get("thumbnail") is None:
        found[0] = {**found[0], "thumbnail": small}
    return found


def _first_pictures(manifest: Json) -> Iterator[Json]:
    for number, picture in enumerate(pictures(manifest)):
        if number >= MOST_PICTURES:
            return
        yield picture


def _as_list(value: object) -> list[str]:
    return [one for one in listed(value) if isinstance(one, str)]
