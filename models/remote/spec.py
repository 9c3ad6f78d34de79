"""Models on another machine, named by an address: `vllm+http://host:8000/v1?dim=768#model`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from core.errors import ConfigurationError
from models.qwen.prompt import QUERY_INSTRUCTION


class Speech(StrEnum):
    """The protocol that a model server speaks."""

    OPENAI = "openai"  # texts in batches; texts alone
    VLLM = "vllm"  # one conversation of text or picture a request; pairs to /score
    RERANK = "rerank"  # pairs to /rerank, as Jina's and Cohere's servers take them


@dataclass(frozen=True, slots=True)
class RemoteSpec:
    """Which model of which server, and how it is asked."""

    speech: Speech
    url: str  # without a slash at its end
    model: str
    dim: int | None = None  # embeddings are cut to it; None: as long as the server makes them
    revision: str | None = None  # None: what the server says
    instruction: str = QUERY_INSTRUCTION  # of queries, to vLLM; empty: no system turn at all
    query_prefix: str = ""  # put before queries, to OpenAI-style servers
    document_prefix: str = ""
    texts: int = 1  # whether texts are sent to it; 0: to an encoder of pictures alone
    visual_tokens: int = 640  # most of a picture, of 32 × 32 pixels; 0: no pictures are sent
    batch: int = 32  # texts or pairs in a request
    parallel: int = 8  # requests under way at once
    timeout_s: float = 5.0  # of one query, retries included

    @property
    def reads_pictures(self) -> bool:
        """Whether pictures are sent to it."""
        return self.speech is not Speech.OPENAI and self.visual_tokens > 0

    @property
    def address(self) -> str:
        """Server and model, to be told to people."""
        return f"{self.url}#{self.model}"


def is_remote(name: str) -> bool:
    """Tell whether an encoder or reranker is named by an address."""
    return "://" in name


def parse_remote(text: str) -> RemoteSpec:
    """Read the address of a model.

    Raises:
        ConfigurationError: says what of it is wrong; the text itself is not told, since a key may
            have been put into it.
    """
    try:
        return _parse(text.strip())
    except ValueError as error:
        raise ConfigurationError(
            f"the address of a remote model {error}; it is written "
            "openai+https://host/v1#model, vllm+… or rerank+…"
        ) from error


def _parse(text: str) -> RemoteSpec:
    parts = urlsplit(text)
    speech, _, scheme = parts.scheme.rpartition("+")
    if speech not in tuple(Speech) or scheme not in ("http", "https"):
        raise ValueError("must begin with openai+, vllm+ or rerank+, then http:// or https://")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must hold no key; set VASARI_REMOTE_API_KEY")
    if not parts.hostname or not (parts.port is None or parts.port > 0):
        raise ValueError("must name a host")
    if not parts.fragment.strip():
        raise ValueError("must end with # and the name of the model")
    url = urlunsplit((scheme, parts.netloc, parts.path.rstrip("/"), "", ""))
    return _with_options(RemoteSpec(Speech(speech), url, parts.fragment.strip()), parts.query)


def _with_options(spec: RemoteSpec, query: str) -> RemoteSpec:
    given = dict(parse_qsl(query, keep_blank_values=True))
    unknown = sorted(set(given) - set(OPTIONS))
    if unknown:
        raise ValueError(f"has an unknown option {unknown[0]!r}; known are {', '.join(OPTIONS)}")
    read = {name: OPTIONS[name](name, text) for name, text in given.items()}
    return replace(spec, **read)


def _whole(least: int, most: int) -> Callable[[str, str], int]:
    def read(name: str, text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise ValueError(
                f"has {name}={text!r}, which must be a whole number, {least} to {most}"
            )
        return int(text)

    return read


def _seconds(name: str, text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 600:
        raise ValueError(f"has {name}={text!r}, which must be seconds, up to 600")
    return seconds


def _text(_: str, text: str) -> str:
    return text


OPTIONS: Mapping[str, Callable[[str, str], Any]] = {
    "dim": _whole(1, 65_536),
    "revision": _text,
    "instruction": _text,
    "query_prefix": _text,
    "document_prefix": _text,
    "texts": _whole(0, 1),
    "visual_tokens": _whole(0, 16_384),
    "batch": _whole(1, 2_048),
    "parallel": _whole(1, 256),
    "timeout_s": _seconds,
}
