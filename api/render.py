"""Values of the engine and of the catalogue, written as the schemas that clients read."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from urllib.parse import quote

from api import schemas, schemas_search
from api.pictures import Size, parse_rights
from core.filter_json import filter_json
from core.filters import Filter
from core.queries import Hit
from core.rights import RightsPolicy, credit, may_take
from core.types import Artwork, Contribution, Image, Json, RightsStatus
from core.understanding import SpanReadings, Understanding
from index.rows.cards import card_of
from search.build import Services
from search.engine import FacetPage
from search.retrievers.conditions import configured, model_revisions
from search.retrievers.executor import Executor, Found
from search.retrievers.prepare import Preparer

_ADDRESSES = ("url", "thumbnail_url", "iiif_url")


def build_executor(services: Services) -> Executor:
    """Build what runs retrievers, with answers as the API writes them."""
    settings = services.settings
    preparer = Preparer(
        services.retrievers,
        services.snapshots,
        partial(model_revisions, services.encoders, services.rerank),
        services.decode_picture,
        configured(settings),
    )
    render = partial(rendered, policy=RightsPolicy(settings.rights))
    return Executor(services.engine, services.cache, preparer, render)


def rendered(found: Found, *, policy: RightsPolicy) -> bytes:
    """Write what a search found as JSON, without what belongs to one execution alone."""
    page = found.page
    return (
        schemas_search.Found.model_validate(
            {
                "hits": [_hit(hit, policy) for hit in page.hits],
                "total": page.total,
                "window": page.window,
                "cursor": page.cursor,
                "facets": page.facets,
                "stages": page.stages,
                "plan": page.plan,
                "pipeline": found.pipeline,
                "snapshot": page.snapshot,
                "models": found.models,
                "match": page.match,
                "reranked": page.reranked,
                "understanding": _understanding(page.understanding),
            }
        )
        .model_dump_json()
        .encode()
    )


def facet_answer(page: FacetPage) -> schemas_search.FacetAnswer:
    """Write counts of values."""
    return schemas_search.FacetAnswer.model_validate(page)


def artwork_page(
    artworks: Sequence[Artwork], limit: int, total: int, *, policy: RightsPolicy
) -> schemas.ArtworkPage:
    """Write a page of the catalogue; a full one may have another after it."""
    after = artworks[-1].id if len(artworks) == limit else None
    cards = [_card(card_of(artwork), policy) for artwork in artworks]
    return schemas.ArtworkPage.model_validate({"artworks": cards, "total": total, "after": after})


def artwork_record(artwork: Artwork, policy: RightsPolicy) -> schemas.ArtworkRecord:
    """Write all that is known of an artwork."""
    primary = artwork.images[0].rights if artwork.images else None
    return schemas.ArtworkRecord.model_validate(
        {
            **_card(card_of(artwork), policy),
            "credit": credit(artwork),
            "rights": {"image": primary, "data": artwork.data_rights},
            "artists": [_record_artist(link) for link in artwork.contributions],
            "group_title": artwork.group_title,
            "images": [_shown(image, policy) for image in artwork.images],
            "extra": dict(artwork.extra),
        }
    )


def image_address(artwork_id: str, size: Size) -> str:
    """Address of a picture that we hold."""
    return f"/v1/images/{quote(artwork_id, safe='')}?size={size}"


def _understanding(found: Understanding | None) -> Json | None:
    if found is None:
        return None
    return {
        "mode": found.mode,
        "spans": [_span(span) for span in found.spans],
        "text": found.text,
        "away": found.away,
        "filter": _tree(found.where),
        "note": found.note,
        "language": found.language,
    }


def _span(span: SpanReadings) -> Json:
    readings = [
        {
            "kind": reading.kind,
            "label": reading.label,
            "filter": _tree(reading.where),
            "matching": reading.matching,
            "confidence": reading.confidence,
            "is_applied": reading.is_applied,
        }
        for reading in span.readings
    ]
    return {"begin": span.begin, "end": span.end, "text": span.text, "readings": readings}


def _tree(where: Filter | None) -> Json | None:
    return None if where is None else filter_json(where)


def _hit(hit: Hit, policy: RightsPolicy) -> Json:
    return {
        "rank": hit.rank,
        "score": hit.score,
        "artwork": _card(hit.artwork, policy),
        "legs": hit.legs,
        "duplicates": hit.duplicates,
        "group": hit.group,
        "is_reranked": hit.rerank_score is not None,
        "rerank_score": hit.rerank_score,
    }


def _card(card: Json, policy: RightsPolicy) -> Json:
    """Write a stored card with the addresses at which its picture may be shown."""
    image = card["image"]
    return card if image is None else {**card, "image": _image_links(card, image, policy)}


def _image_links(card: Json, image: Json, policy: RightsPolicy) -> Json:
    rights = card["rights"]["image"]
    if not may_take(parse_rights(rights), policy):
        return {**image, **dict.fromkeys(("thumbnail", "full", *_ADDRESSES))}
    thumbnail, full = None, None
    if image["content_hash"] is not None:
        thumbnail, full = (image_address(card["id"], size) for size in Size)
    elif rights is not None and rights["status"] == RightsStatus.OPEN:
        thumbnail, full = image["thumbnail_url"], image["url"]
    return {**image, "thumbnail": thumbnail, "full": full}


def _shown(image: Image, policy: RightsPolicy) -> Image:
    if may_take(image.rights, policy):
        return image
    return replace(image, url=None, thumbnail_url=None, iiif_url=None)


def _record_artist(link: Contribution) -> Json:
    artist = link.artist
    return {
        "id": artist.id,
        "name": artist.name,
        "role": link.role,
        "begin": artist.begin,
        "end": artist.end,
        "sort_name": artist.sort_name,
        "other_names": artist.other_names,
        "gender": artist.gender,
        "nationality": artist.nationality,
    }
