"""`kill -9` at random moments of fetching: what is left goes on, and asks for nothing twice."""

import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from core.blob_keys import picture_key
from core.fetching import FetchScope, FetchState
from core.progress import SilentProgress
from core.rights import RightsPolicy
from core.types import Artwork, Image
from db.catalogue import SqlArtworkStore
from db.picture_fetches import SqlPictureLedger
from db.session import migrate, open_database
from fetch.addresses import AddressGuard
from fetch.clock import WallClock
from fetch.fetcher import FetchOptions, WebPictureFetcher
from fetch.schedule import PaceOptions
from ingest.fetch_pictures import FetchRun, FetchTools, fetch_pictures
from storage.folder import FolderBlobStore
from tests.clocks import FetchClock
from tests.iiif_server import Museum, open_museum

PICTURES, KILLS, AT_ONCE = 60, 6, 2


def fetch_all(home: Path) -> None:
    """Do what `vasari ingest pictures` does, in a process that may be killed."""
    engine = open_database(f"sqlite:///{home / 'vasari.db'}")
    options = FetchOptions("test", pace=PaceOptions(per_second=200, at_once=AT_ONCE))
    fetcher = WebPictureFetcher(options, AddressGuard(["127.0.0.1"]), clock=WallClock())
    scope = FetchScope(rights=RightsPolicy.PERMISSIVE)
    tools = FetchTools(SqlPictureLedger(engine), fetcher, FolderBlobStore(home / "blobs"))
    fetch_pictures(FetchRun(scope, at_once=AT_ONCE), tools, progress=SilentProgress())
    engine.dispose()


@pytest.fixture
def museum() -> Iterator[Museum]:
    with open_museum(FetchClock(), "127.0.0.1") as opened:
        opened.pictures = {str(i): (40, 30 + i) for i in range(PICTURES)}
        yield opened


def started(home: Path) -> BaseProcess:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=fetch_all, args=(home,))
    process.start()
    return process


def test_killed_again_and_again_fetching_ends_as_if_it_had_not_been(
    tmp_path: Path, museum: Museum
) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'vasari.db'}")
    migrate(engine)
    catalogue = SqlArtworkStore(engine)
    images = [Image(url=museum.plain(str(i))) for i in range(PICTURES)]
    catalogue.upsert([Artwork(f"m:{i:03}", images=(image,)) for i, image in enumerate(images)])
    draw = random.Random(6)  # noqa: S311 - moments to kill at

    for kill in range(KILLS):
        process = started(tmp_path)
        wanted = (kill + 1) * PICTURES // (KILLS + 2)
        while len(museum.asked("/plain/")) < wanted and process.is_alive():
            time.sleep(0.005)
        time.sleep(draw.uniform(0, 0.05))
        process.kill()
        process.join()
    last = started(tmp_path)
    last.join()

    assert last.exitcode == 0
    assert SqlPictureLedger(engine).counts() == {FetchState.STORED: PICTURES}
    copies = [artwork.images[0].content_hash for artwork in catalogue.scan()]
    blobs = FolderBlobStore(tmp_path / "blobs")
    assert len(set(copies)) == PICTURES
    assert all(copy and blobs.exists(picture_key(copy)) for copy in copies)
    # A kill loses what was under way, and nothing else is asked for twice.
    assert sum(Counter(museum.asked("/plain/")).values()) <= PICTURES + KILLS * AT_ONCE
    engine.dispose()
