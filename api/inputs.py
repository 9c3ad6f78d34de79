"""One more thing to search by: a text, a picture or an artwork, with its weight."""

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from core.errors import PictureError, PictureTooLargeError
from core.ports import PictureDecoder
from core.queries import LONGEST_TEXT, Input

MOST_INPUTS = 10
HEAVIEST = 10
MOST_PIXELS = 100_000_000  # of all pictures together, as one alone may have


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("holds a NUL character")
    return text


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("is blank")
    return text.strip()


PlainText = Annotated[str, AfterValidator(_without_nul)]
WantedText = Annotated[PlainText, AfterValidator(_not_blank)]


class SearchInput(BaseModel):
    """A text, a picture or an artwork to search by, or to keep away from."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: Annotated[WantedText, Field(max_length=LONGEST_TEXT)] | None = Field(
        None, description="Words"
    )
    image: str | None = Field(None, description="A picture in base64", repr=False)
    artwork: WantedText | None = Field(None, description="An artwork id")
    weight: float = Field(
        1.0,
        ge=-HEAVIEST,
        le=HEAVIEST,
        allow_inf_nan=False,
        description="Weight against the other inputs; a negative one pushes away",
    )

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        given = [self.text, self.image, self.artwork]
        if sum(one is not None for one in given) != 1:
            raise ValueError("must have just one of text, image and artwork")
        return self


def engine_inputs(given: Sequence[SearchInput], decode: PictureDecoder) -> tuple[Input, ...]:
    """Say inputs as the engine takes them, their pictures decoded. Raises PictureError."""
    inputs: list[Input] = []
    pixels = 0
    for place, one in enumerate(given):
        try:
            picture = None if one.image is None else decode(decode_base64(one.image))
            pixels += 0 if picture is None else picture.shape[0] * picture.shape[1]
            if pixels > MOST_PIXELS:
                raise PictureTooLargeError(f"with those before it has over {MOST_PIXELS} pixels")
        except PictureError as error:
            raise type(error)(error.reason, field=f"inputs[{place}].image") from error
        inputs.append(Input(one.text, picture, one.artwork, one.weight))
    return tuple(inputs)


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
