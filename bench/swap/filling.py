"""Made-up works with made-up embeddings: a home of a size, in a minute instead of an hour."""

import json
from dataclasses import replace
from pathlib import Path

from bench.record import say
from bench.serving import QUERIES
from bench.swap.home import cli
from bench.synthetic import Mixture, Recipe
from core.settings import load_settings
from core.types import SpaceField
from search.build import build_services

MAPPING = """source = "made"
[columns]
id = "id"
title = "title"
begin = "begin"
end = "end"
medium = "medium"
classification = "classification"
subjects = "subjects"
[artists]
name = "artist"
"""
ARTISTS = 3000
MEDIA = ("oil on canvas", "watercolour on paper", "etching", "bronze", "oil on panel", "graphite")
KINDS = ("painting", "drawing", "print", "sculpture", "painting", "drawing")


def fill(home: Path, scratch: Path, works: int) -> None:
    """Ingest works, and give each text an embedding that no model made."""
    table, mapping = scratch / "made.jsonl", scratch / "made.toml"
    mapping.write_text(MAPPING, encoding="utf-8")
    with table.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(_row(i)) + "\n" for i in range(works))
    cli(home, "ingest", "table", str(table), "--mapping", str(mapping))
    say(f"{works} embeddings")
    services = build_services(replace(load_settings({}), home=home))
    embedder = services.embedding.embedder(SpaceField.CATALOGUE)
    space = embedder.contents.space
    artworks = services.catalogue.scan()
    hashes = sorted({h for artwork in artworks for h in embedder.contents.of(artwork)})
    for piece in Mixture(Recipe(dim=space.encoder.dim)).pieces(len(hashes)):
        some, hashes = hashes[: len(piece.rows)], hashes[len(piece.rows) :]
        embedder.store.write(space, some, piece.rows)


def _row(i: int) -> dict[str, object]:
    begin = 1500 + i * 7 % 480
    return {
        "id": f"{i:07}",
        "title": f"{QUERIES[i * 13 % len(QUERIES)].capitalize()}, sheet {i % 977}",
        "begin": begin,
        "end": begin + i % 3,
        "artist": f"Artist {i * i % ARTISTS}",
        "medium": MEDIA[i * 11 % len(MEDIA)],
        "classification": KINDS[i * 11 % len(KINDS)],
        "subjects": [QUERIES[i * 3 % len(QUERIES)], f"subject {i % 211}"],
    }
