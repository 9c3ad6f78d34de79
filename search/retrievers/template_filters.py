"""What templates may do to values; a missing value stays missing, and nothing grows without end."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Undefined, pass_context
from jinja2.runtime import Context

MOST_CHARACTERS = 10_000  # of a text that a template gives, at any step
MOST_VALUES = 1000
MOST_MS = 50  # of all templates of a request
GREATEST = 2**53  # of a number; beyond, a float is not every whole number
BUDGET = "_budget"  # no template can name it: `INPUT` is the only name that is allowed


class TemplateLimitError(Exception):
    """A template gives more, or takes longer, than is allowed; the text says which."""


@dataclass(slots=True)
class Budget:
    """Time that the templates of one request may take together."""

    clock: Callable[[], float] = time.monotonic
    most_ms: float = MOST_MS
    _end: float = 0.0

    def __post_init__(self) -> None:
        """Begin to count."""
        self._end = self.clock() + self.most_ms / 1000

    def check(self) -> None:
        """Refuse to go on when the time is over. Raises TemplateLimitError."""
        if self.clock() > self._end:
            raise TemplateLimitError(f"the templates of a request take over {self.most_ms:g} ms")


def is_missing(value: object) -> bool:
    """Tell whether a value is not there."""
    return value is None or isinstance(value, Undefined)


def within(value: Any) -> Any:  # noqa: ANN401 - any value of a template
    """Give a value back that is not too large. Raises TemplateLimitError."""
    if isinstance(value, str) and len(value) > MOST_CHARACTERS:
        raise TemplateLimitError(f"a text has over {MOST_CHARACTERS:,} characters")
    if isinstance(value, list) and len(value) > MOST_VALUES:
        raise TemplateLimitError(f"a list has over {MOST_VALUES:,} values")
    if isinstance(value, int | float) and not abs(value) <= GREATEST:  # a NaN is not, either
        raise TemplateLimitError(f"a number is beyond {GREATEST:,}, or is not finite")
    return value


def written(value: object) -> str:
    """Write a value into a text; a missing one is nothing."""
    if is_missing(value):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(written(one) for one in value)
    if isinstance(value, str | int | float):
        return str(value)
    raise TypeError("a picture, a filter or an object cannot stand inside a text")


def join(values: object, separator: str = "") -> str:
    """Write values as one text, without those that are missing."""
    if not isinstance(values, list):
        return written(values)
    parts = [within(written(one)) for one in values if not is_missing(one)]
    size = sum(map(len, parts)) + len(within(separator)) * max(0, len(parts) - 1)
    if size > MOST_CHARACTERS:
        raise TemplateLimitError(f"a text has over {MOST_CHARACTERS:,} characters")
    return separator.join(parts)


def add(left: Any, right: Any) -> Any:  # noqa: ANN401 - texts, numbers or lists
    """Add texts, numbers or lists."""
    kinds: tuple[Any, ...] = (str, list, int | float)
    if any(isinstance(left, kind) and isinstance(right, kind) for kind in kinds):
        return within(left + right)
    raise TypeError("`+` adds two texts, two numbers or two lists; `~` joins anything to a text")


def subtract(left: Any, right: Any) -> Any:  # noqa: ANN401 - numbers
    """Subtract numbers."""
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left - right
    raise TypeError("`-` is for numbers")


def _replace(value: object, old: str, new: str) -> str:
    text = written(value)
    if not old:
        raise ValueError("`replace` needs a text to look for")
    if len(text) + text.count(old) * (len(new) - len(old)) > MOST_CHARACTERS:
        raise TemplateLimitError(f"a text has over {MOST_CHARACTERS:,} characters")
    return text.replace(old, new)


def _round(value: float, digits: int = 0) -> float:
    rounded = round(float(value), min(max(int(digits), 0), 15))
    return int(rounded) if not digits else rounded


def _length(value: Any) -> int:  # noqa: ANN401 - a text or a list
    if not isinstance(value, str | list):
        raise TypeError("`length` is for texts and lists")
    return len(value)


def _edge(place: int) -> Callable[[Any], Any]:
    def pick(value: Any) -> Any:  # noqa: ANN401 - a value of the list, or a character
        if not isinstance(value, str | list):
            raise TypeError("`first` and `last` are for texts and lists")
        return value[place] if value else None

    return pick


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _number(kind: type[int] | type[float]) -> Callable[..., Any]:
    def convert(value: Any, otherwise: Any = None) -> Any:  # noqa: ANN401 - what a template has
        try:
            return kind(float(value) if kind is int and isinstance(value, str) else value)
        except (TypeError, ValueError, OverflowError):
            return otherwise

    return convert


_PLAIN: Mapping[str, Callable[..., Any]] = {
    "lower": lambda value: written(value).lower(),
    "upper": lambda value: written(value).upper(),
    "trim": lambda value: written(value).strip(),
    "string": written,
    "join": join,
    "replace": _replace,
    "int": _number(int),
    "float": _number(float),
    "round": _round,
    "length": _length,
    "first": _edge(0),
    "last": _edge(-1),
    "list": _listed,
}


def _guarded(apply: Callable[..., Any]) -> Callable[..., Any]:
    @pass_context  # without it a filter would not see the budget, and constants would be folded
    def guarded(context: Context, value: Any, *arguments: Any) -> Any:  # noqa: ANN401 - as it comes
        context[BUDGET].check()
        return None if is_missing(value) else within(apply(within(value), *arguments))

    return guarded


@pass_context
def _default(context: Context, value: Any, otherwise: Any = "", _: bool = False) -> Any:  # noqa: ANN401 - as it comes
    context[BUDGET].check()
    return otherwise if is_missing(value) else value


FILTERS: Mapping[str, Callable[..., Any]] = {
    "default": _default,
    **{name: _guarded(apply) for name, apply in _PLAIN.items()},
}
TESTS: Mapping[str, Callable[[Any], bool]] = {
    "defined": lambda value: not is_missing(value),
    "undefined": is_missing,
    "none": is_missing,
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "true": lambda value: value is True,
    "false": lambda value: value is False,
}
