"""A space: one named set of embeddings that may be compared with each other."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache

from core.types import EncoderCard, Json, Modality, SpaceField


@dataclass(frozen=True)
class Space:
    """What is embedded, and by which encoder: vectors of two spaces never meet."""

    field: SpaceField
    encoder: EncoderCard

    @cached_property
    def key(self) -> str:
        """Sixteen hex digits that change with anything that makes vectors incomparable."""
        return _hash(self.to_json())

    @cached_property
    def revision(self) -> str:
        """Name and key: what its embeddings are made by, to the bit."""
        return f"{self.name}#{self.key}"

    @property
    def name(self) -> str:
        """Name for people: `encoder@revision/field`."""
        return f"{self.encoder.name}@{self.encoder.revision}/{self.field}"

    def to_json(self) -> Json:
        """Write the space as JSON."""
        return {"field": self.field.value, "encoder": asdict(self.encoder)}


@lru_cache(maxsize=16)  # every query asks for it
def encoder_key(card: EncoderCard) -> str:
    """Sixteen hex digits that change with anything that changes the embeddings of an encoder."""
    return _hash(asdict(card))


def _hash(data: Json) -> str:
    canonical = json.dumps(data, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def say_missing(space: Space, present: Iterable[Space]) -> str:
    """Say that a snapshot lacks a space, and in what the one it has of the field differs."""
    other = next((one for one in present if one.field is space.field), None)
    made = f"; those of the {space.field} differ in {differences(other, space)}" if other else ""
    return f"the snapshot has no embeddings of {space.name}{made}; run `vasari index build`"


def differences(there: Space, wanted: Space) -> str:
    """Name fields or encoders where these are others, else all that differs between cards."""
    if there.field is not wanted.field:
        return f"field ({there.field}, not {wanted.field})"
    mine, yours = asdict(wanted.encoder), asdict(there.encoder)
    if mine["name"] != yours["name"]:
        return f"encoder ({yours['name']}, not {mine['name']})"
    changed = [name for name in mine if mine[name] != yours[name]]
    return ", ".join(f"{name} ({_said(yours[name])}, not {_said(mine[name])})" for name in changed)


def _said(value: object) -> str:
    if value is None:
        return "none"
    return " and ".join(value) if isinstance(value, tuple) else str(value)


def space_from_json(data: Json) -> Space:
    """Read a space from JSON that `Space.to_json` wrote."""
    encoder = dict(data["encoder"])
    encoder["modalities"] = tuple(Modality(m) for m in encoder["modalities"])
    return Space(SpaceField(data["field"]), EncoderCard(**encoder))
