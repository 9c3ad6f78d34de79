"""Encoders by name, and the check that their weights are what was shipped."""

import hashlib
import json
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from core.errors import ConfigurationError, DamagedError
from core.ports import Encoder
from core.types import EncoderCard, Json, Modality
from models import visual_encoder
from models.images import DECODING
from models.text_encoder import BATCH_TOKENS, ONE_BY_ONE, MiniLmEncoder
from models.visual_encoder import EfficientNetEncoder

WEIGHTS = Path(__file__).parent / "weights"
MINILM_TOKENIZER = "minilm-l6-v2.tokenizer.json"


def load_encoder(name: str, *, threads: int = 0) -> Encoder:
    """Load an encoder by its name; 0 threads mean one for each available core.

    Raises:
        ConfigurationError: no encoder has this name.
        DamagedError: its weights are missing or not what was shipped.
    """
    if name not in ENCODERS:
        raise ConfigurationError(f"no encoder is named {name!r}; choose {' or '.join(ENCODERS)}")
    return ENCODERS[name](threads)


def verify_weights() -> list[str]:
    """Compare the SHA-256 of every shipped file; name every fault."""
    return [fault for file in shipped_files() if (fault := _hash_fault(file))]


@cache
def shipped_files() -> dict[str, Json]:
    """What WEIGHTS.json says of each file."""
    files: dict[str, Json] = json.loads((WEIGHTS / "WEIGHTS.json").read_text())["files"]
    return files


def _load_minilm(threads: int, *, name: str, file: str, batch_tokens: int) -> Encoder:
    graph, tokenizer = _checked(file), _checked(MINILM_TOKENIZER)
    facts = shipped_files()[graph.name]
    card = EncoderCard(
        name=name,
        revision=facts["sha256"][:12],
        dtype=facts["dtype"],
        preprocessing=_fingerprint({"tokenizer": shipped_files()[tokenizer.name]["sha256"]}),
        dim=facts["dim"],
        modalities=(Modality.TEXT,),
    )
    return MiniLmEncoder(
        graph,
        tokenizer,
        card,
        loaded_bytes=facts["loaded_bytes"],
        threads=threads,
        batch_tokens=batch_tokens,
    )


def _load_efficientnet(threads: int) -> Encoder:
    graph = _checked("efficientnet-lite0.onnx")
    facts = shipped_files()[graph.name]
    card = EncoderCard(
        name="efficientnet-lite0",
        revision=facts["sha256"][:12],
        dtype=facts["dtype"],
        preprocessing=_fingerprint({"decoding": DECODING, **visual_encoder.PREPROCESSING}),
        dim=facts["dim"],
        modalities=(Modality.IMAGE,),
    )
    return EfficientNetEncoder(graph, card, loaded_bytes=facts["loaded_bytes"], threads=threads)


ENCODERS: dict[str, Callable[[int], Encoder]] = {
    "minilm": partial(
        _load_minilm, name="minilm", file="minilm-l6-v2.onnx", batch_tokens=BATCH_TOKENS
    ),
    "minilm-int8": partial(
        _load_minilm, name="minilm-int8", file="minilm-l6-v2.int8.onnx", batch_tokens=ONE_BY_ONE
    ),
    "efficientnet-lite0": _load_efficientnet,
}


def _checked(file: str) -> Path:
    """Find a file of weights; its size tells a partial download or a pointer file at no cost."""
    path = WEIGHTS / file
    expected = shipped_files()[file]["size_bytes"]
    actual = path.stat().st_size if path.exists() else 0
    if actual != expected:
        raise DamagedError(f"{path} has {actual} bytes instead of {expected}: fetch it again")
    return path


def _hash_fault(file: str) -> str | None:
    path = WEIGHTS / file
    if not path.exists():
        return f"{file} is missing"
    actual = hashlib.sha256(path.read_bytes()).hexdigest()
    return None if actual == shipped_files()[file]["sha256"] else f"{file} has been changed"


def _fingerprint(preprocessing: Json) -> str:
    canonical = json.dumps(preprocessing, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]
