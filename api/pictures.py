"""Pictures on the wire: found by artwork, named by content, never anything a browser would run."""

import re
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from starlette.responses import Response

from api.replica import need_catalogue
from core.blob_keys import THUMBNAIL_LONGEST, ThumbnailFormat, picture_key, thumbnail_key
from core.errors import InputError, NoSnapshotError, NotFoundError
from core.media_types import UNKNOWN_TYPE, picture_type
from core.ports import BlobStore
from core.rights import RightsPolicy, may_take
from core.settings import Settings
from core.types import Json, Rights, RightsStatus
from search.build import Services


class Size(StrEnum):
    """How large a picture is wanted."""

    THUMB = "thumb"
    FULL = "full"


_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
# An hour without asking, since a picture hardly ever changes; then the tag is compared.
_CACHE = "public, max-age=3600"
_RANGES = ("image/webp", "image/*", "*/*")  # of an Accept header; the first one there decides


@dataclass(frozen=True, slots=True)
class FoundPicture:
    """A picture of an artwork that we hold and may show."""

    content_hash: str
    is_open: bool  # said to be open: others may be sent to where it lies


@dataclass(frozen=True, slots=True)
class Rendition:
    """In what form a picture is wanted."""

    size: Size
    format: ThumbnailFormat = "webp"  # of a thumbnail
    is_negotiated: bool = False  # chosen by what the client accepts

    @property
    def name(self) -> str:
        """Tell it from the picture's other forms."""
        return self.size if self.format == "webp" else f"{self.size}-{self.format}"

    def key(self, content_hash: str) -> str:
        """Name it in the store."""
        if self.size is Size.FULL:
            return picture_key(content_hash)
        return thumbnail_key(content_hash, self.format)


def choose_rendition(size: Size, format: ThumbnailFormat | None, accept: str | None) -> Rendition:
    """Choose what to send: what was asked for, else what the client can show.

    Raises:
        InputError: a format is asked of the picture as it is kept, which has its own.
    """
    if size is Size.FULL:
        if format is not None:
            raise InputError("format", "is of thumbnails; a picture in full has its own")
        return Rendition(size)
    if format is not None:
        return Rendition(size, format)
    return Rendition(size, "webp" if _takes_webp(accept) else "jpeg", is_negotiated=True)


def policy_of(services: Services) -> RightsPolicy:
    """Tell what this service does with pictures whose rights are not known to be open."""
    return RightsPolicy(services.settings.rights)


def find_picture(services: Services, artwork_id: str) -> FoundPicture:
    """Find an artwork's primary picture.

    The snapshot is asked first: it is in memory, and answers while the database is away.

    Raises:
        NotFoundError: there is no such artwork, or no picture of it is kept here that may be shown.
        ArtworkGoneError: its source no longer has the artwork.
    """
    found = _in_snapshot(services, artwork_id)
    if found is None or found[0] is None:
        need_catalogue(services)
        images = services.catalogue.get(artwork_id).images
        found = (images[0].content_hash, images[0].rights) if images else (None, Rights())
    content_hash, rights = found
    if content_hash is None or not may_take(rights, policy_of(services)):
        raise NotFoundError("picture", artwork_id)
    return FoundPicture(content_hash, rights.status is RightsStatus.OPEN)


def picture_response(
    services: Services, found: FoundPicture, rendition: Rendition, known_tag: str | None
) -> Response:
    """Send a picture, or where it lies, or nothing new to who has it. Raises NotFoundError."""
    headers = _SAFE | ({"Vary": "Accept"} if rendition.is_negotiated else {})
    if address := _address(services.blobs, found, rendition):
        cache = _cache_of_redirect(services.settings)
        return Response(
            status_code=307, headers={**headers, "Location": address, "Cache-Control": cache}
        )
    tag = f'"{found.content_hash}-{rendition.name}"'
    headers |= {"ETag": tag, "Cache-Control": _CACHE}
    if tag in {part.strip().removeprefix("W/") for part in (known_tag or "").split(",")}:
        return Response(status_code=304, headers=headers)
    data = _read(services.blobs, found, rendition)
    kind = picture_type(data)
    if kind == UNKNOWN_TYPE:
        headers["Content-Disposition"] = "attachment"
    return Response(data, headers=headers, media_type=kind)


def _takes_webp(accept: str | None) -> bool:
    """Tell whether an Accept header lets WebP in; none lets everything in."""
    weights = {
        name.strip(): _weight(parameters)
        for name, _, parameters in (part.partition(";") for part in (accept or "").split(","))
    }
    decides = next((weights[name] for name in _RANGES if name in weights), not accept)
    return bool(decides)


def _weight(parameters: str) -> float:
    found = re.search(r"q\s*=\s*([01](?:\.\d{0,3})?)", parameters)
    return float(found[1]) if found else 1.0


def _address(blobs: BlobStore, found: FoundPicture, rendition: Rendition) -> str | None:
    """Say where clients can read a picture themselves; only open pictures have such an address."""
    key = rendition.key(found.content_hash)
    if not found.is_open or (address := blobs.address(key)) is None:
        return None
    return address if rendition.format == "webp" or blobs.exists(key) else None


def _read(blobs: BlobStore, found: FoundPicture, rendition: Rendition) -> bytes:
    try:
        return blobs.get(rendition.key(found.content_hash))
    except NotFoundError:
        if rendition.format == "webp":
            raise
    return _as_jpeg(blobs.get(thumbnail_key(found.content_hash)))  # kept before there were JPEGs


def _as_jpeg(thumbnail: bytes) -> bytes:
    from models.images import decode_picture, make_thumbnail

    pixels = decode_picture(thumbnail)
    return make_thumbnail(pixels, longest=THUMBNAIL_LONGEST, format="jpeg")


def _cache_of_redirect(settings: Settings) -> str:
    if settings.blobs_public_url is not None:
        return _CACHE
    # A signed address is for who got it, and must still be good when it is used again.
    return f"private, max-age={settings.presign_s // 2}"


def _in_snapshot(services: Services, artwork_id: str) -> tuple[str | None, Rights] | None:
    try:
        snapshot = services.snapshots.current()
    except NoSnapshotError:
        return None
    number = snapshot.number_of(artwork_id)
    if number is None:
        return None
    card = snapshot.cards(np.asarray([number], np.int32))[0]
    image = card["image"]
    return (image["content_hash"] if image else None), parse_rights(card["rights"]["image"])


def parse_rights(rights: Json | None) -> Rights:
    """Read rights as a card keeps them; none are not known."""
    if rights is None:
        return Rights()
    return Rights(
        RightsStatus(rights["status"]),
        rights["statement"],
        rights["source_field"],
        rights["value"],
    )
