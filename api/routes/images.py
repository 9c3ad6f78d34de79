"""Pictures that we hold."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.deps import ArtworkId, ServicesDep
from api.openapi import PICTURE_ANSWER, problems
from api.pictures import Size, choose_rendition, find_picture, picture_response
from core.blob_keys import ThumbnailFormat

router = APIRouter(prefix="/v1", tags=["artworks"])


@router.get(
    "/images/{id:path}",
    summary="Show a picture",
    response_class=Response,
    responses={**PICTURE_ANSWER, **problems(404, 422, 503)},
)
def image(
    id: ArtworkId,
    services: ServicesDep,
    request: Request,
    size: Annotated[Size, Query(description="Thumbnail, or the picture as it is kept")] = (
        Size.THUMB
    ),
    format: Annotated[
        ThumbnailFormat | None,
        Query(description="Format of the thumbnail; left out: WebP, unless Accept rules it out"),
    ] = None,
) -> Response:
    """Send the primary picture of an artwork, if its bytes are kept here."""
    rendition = choose_rendition(size, format, request.headers.get("accept"))
    found = find_picture(services, id)
    return picture_response(services, found, rendition, request.headers.get("if-none-match"))
