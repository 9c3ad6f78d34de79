"""What is killed: a process that ingests, uploads, fetches and publishes, and says where it is."""

import os
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing.connection import Connection
from pathlib import Path

from bench.soak.collection import Edition
from core.fetching import FetchScope
from core.progress import SilentProgress
from core.rights import RightsPolicy
from core.settings import Settings, load_settings
from ingest.build_fetcher import Manners, build_fetcher
from ingest.fetch_pictures import FetchRun, FetchTools, fetch_pictures
from ingest.options import IngestOptions
from ingest.pipeline import ingest
from ingest.registry import SourceOptions, open_source
from search.build import Services, build_services
from search.withdrawals import keep_gone
from storage import s3_upload

AT_ONCE = 3  # requests of the museum
BATCH = 8  # rows that are written together
LARGE, PART = 8_000, 4_000  # bytes: so small that pictures of a few kilobytes go in parts


class Phase(StrEnum):
    """Where the process is."""

    START = "start"  # interpreter, settings, database
    INGEST = "ingest"  # a table, whose pictures lie on a server
    UPLOAD = "upload"  # a folder of pictures, into the store
    FETCH = "fetch"  # the pictures on the server, into the store
    PUBLISH = "publish"  # embed, build, publish, prune


@dataclass(frozen=True, slots=True)
class Plan:
    """What one process is to do, and where."""

    home: Path
    bucket: str
    store: str  # address of the S3 store
    edition: Edition
    credentials: Mapping[str, str]

    def settings(self) -> Settings:
        """Set an installation up."""
        return load_settings(
            {
                "VASARI_HOME": str(self.home),
                "VASARI_BLOBS_URL": f"s3://{self.bucket}/house",
                "VASARI_S3_ENDPOINT_URL": self.store,
                "VASARI_THREADS": "1",
            }
        )


def open_services(plan: Plan) -> Services:
    """Open the installation in this process."""
    os.environ.update(plan.credentials)
    return build_services(plan.settings())


def work(plan: Plan, reports: Connection) -> None:
    """Do all of it, from the beginning or from where a killed process left it."""
    reports.send(Phase.START)
    s3_upload.LARGE, s3_upload.PART = LARGE, PART  # the store of the soak takes such small parts
    services = open_services(plan)
    reports.send(Phase.INGEST)
    options = SourceOptions(path=plan.edition.table, mapping=str(plan.edition.mapping))
    _ingest(services, "table", options)
    reports.send(Phase.UPLOAD)
    _ingest(services, "folder", SourceOptions(path=plan.edition.folder, name="prints"))
    reports.send(Phase.FETCH)
    _fetch(services)
    reports.send(Phase.PUBLISH)
    services.publisher.build(SilentProgress())
    reports.send(None)


def _ingest(services: Services, kind: str, source: SourceOptions) -> None:
    ingest(
        open_source(kind, source),
        catalogue=services.catalogue,
        blobs=services.blobs,
        runs=services.runs,
        progress=SilentProgress(),
        options=IngestOptions(batch_size=BATCH),
    )
    keep_gone(services.catalogue, services.snapshots)


def _fetch(services: Services) -> None:
    manners = Manners("soak@example.org", 1000.0, AT_ONCE, allow_private=("127.0.0.1",))
    with closing(build_fetcher(manners)) as fetcher:
        tools = FetchTools(services.pictures, fetcher, services.blobs)
        run = FetchRun(FetchScope(rights=RightsPolicy.PERMISSIVE), at_once=AT_ONCE)
        fetch_pictures(run, tools, progress=SilentProgress())
