"""An installation that fetches the pictures of the tests' museum."""

from dataclasses import dataclass, replace

from core.fetching import FetchReport, FetchScope, FetchState, PictureFetch
from core.ports import BlobStore
from core.progress import SilentProgress
from core.types import Artwork, Image, Rights, RightsStatus
from db.catalogue import SqlArtworkStore
from db.picture_fetches import SqlPictureLedger
from fetch.schedule import PaceOptions
from ingest.fetch_pictures import FetchRun, FetchTools, fetch_pictures
from tests.clocks import FetchClock
from tests.fetching import OPTIONS, open_fetcher
from tests.iiif_server import Museum

OPEN = Rights(RightsStatus.OPEN, "https://creativecommons.org/publicdomain/zero/1.0/", "openaccess")


@dataclass
class House:
    """An installation, and the museum that it reads."""

    museum: Museum
    catalogue: SqlArtworkStore
    ledger: SqlPictureLedger
    blobs: BlobStore
    clock: FetchClock

    def holds(self, *images: Image, source: str = "nga") -> None:
        works = [
            Artwork(f"{source}:{i}", images=(replace(image, rights=OPEN),))
            for i, image in enumerate(images)
        ]
        self.catalogue.upsert(works)

    def fetch(self, **how: object) -> FetchReport:
        run = replace(FetchRun(FetchScope(longest=100), at_once=3), **how)  # type: ignore[arg-type]  # fields that a test names
        options = replace(OPTIONS, pace=PaceOptions(at_once=3))
        with open_fetcher(self.clock, options=options) as fetcher:
            tools = FetchTools(self.ledger, fetcher, self.blobs)
            return fetch_pictures(run, tools, progress=SilentProgress(), now=self.clock.now)

    def line(self, address: str) -> PictureFetch:
        found = (
            line
            for state in FetchState
            for line in self.ledger.listed(state)
            if line.address == address
        )
        return next(found)

    def copies(self) -> list[str | None]:
        return [artwork.images[0].content_hash for artwork in self.catalogue.scan()]
