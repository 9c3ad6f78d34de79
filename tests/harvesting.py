"""Harvests of IIIF documents from a server on this machine."""

from core.progress import SilentProgress
from core.types import Json
from ingest.iiif.harvest import HarvestReport, harvest
from ingest.iiif.mirror import Mirror
from ingest.mapping_file import load_mapping
from ingest.sources.iiif import IiifSource
from tests.json_server import JsonServer, fetching
from tests.manifests import manifest3


def gather(root: str, mirror: Mirror) -> HarvestReport:
    with fetching() as fetcher:
        return harvest(root, mirror, fetcher, SilentProgress())


def source(mirror: Mirror) -> IiifSource:
    return IiifSource(mirror, load_mapping("iiif"), name="own", languages=("en",))


def titles(mirror: Mirror) -> list[str | None]:
    return [item.artwork.title if item.artwork else None for item in source(mirror).read()]


def put(server: JsonServer, name: str, title: str | None = None) -> str:
    address = f"{server.url}/{name}"
    return server.put(f"/{name}", manifest3(address, title or name))


def stream_of(server: JsonServer, activities: list[Json]) -> str:
    """Serve a stream of one activity a page."""
    for number, one in enumerate(activities):
        page: Json = {"type": "OrderedCollectionPage", "orderedItems": [one]}
        prev = {"prev": {"id": f"{server.url}/page{number - 1}"}} if number else {}
        server.put(f"/page{number}", page | prev)
    last = {"id": f"{server.url}/page{len(activities) - 1}", "type": "OrderedCollectionPage"}
    address = f"{server.url}/stream"
    return server.put("/stream", {"id": address, "type": "OrderedCollection", "last": last})
