"""Texts of IIIF in several languages: the maps of version 3, and the many forms of version 2."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from core.text import fold

_BREAKING = frozenset({"br", "p", "div", "li", "tr"})
_HIDDEN = frozenset({"script", "style"})
_MARKUP = re.compile(r"<[a-zA-Z/!]|&[a-zA-Z#]")


@dataclass(frozen=True, slots=True)
class Said:
    """One text, and the language it is in, where that is said."""

    text: str
    language: str | None = None


def spoken(value: object) -> list[Said]:
    """Read every text of a value, whatever its form; markup is taken off."""
    return [Said(text, said.language) for said in _spoken(value) if (text := plain(said.text))]


def in_language(said: Sequence[Said], languages: Sequence[str]) -> tuple[list[str], list[str]]:
    """Part texts into those of the best language there is, and the others."""
    best = next((wanted for wanted in languages if any(_is_in(s, wanted) for s in said)), None)
    if best is not None:
        chosen = [s for s in said if _is_in(s, best)]
    elif unsaid := [s for s in said if s.language is None]:
        chosen = unsaid
    else:
        chosen = [s for s in said if s.language == said[0].language] if said else []
    texts = list(dict.fromkeys(s.text for s in chosen))
    return texts, [t for t in dict.fromkeys(s.text for s in said) if t not in texts]


def labels(value: object) -> list[str]:
    """Read a label in all its languages, folded for comparison."""
    return [fold(said.text) for said in spoken(value)]


def plain(text: str) -> str:
    """Take the markup off that IIIF allows in values."""
    if not _MARKUP.search(text):
        return text.strip()
    parser = _Plain()
    parser.feed(text)
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.parts).splitlines())
    return "\n".join(line for line in lines if line)


def _is_in(said: Said, wanted: str) -> bool:
    """Tell whether a text is in a language; "en-GB" is English."""
    own = (said.language or "").casefold()
    return own == wanted.casefold() or own.startswith(f"{wanted.casefold()}-")


def _spoken(value: object) -> Iterator[Said]:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        yield Said(str(value))
    elif isinstance(value, list):
        for one in value:
            yield from _spoken(one)
    elif isinstance(value, Mapping):
        yield from _of_object(value)


def _of_object(value: Mapping[str, object]) -> Iterator[Said]:
    if "@value" in value:  # version 2
        language = value.get("@language")
        for said in _spoken(value["@value"]):
            yield Said(said.text, language if isinstance(language, str) else None)
        return
    for language, texts in value.items():
        for said in _spoken(texts):
            yield Said(said.text, None if language in ("none", "@none") else str(language))


class _Plain(HTMLParser):
    """Collects the text of markup."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - HTMLParser's own
        self._hidden += tag in _HIDDEN
        if tag in _BREAKING:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _HIDDEN
        if tag in _BREAKING:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)
