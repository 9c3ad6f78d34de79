"""The replicas of Ray Serve: one model each, loaded and warm before it takes requests."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from starlette.responses import JSONResponse, Response

from cluster.gathering import Answered, Gathering
from cluster.loading import load_served_encoder, load_served_reranker
from cluster.model_server import BATCH_HEADER, ModelServer
from cluster.options import BatchOptions
from cluster.protocol import (
    Item,
    ScoreRequest,
    parse_embedding,
    parse_rerank,
    parse_score,
    pictured,
    write_embeddings,
    write_ranking,
    write_scores,
)
from core.errors import InputError, ModalityError
from core.ports import Encoder, PictureDecoder
from core.settings import Settings
from core.types import EncoderCard, Json, Modality, PicturedText, Pixels, Purpose
from models.fingerprint import fingerprint

Pair: TypeAlias = tuple[str | Pixels, PicturedText]
Floats: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """One text or picture to encode."""

    content: str | Pixels
    purpose: Purpose


class EncoderReplica(ModelServer):
    """Serves an encoder."""

    def __init__(self, settings: Settings, name: str, batch: BatchOptions) -> None:
        from search.build import build_decoder

        self._encoder = load_served_encoder(settings, name)
        self._decode: PictureDecoder = build_decoder(settings)
        self._card = self._encoder.card
        super().__init__(encoder_facts(self._card), settings.remote_api_key)
        warm_up(self._encoder)
        self._gathering = Gathering[Asked, Floats](self._encode, batch)
        self._posts["/embeddings"] = self._embeddings

    def health(self) -> Json:
        """Say that the model is loaded, and what it has done."""
        return {**super().health(), **self._gathering.tally.to_json()}

    async def _embeddings(self, body: Json) -> Response:
        request = parse_embedding(body, self._card)
        inputs = await asyncio.to_thread(self._inputs, request.items, request.purpose)
        done: Answered[Floats] = await self._gathering.ask(inputs)
        told = await asyncio.to_thread(
            write_embeddings, self._card.name, np.stack(done.answers), request.encoding
        )
        return JSONResponse(told, headers={BATCH_HEADER: str(done.batch_size)})

    def _inputs(self, items: Sequence[Item], purpose: Purpose) -> list[Asked]:
        """Decode what is a picture, before it could spoil a batch with others."""
        inputs = []
        for item in items:
            wanted = Modality.TEXT if item.picture is None else Modality.IMAGE
            if wanted not in self._card.modalities:
                raise ModalityError(self._card.name, wanted)
            content = item.text if item.picture is None else self._decode(item.picture)
            inputs.append(Asked(content, purpose))
        return inputs

    def _encode(self, inputs: Sequence[Asked]) -> list[Floats]:
        """Encode texts of each purpose, and pictures, in one pass each."""
        vectors: list[Floats] = [np.empty(0, np.float32)] * len(inputs)
        for purpose in Purpose:
            texts = {
                n: one.content
                for n, one in enumerate(inputs)
                if isinstance(one.content, str) and one.purpose is purpose
            }
            if texts:
                encoded = self._encoder.encode_texts(list(texts.values()), purpose=purpose)
                _put(vectors, list(texts), encoded)
        pictures = {
            n: one.content for n, one in enumerate(inputs) if not isinstance(one.content, str)
        }
        if pictures:
            _put(vectors, list(pictures), self._encoder.encode_images(list(pictures.values())))
        return vectors


class RerankerReplica(ModelServer):
    """Serves a reranker; pairs of several searches share a pass."""

    def __init__(self, settings: Settings, batch: BatchOptions) -> None:
        from search.build import build_decoder

        self._reranker = load_served_reranker(settings)
        self._decode: PictureDecoder = build_decoder(settings)
        super().__init__(reranker_facts(self._reranker.name), settings.remote_api_key)
        self._reranker.score_pairs([("a painting", PicturedText(text="a painting"))])
        self._gathering = Gathering[Pair, np.float32](self._score, batch)
        self._posts |= {"/score": self._answer_score, "/rerank": self._answer_rerank}

    def health(self) -> Json:
        """Say that the model is loaded, and what it has done."""
        return {**super().health(), **self._gathering.tally.to_json()}

    async def _answer_score(self, body: Json) -> Response:
        done = await self._scored(parse_score(body))
        return _told(write_scores(self._facts["id"], _numbers(done)), done.batch_size)

    async def _answer_rerank(self, body: Json) -> Response:
        done = await self._scored(parse_rerank(body))
        return _told(write_ranking(self._facts["id"], _numbers(done)), done.batch_size)

    async def _scored(self, request: ScoreRequest) -> "Answered[np.float32]":
        pairs = await asyncio.to_thread(self._pairs, request)
        done = await self._gathering.ask(pairs)
        for n, score in enumerate(done.answers):
            if not np.isfinite(score):
                raise InputError(f"candidate {n}", "has nothing that this model can judge")
        return done

    def _pairs(self, request: ScoreRequest) -> list[Pair]:
        query = pictured(request.query, self._decode)
        if query.picture is not None and query.text:
            raise InputError("query", "must be a text or a picture, not both")
        asked = query.text if query.picture is None else query.picture
        return [(asked, pictured(one, self._decode)) for one in request.candidates]

    def _score(self, pairs: Sequence[Pair]) -> list[np.float32]:
        return list(self._reranker.score_pairs(pairs))


def encoder_facts(card: EncoderCard) -> Json:
    """List an encoder as `/models` does.

    The revision changes with anything that makes embeddings incomparable, so that a remote encoder,
    which is told nothing else, notices.
    """
    revision = f"{card.revision}-{fingerprint(asdict(card))[:8]}"
    return {"id": card.name, "object": "model", "owned_by": "vasari", "revision": revision} | {
        "dim": card.dim,
        "modalities": list(card.modalities),
        "instruction": card.instruction,
    }


def reranker_facts(name: str) -> Json:
    """List a reranker as `/models` does: what stands before the @ is its name."""
    model, _, revision = name.partition("@")
    return {
        "id": model,
        "object": "model",
        "owned_by": "vasari",
        "revision": revision or "unstated",
    }


def warm_up(encoder: Encoder) -> None:
    """Run a model once with all that it reads: the first pass is slow, and shows what is wrong."""
    if Modality.TEXT in encoder.card.modalities:
        encoder.encode_texts(["a painting"], purpose=Purpose.QUERY)
    if Modality.IMAGE in encoder.card.modalities:
        encoder.encode_images([np.full((64, 64, 3), 128, np.uint8)])


def _put(vectors: list[Floats], places: Sequence[int], encoded: Floats) -> None:
    for place, vector in zip(places, encoded, strict=True):
        vectors[place] = vector


def _numbers(done: "Answered[np.float32]") -> list[float]:
    return [float(score) for score in done.answers]


def _told(answer: Json, batch_size: int) -> Response:
    return JSONResponse(answer, headers={BATCH_HEADER: str(batch_size)})
