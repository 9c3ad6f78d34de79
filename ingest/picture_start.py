"""What the first bytes of a picture tell, while the rest is still under way."""

import io

from PIL import Image

from core.errors import PictureTooLargeError, PictureTypeError
from ingest.pictures import LIMITS
from models.images import FORMATS

_STARTS = tuple(start for starts in FORMATS.values() for start in starts)
_LONGEST_START = max(len(start) for start in _STARTS)


def check_start(data: bytes) -> None:
    """Refuse what cannot become a picture that is taken, by its beginning.

    Raises:
        PictureTypeError: it does not begin as a picture does.
        PictureTooLargeError: its header tells of too many pixels.
    """
    if len(data) >= _LONGEST_START and not data.startswith(_STARTS):
        raise PictureTypeError("what came is not a picture")
    size = _size(data)
    if size is not None and size[0] * size[1] > LIMITS.max_pixels:
        allowed = f"at most {LIMITS.max_pixels / 1e6:g} million are allowed"
        raise PictureTooLargeError(f"the picture measures {size[0]} × {size[1]} pixels; {allowed}")


def _size(data: bytes) -> tuple[int, int] | None:
    """Read width and height; None while the header is not whole."""
    try:
        with Image.open(io.BytesIO(data), formats=list(FORMATS)) as image:
            return image.size
    except Image.DecompressionBombError as error:
        raise PictureTooLargeError("the picture has far too many pixels") from error
    except Exception:  # noqa: BLE001 - half a header: what is wrong shows when the whole is decoded
        return None
