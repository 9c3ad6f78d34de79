"""Installations that vectors and bundles go to and from; their encoders are loaded once."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from core.breaker import Breakers
from core.progress import SilentProgress
from core.queries import Query
from core.settings import load_settings
from exchange.bundle_import import BundleImportReport, import_bundle
from search.build import Services, build_services, build_snapshots
from search.encoders import Encoders
from search.loaded import Loaded
from tests.api_service import LILIES

QUERIES = (
    Query(text="ships in rough weather at sea", limit=60),
    Query(text="study of a tree", limit=60),
    Query(like=(LILIES,), limit=60),
    Query(limit=60),
)


@dataclass(frozen=True)
class Installations:
    """Makes installations: copies of one that is filled and published, or empty ones."""

    template: Path
    encoders: Encoders

    def copy(self, home: Path, **environ: str) -> Services:
        """Copy the filled one."""
        shutil.copytree(self.template, home)
        return self.open(home, **environ)

    def open(self, home: Path, **environ: str) -> Services:
        """Open one, whatever is in it."""
        settings = load_settings({"VASARI_HOME": str(home), "VASARI_THREADS": "1", **environ})
        loaded = Loaded(self.encoders, build_snapshots(settings), Breakers())
        return build_services(settings, loaded)


def take_bundle(services: Services, path: Path) -> BundleImportReport:
    """Import a bundle."""
    return import_bundle(path, services, SilentProgress())


def answers(services: Services) -> list[list[tuple[str, float | None]]]:
    """Search by words and by example: the hits of each search with their scores."""
    pages = map(services.engine.search, QUERIES)
    return [[(str(hit.artwork["id"]), hit.score) for hit in page.hits] for page in pages]
