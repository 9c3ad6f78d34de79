"""Pictures that we hold."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.deps import ArtworkId, ServicesDep
from api.openapi import PICTURE_ANSWER, problems
from api.pictures import Size, find_picture, picture_response

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
    size: Annotated[Size, Query(description="Thumbnail, or the picture as it was ingested")] = (
        Size.THUMB
    ),
) -> Response:
    """Send the primary picture of an artwork, if its bytes are kept here."""
    picture = find_picture(services, id)
    return picture_response(services.blobs, picture, size, request.headers.get("if-none-match"))
