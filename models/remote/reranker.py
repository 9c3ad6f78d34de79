"""Rerankers on another machine: vLLM's `/score`, or `/rerank` as several servers have it.

`docs/remote.md` shows the requests. The prompt is the server's: it must be started with the chat
template of Qwen3-VL-Reranker, or its scores mean nothing.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.breaker import Breakers
from core.errors import ConfigurationError, ModelServerError
from core.types import Json, PicturedText, Pixels
from models.rate import Rate
from models.remote.client import Patience, RemoteClient, open_client
from models.remote.pictures import picture_part, text_part
from models.remote.spec import RemoteSpec, Speech, parse_remote
from models.remote.vectors import check_model, parse_scores

Floats = NDArray[np.float32]


def load_remote_reranker(
    address: str, breakers: Breakers, api_key: str | None = None
) -> "RemoteReranker":
    """Prepare the reranker that an address names; its server is not asked yet.

    Raises:
        ConfigurationError: the address is not one of a reranker.
        MissingExtraError: httpx is not installed.
    """
    spec = parse_remote(address)
    if spec.speech is Speech.OPENAI:
        raise ConfigurationError(
            "openai+… is the address of an encoder; rerankers are vllm+ or rerank+"
        )
    return RemoteReranker(spec, open_client(spec, breakers, api_key))


class RemoteReranker:
    """Scores on a server; nothing is sent before the first call."""

    def __init__(self, spec: RemoteSpec, client: RemoteClient) -> None:
        self._spec = spec
        self._client = client
        # One attempt: whoever reranks has a deadline, and a ranking to fall back on.
        self._patience = Patience(spec.timeout_s, tries=1)
        self._rate = Rate()

    @property
    def name(self) -> str:
        """Its name and revision, for answers and logs."""
        return f"{self._spec.model}@{self._spec.revision or 'unstated'}"

    def score(self, query: str | Pixels, candidates: Sequence[PicturedText]) -> Floats:
        """Score candidates from 0 to 1; NaN where a candidate has nothing that the server reads.

        Raises:
            ModelUnavailableError: the server does not answer, or not with such scores.
        """
        scores = np.full(len(candidates), np.nan, np.float32)
        readable = [n for n, one in enumerate(candidates) if self._reads(one)]
        for begin in range(0, len(readable), self._spec.batch):
            some = readable[begin : begin + self._spec.batch]
            scores[some] = self._ask(query, [candidates[n] for n in some])
        return scores

    def pairs_per_second(self) -> float | None:
        """Tell how many pairs it lately scored in a second; None before the first."""
        return self._rate.per_second

    def memory_bytes(self) -> int:
        """Bytes that the loaded model takes on this machine: none."""
        return 0

    def _reads(self, candidate: PicturedText) -> bool:
        return bool(candidate.text) or (self._spec.reads_pictures and candidate.picture is not None)

    def _ask(self, query: str | Pixels, candidates: Sequence[PicturedText]) -> Floats:
        asked = query if isinstance(query, str) else PicturedText(picture=query)
        documents = [self._written(candidate) for candidate in candidates]
        with self._rate.timing(len(candidates)):
            return self._scores(self._written(asked), documents)

    def _scores(self, query: str | Json, documents: list[str | Json]) -> Floats:
        address, count = self._spec.address, len(documents)
        if self._spec.speech is Speech.RERANK:
            body: Json = {"model": self._spec.model, "query": query, "documents": documents}
            answer = self._client.ask("rerank", body, self._patience)
            rows, score = "results", "relevance_score"
        else:
            body = {"model": self._spec.model, "text_1": query, "text_2": documents}
            answer = self._client.ask("score", body, self._patience)
            rows, score = "data", "score"
        check_model(answer, self._spec.model, address)
        scores = parse_scores(answer, count, address, rows=rows, score=score)
        if scores.min() < 0 or scores.max() > 1:
            raise ModelServerError(f"{address} answers scores that are not from 0 to 1")
        return scores

    def _written(self, side: str | PicturedText) -> str | Json:
        """Write one side of a pair: a picture stands before its text."""
        if isinstance(side, str):
            return side
        if side.picture is None or not self._spec.reads_pictures:
            return side.text
        texts = [text_part(side.text)] if side.text else []
        return {"content": [picture_part(side.picture, self._spec.visual_tokens), *texts]}
