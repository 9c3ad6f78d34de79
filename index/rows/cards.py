"""The card of an artwork: what a hit shows of it."""

from core.types import Artwork, Contribution, Image, Json, Rights


def card_of(artwork: Artwork) -> Json:
    """Write an artwork as a hit shows it, with nulls where nothing is known."""
    primary = artwork.images[0] if artwork.images else None
    return {
        "id": artwork.id,
        "title": artwork.title or None,
        "artists": [_artist(link) for link in artwork.contributions],
        "date": artwork.date_text or None,
        "begin": artwork.begin,
        "end": artwork.end,
        "medium": artwork.medium or None,
        "classification": artwork.classification or None,
        "collection": artwork.collection or None,
        "place": artwork.place or None,
        "credit_line": artwork.credit_line or None,
        "accession_number": artwork.accession_number or None,
        "other_titles": list(artwork.other_titles),
        "identifiers": list(artwork.identifiers),
        "part_of": artwork.part_of,
        "description": artwork.description or None,
        "dimensions": artwork.dimensions or None,
        "subjects": list(artwork.subjects),
        "movements": list(artwork.movements),
        "url": artwork.url or None,
        "image": _image(primary) if primary else None,
        "rights": {
            "image": _rights(primary.rights) if primary else None,
            "data": _rights(artwork.data_rights),
        },
    }


def _artist(link: Contribution) -> Json:
    artist = link.artist
    return {
        "id": artist.id,
        "name": artist.name,
        "role": link.role,
        "begin": artist.begin,
        "end": artist.end,
    }


def _image(image: Image) -> Json:
    return {
        "content_hash": image.content_hash or None,
        "url": image.url or None,
        "thumbnail_url": image.thumbnail_url or None,
        "iiif_url": image.iiif_url or None,
        "width": image.width,
        "height": image.height,
        "alt_text": image.alt_text or None,
    }


def _rights(rights: Rights) -> Json:
    return {
        "status": rights.status.value,
        "statement": rights.statement or None,
        "source_field": rights.source_field or None,
        "value": rights.value or None,
    }
