"""The retrievers that ship with Vasari, each in one file of JSON."""

import json
from functools import cache
from importlib.resources import files

from search.retrievers.definition import Pipeline, parse_definition

SEARCH = "search"
BUILTIN_NAMES = (SEARCH, "three-ways", "like-but", "browse")


@cache  # they are immutable, and compiling them takes some milliseconds
def builtin_retrievers() -> dict[str, Pipeline]:
    """Compile them, by name."""
    folder = files("search.retrievers") / "shipped"
    texts = {name: (folder / f"{name}.json").read_text("utf-8") for name in BUILTIN_NAMES}
    return {name: parse_definition(json.loads(text)) for name, text in texts.items()}
