"""Pictures that come as text."""

import base64
import binascii

from core.errors import PictureError


def decode_base64(text: str) -> bytes:
    """Decode base64, bare or as a data: URL, in either alphabet. Raises PictureError."""
    data = text
    if text.startswith("data:"):
        head, comma, data = text.partition(",")
        if not comma or not head.endswith(";base64"):
            raise PictureError("is a data: URL without `;base64,`")
    compact = "".join(data.split()).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise PictureError("is not base64") from error
