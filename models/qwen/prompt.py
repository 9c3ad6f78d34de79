"""The exact prompts of Qwen3-VL-Embedding and Qwen3-VL-Reranker, as their own code writes them.

Source: QwenLM/Qwen3-VL-Embedding, src/models/, and the chat template of the checkpoints.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from core.types import PicturedText, Pixels

DOCUMENT_INSTRUCTION = "Represent the user's input."
QUERY_INSTRUCTION = "Retrieve images or text relevant to the user's query."
RERANK_INSTRUCTION = "Given a search query, retrieve relevant candidates that answer the query."
JUDGE = (
    "Judge whether the Document meets the requirements based on the Query and the Instruct "
    'provided. Note that the answer can only be "yes" or "no".'
)
NOTHING = "NULL"  # what stands for an item without picture and text
REVISION = "1"  # part of a space's identity: raise it with any change of what is written


class Marker(StrEnum):
    """A token of the template; the same characters in somebody's text are plain characters."""

    TURN = "<|im_start|>"
    END = "<|im_end|>"
    BEFORE_PICTURE = "<|vision_start|>"
    PICTURE = "<|image_pad|>"
    AFTER_PICTURE = "<|vision_end|>"


@dataclass(frozen=True, slots=True, eq=False)
class Prompt:
    """Markers and texts in their order, and the picture for each `Marker.PICTURE`."""

    parts: tuple[str, ...]  # a text never follows a text: both would be tokenised otherwise
    pictures: tuple[Pixels, ...]

    def __str__(self) -> str:
        """Write it as the official code does, before a picture takes the place of its marker."""
        return "".join(self.parts)


_CLOSING = (Marker.END, "\n", Marker.TURN, "assistant\n")
CLOSING_PARTS = len(_CLOSING)
_PICTURE = (Marker.BEFORE_PICTURE, Marker.PICTURE, Marker.AFTER_PICTURE)


def embedding_prompt(item: PicturedText, instruction: str = DOCUMENT_INSTRUCTION) -> Prompt:
    """Write what is embedded: the picture always stands before the text."""
    return _prompt(finished(instruction), _content(item), item)


def rerank_prompt(
    query: PicturedText, candidate: PicturedText, instruction: str = RERANK_INSTRUCTION
) -> Prompt:
    """Write the question whether a candidate answers a query; its answer is "yes" or "no"."""
    user = (
        f"<Instruct>: {instruction or RERANK_INSTRUCTION}",
        *("<Query>:", *_content(query)),
        *("\n<Document>:", *_content(candidate)),
    )
    return _prompt(JUDGE, user, query, candidate)


def finished(instruction: str) -> str:
    """End an instruction with a full stop unless it ends with punctuation; nothing is the default.

    Other than in the official code, an instruction of spaces alone is no instruction either.
    """
    stripped = instruction.strip()
    if not stripped:
        return DOCUMENT_INSTRUCTION
    return stripped if unicodedata.category(stripped[-1]).startswith("P") else f"{stripped}."


def _content(item: PicturedText) -> tuple[str, ...]:
    if item.picture is None:
        return (item.text or NOTHING,)
    return (*_PICTURE, item.text)


def _prompt(system: str, user: tuple[str, ...], *items: PicturedText) -> Prompt:
    opening = (Marker.TURN, f"system\n{system}", Marker.END, "\n", Marker.TURN, "user\n")
    pictures = tuple(item.picture for item in items if item.picture is not None)
    return Prompt(_joined((*opening, *user, *_CLOSING)), pictures)


def _joined(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Join texts that follow each other, and leave out empty ones."""
    joined: list[str] = []
    for part in parts:
        is_text = not isinstance(part, Marker)
        if is_text and joined and not isinstance(joined[-1], Marker):
            joined[-1] += part
        elif part:
            joined.append(part)
    return tuple(joined)
