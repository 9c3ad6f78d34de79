"""The collections of snapshots in Qdrant: named, checked, published and dropped.

A collection is never changed once it is complete. An alias for each space names the live one, for
Qdrant's other clients and so that it is not dropped; a search goes by the name in its snapshot.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from core.errors import DamagedError
from core.types import Json
from index.qdrant.connection import translated_errors

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

_ALIAS = re.compile(r"vasari-[0-9a-f]{16}")


def alias_name(space_key: str) -> str:
    """Name the alias of the live collection of a space."""
    return f"vasari-{space_key}"


def collection_name(space_key: str, content_hash: str) -> str:
    """Name the collection of a space with a content."""
    return f"{alias_name(space_key)}-{content_hash}"


def publish_spaces(client: "QdrantClient", cards: Mapping[str, Json]) -> None:
    """Point the alias of each space at its collection, all in one atomic step.

    Raises:
        DamagedError: a collection is missing or not complete; no alias has moved then.
    """
    from qdrant_client import models

    for card in cards.values():
        for fault in collection_faults(client, card):
            raise DamagedError(fault)
    with translated_errors():
        taken = {alias.alias_name for alias in client.get_aliases().aliases}
        moves: list[models.AliasOperations] = []
        for key, card in cards.items():
            alias = alias_name(key)
            if alias in taken:
                moves.append(
                    models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=alias))
                )
            create = models.CreateAlias(collection_name=card["collection"], alias_name=alias)
            moves.append(models.CreateAliasOperation(create_alias=create))
        if moves:
            client.update_collection_aliases(change_aliases_operations=moves)


def collection_faults(client: "QdrantClient", card: Json) -> list[str]:
    """Name what is wrong with the collection of a space; nothing where it is complete."""
    name = card["collection"]
    with translated_errors():
        if not client.collection_exists(name):
            return [f"Qdrant collection {name} is missing"]
        count = client.count(name, exact=True).count
    if count != card["vectors"]:
        return [f"Qdrant collection {name} has {count} vectors, not {card['vectors']}"]
    return []


def drop_collections(
    client: "QdrantClient", names: Iterable[str], *, live_spaces: Collection[str]
) -> list[str]:
    """Delete collections, but never one that an alias holds; list those that are gone.

    The alias of a space that the live snapshot no longer has holds nothing, and goes too.
    """
    holding = set(map(alias_name, live_spaces))
    with translated_errors():
        held = {
            alias.collection_name
            for alias in client.get_aliases().aliases
            if alias.alias_name in holding or not _ALIAS.fullmatch(alias.alias_name)
        }
        present = {found.name for found in client.get_collections().collections}
        gone = sorted(set(names) - held)
        for name in gone:
            if name in present:
                client.delete_collection(name)
    return gone
