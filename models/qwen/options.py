"""What is chosen of a Qwen3-VL model, written behind its name: `…?dim=512&visual_tokens=64-256`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from core.errors import ConfigurationError
from models.qwen.pictures import PixelBudget
from models.qwen.prompt import DOCUMENT_INSTRUCTION, QUERY_INSTRUCTION


@dataclass(frozen=True, slots=True)
class QwenOptions:
    """What is chosen of a model; all of it is part of its space."""

    dim: int = 768  # the first numbers of an embedding, from 64 to as many as the model has
    budget: PixelBudget = field(default_factory=PixelBudget)
    max_length: int = 8192  # tokens of a prompt; texts beyond are cut
    instruction: str = QUERY_INSTRUCTION
    document_instruction: str = DOCUMENT_INSTRUCTION


def parse_qwen_options(text: str) -> QwenOptions:
    """Read what stands behind the question mark of a model's name; nothing gives the defaults.

    Raises:
        ConfigurationError: an option is unknown or has no such value.
    """
    given = dict(parse_qsl(text, keep_blank_values=True))
    unknown = sorted(set(given) - set(_OPTIONS))
    if unknown:
        raise ConfigurationError(
            f"a Qwen3-VL model has no option {unknown[0]!r}; known are {', '.join(_OPTIONS)}"
        )
    read = [_OPTIONS[name](name, value) for name, value in given.items()]
    return QwenOptions(**dict(read))


def _whole(name: str, text: str) -> tuple[str, int]:
    if not text.isdecimal():
        raise ConfigurationError(f"{name}={text!r} must be a whole number")
    return name, int(text)


def _budget(name: str, text: str) -> tuple[str, PixelBudget]:
    least, _, most = text.partition("-")
    if not (least.isdecimal() and most.isdecimal()):
        raise ConfigurationError(f"{name}={text!r} must be the fewest and the most, as 256-640")
    return "budget", PixelBudget(int(least), int(most))


def _text(name: str, text: str) -> tuple[str, str]:
    return name, text


_OPTIONS: Mapping[str, Callable[[str, str], tuple[str, Any]]] = {
    "dim": _whole,
    "visual_tokens": _budget,
    "max_length": _whole,
    "instruction": _text,
    "document_instruction": _text,
}
