"""What the model server is asked and answers: the protocol that `models/remote/` speaks.

Requests are values of people one does not know: everything is checked, and an error names the
field. `docs/remote.md` shows the bodies.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import InputError
from core.types import EncoderCard, Json, Matrix, PicturedText, Purpose
from models.qwen.prompt import finished

MOST_INPUTS = 2048  # of a request, as OpenAI's reference has it
MOST_CHARACTERS = 100_000  # of a text; no encoder reads a tenth of it
_PICTURE = "data:image/"


class Encoding(StrEnum):
    """How numbers are written."""

    FLOAT = "float"
    BASE64 = "base64"


@dataclass(frozen=True, slots=True)
class Item:
    """A text, a picture as it came, or both."""

    text: str = ""
    picture: bytes | None = None


@dataclass(frozen=True, slots=True)
class EmbeddingRequest:
    """What is to be encoded, and how the answer is written."""

    items: tuple[Item, ...]
    purpose: Purpose = Purpose.DOCUMENT
    encoding: Encoding = Encoding.FLOAT


@dataclass(frozen=True, slots=True)
class ScoreRequest:
    """A query and its candidates."""

    query: Item
    candidates: tuple[Item, ...]


Decode = Callable[[bytes], "NDArray[np.uint8]"]


def parse_embedding(body: Json, card: EncoderCard) -> EmbeddingRequest:
    """Read the body of `/embeddings`. Raises InputError."""
    try:
        encoding = Encoding(body.get("encoding_format", Encoding.FLOAT))
    except ValueError as error:
        raise InputError("encoding_format", "must be float or base64") from error
    if body.get("dimensions") not in (None, card.dim):
        raise InputError("dimensions", f"must be {card.dim}: cut embeddings yourself")
    if ("input" in body) == ("messages" in body):
        raise InputError("input", "one of input and messages must be there")
    if "messages" in body:
        item, system = _conversation(body["messages"])
        return EmbeddingRequest((item,), _purpose(system, card), encoding)
    items = tuple(Item(text) for text in _texts(body["input"]))
    return EmbeddingRequest(items, _purpose(None, card), encoding)


def parse_score(body: Json) -> ScoreRequest:
    """Read the body of `/score`. Raises InputError."""
    return _pairs(body, "text_1", "text_2")


def parse_rerank(body: Json) -> ScoreRequest:
    """Read the body of `/rerank`. Raises InputError."""
    return _pairs(body, "query", "documents")


def pictured(item: Item, decode: Decode) -> PicturedText:
    """Decode an item's picture. Raises PictureError."""
    return PicturedText(decode(item.picture) if item.picture is not None else None, item.text)


def write_embeddings(model: str, vectors: Matrix, encoding: Encoding) -> Json:
    """Write the answer to `/embeddings`."""
    rows = [
        {"object": "embedding", "index": n, "embedding": _written(vector, encoding)}
        for n, vector in enumerate(vectors)
    ]
    return {"object": "list", "model": model, "data": rows}


def write_scores(model: str, scores: Sequence[float]) -> Json:
    """Write the answer to `/score`."""
    rows = [{"object": "score", "index": n, "score": score} for n, score in enumerate(scores)]
    return {"object": "list", "model": model, "data": rows}


def write_ranking(model: str, scores: Sequence[float]) -> Json:
    """Write the answer to `/rerank`: best first, the documents left out."""
    order = sorted(range(len(scores)), key=lambda n: -scores[n])
    return {
        "model": model,
        "results": [{"index": n, "relevance_score": scores[n]} for n in order],
    }


def _pairs(body: Json, query: str, candidates: str) -> ScoreRequest:
    listed = body.get(candidates)
    if not isinstance(listed, list):
        listed = [listed]
    _check_count(candidates, listed)
    items = tuple(_side(f"{candidates}.{n}", one) for n, one in enumerate(listed))
    return ScoreRequest(_side(query, body.get(query)), items)


def _side(field: str, value: object) -> Item:
    """Read one side of a pair: a text, or an object with its contents."""
    if isinstance(value, dict):
        return _content(field, value.get("content"))
    return Item(_text(field, value))


def _conversation(messages: object) -> tuple[Item, str | None]:
    """Read a user's turn, and the system's before it where there is one."""
    turns = messages if isinstance(messages, list) else []
    roles = [turn.get("role") if isinstance(turn, dict) else None for turn in turns]
    if roles not in (["user"], ["system", "user"]):
        raise InputError("messages", "must be a user turn, with a system turn before it or none")
    user = _content("messages.user", turns[-1].get("content"))
    if user.picture is not None and user.text:
        raise InputError("messages.user", "must be a text or a picture, not both")
    if len(turns) == 1:
        return user, None
    return user, _content("messages.system", turns[0].get("content")).text


def _content(field: str, content: object) -> Item:
    if isinstance(content, str):
        return Item(_text(field, content))
    if not isinstance(content, list) or not content:
        raise InputError(field, "must be a text or a list of parts")
    texts = [_text(field, part.get("text")) for part in content if _kind(field, part) == "text"]
    pictures = [_picture(field, part) for part in content if _kind(field, part) == "image_url"]
    if len(texts) > 1 or len(pictures) > 1:
        raise InputError(field, "must have one text and one picture at most")
    return Item(texts[0] if texts else "", pictures[0] if pictures else None)


def _kind(field: str, part: object) -> str:
    kind = part.get("type") if isinstance(part, dict) else None
    if kind not in ("text", "image_url"):
        raise InputError(field, f"has a part of type {kind!r}; text and image_url are read")
    return str(kind)


def _picture(field: str, part: Any) -> bytes:  # noqa: ANN401 - whatever JSON may hold
    link = part.get("image_url")
    url = link.get("url") if isinstance(link, dict) else link
    head, comma, data = url.partition(";base64,") if isinstance(url, str) else ("", "", "")
    if not head.startswith(_PICTURE) or not comma:
        raise InputError(field, "must send a picture as a data: URL in base64; none is fetched")
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputError(field, "has a picture that is no base64") from error


def _texts(value: object) -> list[str]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list):
        raise InputError("input", "must be a text or a list of texts")
    _check_count("input", listed)
    return [_text(f"input.{n}", text) for n, text in enumerate(listed)]


def _text(field: str, value: object) -> str:
    if not isinstance(value, str):
        raise InputError(field, "must be a text")
    if len(value) > MOST_CHARACTERS:
        raise InputError(field, f"has {len(value):,} characters; {MOST_CHARACTERS:,} are read")
    return value


def _check_count(field: str, listed: Sequence[object]) -> None:
    if not 1 <= len(listed) <= MOST_INPUTS:
        raise InputError(field, f"must be 1 to {MOST_INPUTS:,}, not {len(listed):,}")


def _purpose(system: str | None, card: EncoderCard) -> Purpose:
    """Tell a query from a document by the system turn, which must be the model's own instruction.

    Another one would give other embeddings under the same name.
    """
    if card.instruction is None:
        if system is not None:
            raise InputError(
                "messages.system", "this model knows none: write instruction= in the address"
            )
        return Purpose.DOCUMENT
    if system is not None:
        asked = finished(system)
        if card.instruction.startswith(f"query: {asked} document: "):
            return Purpose.QUERY
        if card.instruction.endswith(f" document: {asked}"):
            return Purpose.DOCUMENT
    raise InputError("messages.system", f"must be one of the model's own: {card.instruction}")


def _written(vector: NDArray[np.float32], encoding: Encoding) -> str | list[float]:
    match encoding:
        case Encoding.BASE64:
            return base64.b64encode(vector.astype("<f4").tobytes()).decode("ascii")
        case Encoding.FLOAT:
            return [float(one) for one in vector]
