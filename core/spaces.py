"""A space: one named set of embeddings that may be compared with each other."""

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cached_property

from core.types import EncoderCard, Json, Modality, SpaceField


@dataclass(frozen=True)
class Space:
    """What is embedded, and by which encoder: vectors of two spaces never meet."""

    field: SpaceField
    encoder: EncoderCard

    @cached_property
    def key(self) -> str:
        """Sixteen hex digits that change with anything that makes vectors incomparable."""
        canonical = json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]

    @property
    def name(self) -> str:
        """Name for people: `encoder@revision/field`."""
        return f"{self.encoder.name}@{self.encoder.revision}/{self.field}"

    def to_json(self) -> Json:
        """Write the space as JSON."""
        return {"field": self.field.value, "encoder": asdict(self.encoder)}


def space_from_json(data: Json) -> Space:
    """Read a space from JSON that `Space.to_json` wrote."""
    encoder = dict(data["encoder"])
    encoder["modalities"] = tuple(Modality(m) for m in encoder["modalities"])
    return Space(SpaceField(data["field"]), EncoderCard(**encoder))
