"""The collections of snapshots in Qdrant: named, checked, published and dropped.

A collection is never changed once it is complete; an alias for each space names the live one.
"""

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from core.errors import DamagedError
from core.types import Json
from index.qdrant.connection import translated_errors

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

_ID_END = re.compile(r"-\d{8}t\d{6}z-[0-9a-f]{8}$")


def alias_name(space_key: str) -> str:
    """Name the alias of the live collection of a space."""
    return f"vasari-{space_key}"


def collection_name(space_key: str, snapshot_id: str) -> str:
    """Name the collection of a space in a snapshot."""
    return f"{alias_name(space_key)}-{snapshot_id.lower()}"


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


def drop_collections(client: "QdrantClient", snapshot_ids: Iterable[str]) -> list[str]:
    """Delete the collections of these snapshots, but never one that an alias names; list them."""
    ends = tuple(f"-{id.lower()}" for id in snapshot_ids)
    with translated_errors():
        live = {alias.collection_name for alias in client.get_aliases().aliases}
        names = [c.name for c in client.get_collections().collections]
        dropped = sorted(n for n in names if _is_ours(n) and n.endswith(ends) and n not in live)
        for name in dropped:
            client.delete_collection(name)
    return dropped


def _is_ours(name: str) -> bool:
    return name.startswith(alias_name("")) and _ID_END.search(name) is not None
