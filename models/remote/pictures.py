"""Texts and pictures as the parts of a conversation, in OpenAI's form."""

import base64
import io

from core.types import Json, Pixels
from models.qwen.pictures import PixelBudget

PICTURES = "qwen-grid-jpeg95-444-1"  # part of a space's identity: raise it with any change
_LEAST_TOKENS = 256  # smaller pictures are enlarged to it, as they are for the local model


def text_part(text: str) -> Json:
    """Write a text as a part."""
    return {"type": "text", "text": text}


def picture_part(pixels: Pixels, visual_tokens: int) -> Json:
    """Write a picture as a part: resized to whole visual tokens, as a JPEG in a data URL.

    Sent losslessly it would be five times the bytes. Where the server's own limits allow this many
    tokens, its resizing finds nothing left to do.
    """
    from PIL import Image

    budget = PixelBudget(min(_LEAST_TOKENS, visual_tokens), visual_tokens)
    buffer = io.BytesIO()
    Image.fromarray(budget.resize(pixels)).save(buffer, "JPEG", quality=95, subsampling=0)
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    return {"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{data}"}}
