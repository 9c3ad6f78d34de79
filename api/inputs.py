"""One more thing to search by: a text, a picture or an artwork, with its weight."""

from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from core.queries import LONGEST_TEXT
from core.query_limits import HEAVIEST_INPUT


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
        ge=-HEAVIEST_INPUT,
        le=HEAVIEST_INPUT,
        allow_inf_nan=False,
        description="Weight against the other inputs; a negative one pushes away",
    )

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        given = [self.text, self.image, self.artwork]
        if sum(one is not None for one in given) != 1:
            raise ValueError("must have just one of text, image and artwork")
        return self
