"""The hash of what happens before a model."""

import hashlib
import json

from core.types import Json


def fingerprint(preprocessing: Json) -> str:
    """Give sixteen hex digits that change with any value."""
    canonical = json.dumps(preprocessing, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]
