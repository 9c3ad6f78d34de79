"""How a run of ingest is meant."""

from dataclasses import dataclass

from core.blob_keys import STORED_LONGEST
from core.rights import RightsPolicy

BATCH_SIZE = 500  # rows that one kill may cause to be done again
MOST_GONE = 0.2  # share of a source that goes without being asked for: more is likely a bad dump
FEW = 10  # artworks that may go whatever share they are: small folders change much


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """What a run may do."""

    rights: RightsPolicy = RightsPolicy.PERMISSIVE
    force: bool = False  # read the data also where it was read before
    allow_gone: bool = False  # let any number of artworks go
    partial: bool = False  # the data is a part of the source: what it lacks is not gone
    batch_size: int = BATCH_SIZE
    longest: int = STORED_LONGEST  # pixels of a kept picture's longest side; 0: as it comes


DEFAULTS = IngestOptions()
