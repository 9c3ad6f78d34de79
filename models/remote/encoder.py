"""Encoders on another machine, behind an OpenAI-style server or vLLM's pooling one.

`docs/remote.md` shows the requests. OpenAI-style servers get texts in batches and read no pictures.
vLLM gets one conversation for each text or picture: the instruction as the system turn, the content
as the user's, and the opening of the assistant's, as Qwen3-VL-Embedding was trained.
"""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from core.breaker import Breakers
from core.errors import ConfigurationError, ModalityError, ModelServerError
from core.types import EncoderCard, Json, Matrix, Modality, Pixels, Purpose
from models.builtin.runtime import run_parallel
from models.fingerprint import fingerprint
from models.images import DECODING
from models.qwen.prompt import DOCUMENT_INSTRUCTION, finished
from models.remote.client import Patience, RemoteClient, open_client
from models.remote.pictures import PICTURES, picture_part, text_part
from models.remote.spec import RemoteSpec, Speech, parse_remote
from models.remote.vectors import check_model, parse_vectors, unit_rows

_Input = TypeVar("_Input")

UNSTATED = "unstated"  # the revision of a server that says none
_QUERY_TRIES = 2  # somebody waits for the answer
_BUILD = Patience(total_s=60.0, tries=5)
_REVISION_S = 60.0  # for which a revision is believed
_PROBE = "a painting"
_REQUESTS = 1  # part of a space's identity: raise it with any change of what is sent


def load_remote_encoder(
    address: str, breakers: Breakers, api_key: str | None = None
) -> "RemoteEncoder":
    """Prepare the encoder that an address names; its server is not asked yet.

    Raises:
        ConfigurationError: the address is not one of an encoder.
        MissingExtraError: httpx is not installed.
    """
    spec = parse_remote(address)
    if spec.speech is Speech.RERANK:
        raise ConfigurationError(
            "rerank+… is the address of a reranker; encoders are openai+ or vllm+"
        )
    return RemoteEncoder(spec, open_client(spec, breakers, api_key))


class RemoteEncoder:
    """Encodes on a server; nothing is sent before the first call."""

    def __init__(
        self,
        spec: RemoteSpec,
        client: RemoteClient,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._spec = spec
        self._clock = clock
        self._revision_until = 0.0
        self._client = client
        self._query = Patience(spec.timeout_s, _QUERY_TRIES)
        self._served_dim: int | None = None
        self._card: EncoderCard | None = None

    @property
    def card(self) -> EncoderCard:
        """All that decides whether its embeddings may be compared with others.

        The server is asked once for what the address does not say.

        Raises:
            ModelUnavailableError: it does not answer.
        """
        if self._card is None:
            revision = self._spec.revision or self._served_revision()
            self._revision_until = self._clock() + _REVISION_S
            dim = self._spec.dim or self._ask_texts([_PROBE], Purpose.QUERY, self._query).shape[1]
            self._card = _card(self._spec, revision, dim)
        return self._card

    def encode_texts(self, texts: Sequence[str], *, purpose: Purpose = Purpose.DOCUMENT) -> Matrix:
        """Encode texts in their order. Raises ModelUnavailableError."""
        if not self._spec.texts:
            raise ModalityError(self._spec.model, Modality.TEXT)
        patience = self._query if purpose is Purpose.QUERY else _BUILD
        size = self._spec.batch if self._spec.speech is Speech.OPENAI else 1
        return self._in_parallel(
            texts, lambda some: self._ask_texts(some, purpose, patience), size=size
        )

    def encode_images(self, images: Sequence[Pixels]) -> Matrix:
        """Encode pictures in their order. Raises ModelUnavailableError."""
        if not self._spec.reads_pictures:
            raise ModalityError(self._spec.model, Modality.IMAGE)
        # A search encodes its pictures one by one; of a build it is at most the last one.
        patience = self._query if len(images) == 1 else _BUILD

        def encode(some: Sequence[Pixels]) -> Matrix:
            part = picture_part(some[0], self._spec.visual_tokens)
            return self._ask_conversation(part, DOCUMENT_INSTRUCTION, patience)

        return self._in_parallel(images, encode, size=1)

    def memory_bytes(self) -> int:
        """Bytes that the loaded model takes on this machine: none."""
        return 0

    def _in_parallel(
        self, inputs: Sequence[_Input], encode: Callable[[Sequence[_Input]], Matrix], *, size: int
    ) -> Matrix:
        """Encode so many inputs a request, several requests at once."""
        dim = self.card.dim
        self._check_revision()
        encoded = np.empty((len(inputs), dim), np.float32)

        def work(start: int) -> None:
            vectors = encode(inputs[start : start + size])
            encoded[start : start + size] = unit_rows(vectors, dim, self._spec.address)

        run_parallel(work, range(0, len(inputs), size), self._spec.parallel)
        return encoded

    def _ask_texts(self, texts: Sequence[str], purpose: Purpose, patience: Patience) -> Matrix:
        is_query = purpose is Purpose.QUERY
        if self._spec.speech is Speech.OPENAI:
            prefix = self._spec.query_prefix if is_query else self._spec.document_prefix
            return self._ask({"input": [prefix + text for text in texts]}, len(texts), patience)
        instruction = self._spec.instruction if is_query else DOCUMENT_INSTRUCTION
        return self._ask_conversation(text_part(texts[0]), instruction, patience)

    def _ask_conversation(self, part: Json, instruction: str, patience: Patience) -> Matrix:
        system = {"role": "system", "content": [text_part(finished(instruction))]}
        body = {
            # Not all models know a system turn: without an instruction there is none at all.
            "messages": [
                *([system] if self._spec.instruction else []),
                {"role": "user", "content": [part]},
            ],
            "add_generation_prompt": True,
            "add_special_tokens": True,  # whatever the checkpoint's own tokenizer puts at the end
        }
        return self._ask(body, 1, patience)

    def _ask(self, body: Json, count: int, patience: Patience) -> Matrix:
        """Get embeddings as they come: neither cut nor of unit length."""
        named = {"model": self._spec.model, "encoding_format": "base64", **body}
        answer = self._client.ask("embeddings", named, patience)
        check_model(answer, self._spec.model, self._spec.address)
        vectors = parse_vectors(answer, count, self._spec.address)
        self._check_dim(vectors.shape[1])
        return vectors

    def _check_dim(self, dim: int) -> None:
        """Refuse embeddings of another length than the first ones had: the model was changed."""
        if self._served_dim is None:
            self._served_dim = dim
        if dim != self._served_dim:
            raise ModelServerError(
                f"{self._spec.address} makes embeddings of {dim} numbers now, "
                f"{self._served_dim} before: restart, and build the index anew"
            )

    def _check_revision(self) -> None:
        """Look now and then whether the server still has the weights that the card names."""
        if self._spec.revision is not None or self._clock() < self._revision_until:
            return
        served = self._served_revision()
        if served != self.card.revision:
            raise ModelServerError(
                f"{self._spec.address} serves revision {served} now, {self.card.revision} before: "
                "restart, and build the index anew"
            )
        self._revision_until = self._clock() + _REVISION_S

    def _served_revision(self) -> str:
        listed = self._client.ask("models", None, self._query).get("data")
        models = {m.get("id"): m for m in listed or () if isinstance(m, dict)}
        if self._spec.model not in models:
            names = ", ".join(sorted(map(str, models))) or "no model"
            raise ModelServerError(f"{self._spec.address} is not served there, but {names}")
        facts = models[self._spec.model]
        return str(facts.get("revision") or facts.get("root") or UNSTATED)


def _card(spec: RemoteSpec, revision: str, dim: int) -> EncoderCard:
    return EncoderCard(
        name=spec.model,
        revision=revision,
        dtype=f"as {spec.speech} serves it",
        preprocessing=_preprocessing(spec),
        dim=dim,
        modalities=_modalities(spec),
        instruction=(spec.instruction or None) if spec.speech is Speech.VLLM else None,
    )


def _modalities(spec: RemoteSpec) -> tuple[Modality, ...]:
    reads = {Modality.TEXT: spec.texts, Modality.IMAGE: spec.reads_pictures}
    return tuple(modality for modality, is_read in reads.items() if is_read)


def _preprocessing(spec: RemoteSpec) -> str:
    facts: Json = {"requests": _REQUESTS, "speech": spec.speech}
    if spec.speech is Speech.OPENAI:
        facts |= {"query": spec.query_prefix, "document": spec.document_prefix}
    else:
        facts |= {"decoding": DECODING, "pictures": PICTURES, "tokens": spec.visual_tokens}
    return fingerprint(facts)
