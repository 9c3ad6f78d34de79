"""What all parts share: a retriever of four stages, homes that are opened anew, stopwatches."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from core.settings import load_settings
from search.build import Services, build_services

FOUR_STAGES = {
    "inputs": {
        "q": {"type": "string", "required": True},
        "kind": {"type": "string", "default": "painting"},
    },
    "stages": [
        {
            "type": "attribute_filter",
            "parameters": {
                "filter": {"field": "classification", "op": "words", "value": "{{ INPUT.kind }}"}
            },
        },
        {
            "type": "feature_search",
            "parameters": {
                "text": "{{ INPUT.q }}",
                "legs": [{"leg": "catalogue", "weight": 2}, {"leg": "lexical"}],
            },
        },
        {"type": "facets", "parameters": {"fields": ["medium", "artist"]}},
        {"type": "limit", "parameters": {"hits": 200}},
    ],
}
ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Spent:
    """Milliseconds of the clock, and of the processor by this thread."""

    wall_ms: float
    cpu_ms: float

    def __sub__(self, other: "Spent") -> "Spent":
        """Take away what was spent on something else."""
        return Spent(self.wall_ms - other.wall_ms, self.cpu_ms - other.cpu_ms)


def now() -> Spent:
    """Read both clocks."""
    return Spent(time.perf_counter() * 1000, time.thread_time() * 1000)


def open_home(home: Path, **settings: object) -> Services:
    """Open an installation anew, its caches empty."""
    told = {f"VASARI_{name.upper()}": str(value) for name, value in settings.items()}
    return build_services(load_settings({"VASARI_HOME": str(home), **told}))


@contextmanager
def timed_calls(owner: object, name: str, times: list[Spent]) -> Iterator[None]:
    """Note how long each call of one of its functions takes."""
    function: Callable[..., Any] = getattr(owner, name)

    def timed(*words: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever the function takes
        begin = now()
        answer = function(*words, **named)
        times.append(now() - begin)
        return answer

    with patch.object(owner, name, timed):
        yield
