"""How a store of pictures is reached, and how clients are sent to it."""

from dataclasses import dataclass
from enum import StrEnum


class S3Style(StrEnum):
    """Where the name of the bucket stands in an address."""

    AUTO = "auto"  # in the host at Amazon, in the path elsewhere
    PATH = "path"
    VIRTUAL = "virtual"  # in the host


@dataclass(frozen=True, slots=True)
class StoreOptions:
    """What the settings say of a store besides its address."""

    endpoint_url: str | None = None  # of an S3 store; None: Amazon's
    style: S3Style = S3Style.AUTO
    public_url: str | None = None  # where anyone can read the keys
    presign_s: int = 0  # how long a signed address is good for; 0: none is given out

    def public_address(self, key: str) -> str | None:
        """Say where anyone can read a key, if anywhere."""
        return None if self.public_url is None else f"{self.public_url.rstrip('/')}/{key}"


DEFAULTS = StoreOptions()
