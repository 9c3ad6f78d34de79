"""A real service over a small collection, for the tests of the API."""

import hashlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import uvicorn
from fastapi import FastAPI
from PIL import Image as Pillow

from api.app import create_app
from api.auth import hash_key
from api.examples import ARTWORK_ID
from core.blob_keys import picture_key, thumbnail_key
from core.progress import SilentProgress
from core.settings import load_settings
from core.types import Artist, Artwork, Contribution, Image, Rights, RightsStatus
from search.build import Services, build_services
from tests.pictures import encoded, left_red

ADMIN_KEY = "a key of the tests"
START_TIMEOUT_S = 60
STUDIES = 45
LILIES = "t:lilies"
ODD_ID = "t:a/b:c ü%2F?"

OPEN = Rights(RightsStatus.OPEN, "https://creativecommons.org/publicdomain/zero/1.0/", "licence")
CLOSED = Rights(RightsStatus.RESTRICTED, "© the artist's estate", "rights", "in copyright")
MONET = Artist("t:monet", "Claude Monet", gender="male", begin=1840, end=1926)
TURNER = Artist(
    "t:turner",
    "Joseph Mallord William Turner",
    sort_name="Turner, Joseph Mallord William",
    other_names=("J.M.W. Turner",),
    begin=1775,
    end=1851,
    nationality="British",
)
RED = encoded(left_red())
GREEN = encoded(Pillow.new("RGB", (30, 30), "green"))
BLUE = encoded(left_red(20, 40), "JPEG")
THUMBNAIL = encoded(left_red(8, 4), "WEBP")


def content_hash(data: bytes) -> str:
    """Name bytes by their content."""
    return hashlib.sha256(data).hexdigest()


WORKS = (
    Artwork(
        LILIES,
        "Water Lilies",
        (Contribution(MONET),),
        date_text="1906",
        begin=1906,
        end=1906,
        medium="Oil paint on canvas",
        classification="painting",
        collection="North Gallery",
        credit_line="Given by a friend, 1933",
        accession_number="1933.1157",
        url="https://museum.example/lilies",
        subjects=("water lily", "pond"),
        movements=("Impressionism",),
        images=(Image(url="https://museum.example/l.png", content_hash=content_hash(RED),
                      width=40, height=20, alt_text="Red and blue", rights=OPEN),),
        data_rights=OPEN,
    ),
    Artwork(
        ODD_ID,
        "Boats in a Storm",
        (Contribution(TURNER),),
        begin=1810,
        end=1815,
        medium="Watercolour on paper",
        classification="drawing",
        collection="South Gallery",
        group_title="Sketchbook",
        subjects=("boat, sailing", "storm"),
        images=(Image(content_hash=content_hash(BLUE), rights=CLOSED),),
    ),
    Artwork(
        "t:after",
        "Boats, a Copy",
        (Contribution(TURNER, "after"),),
        date_text="after 1860",
        begin=1860,
        medium="Etching",
        classification="print",
        images=(Image(url="https://museum.example/open.jpg", rights=OPEN,
                      thumbnail_url="https://museum.example/open-s.jpg"),),
    ),
    Artwork(
        "t:closed",
        "Bronze Dog",
        medium="Bronze",
        classification="sculpture",
        begin=-50,
        end=20,
        subjects=("dog - non-specific",),
        images=(Image(url="https://museum.example/no.jpg", rights=CLOSED,
                      thumbnail_url="https://museum.example/no-s.jpg"),),
    ),
)  # fmt: skip


def study(number: int) -> Artwork:
    """Make one of many works that differ by little."""
    return Artwork(
        f"t:study-{number:02}",
        f"Study of a Tree, no. {number}",
        begin=1900 + number,
        end=1900 + number,
        medium="Pencil on paper",
        classification="drawing",
    )


# The artwork that the examples of the OpenAPI document speak of.
EXAMPLE = Artwork(
    ARTWORK_ID, "An Example", medium="Fresco", images=(Image(content_hash=content_hash(GREEN)),)
)
COLLECTION = (*WORKS, *map(study, range(STUDIES)), EXAMPLE)


@dataclass(frozen=True)
class Service:
    """A service that listens, and what stands behind it."""

    services: Services
    app: FastAPI
    address: str
    client: httpx.Client
    port: int

    def admin(self, method: str, path: str, json: object = None) -> httpx.Response:
        """Ask for something that needs the admin key."""
        headers = {"Authorization": f"Bearer {ADMIN_KEY}"}
        return self.client.request(method, path, headers=headers, json=json)

    def send_bytes(self, data: bytes) -> bytes:
        """Send bytes as they are and read the whole answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall(data)
            return b"".join(iter(lambda: connection.recv(65536), b""))


def filled_services(home: Path, *, qdrant_url: str = "") -> Services:
    """Put the collection into an installation and publish it."""
    environ = {"VASARI_HOME": str(home), "VASARI_THREADS": "1", "VASARI_QDRANT_URL": qdrant_url}
    services = build_services(load_settings(environ))
    fill(services)
    services.publisher.build(SilentProgress())
    return services


def fill(services: Services) -> None:
    """Put the collection into an installation."""
    for data in (RED, BLUE, GREEN):
        key = content_hash(data)
        services.blobs.put(picture_key(key), data, "image/png")
        services.blobs.put(thumbnail_key(key), THUMBNAIL, "image/webp")
    services.catalogue.upsert(COLLECTION)


@contextmanager
def serving(services: Services, *, max_concurrency: int | None = None) -> Iterator[Service]:
    """Serve an installation on a free port until it is no longer wanted."""
    if max_concurrency is not None:
        settings = replace(services.settings, max_concurrency=max_concurrency)
        services = replace(services, settings=settings)
    app = create_app(services, admin_key_hash=hash_key(ADMIN_KEY))
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="served-by-tests")
    thread.start()
    try:
        wait_until(lambda: server.started)
        port = int(server.servers[0].sockets[0].getsockname()[1])
        address = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=address, timeout=60) as client:
            wait_until(lambda: client.get("/readyz").status_code == 200)
            yield Service(services, app, address, client, port)
    finally:
        server.should_exit = True
        thread.join(30)


def wait_until(is_so: object) -> None:
    """Wait for a claim to come true."""
    assert callable(is_so)
    deadline = time.monotonic() + START_TIMEOUT_S
    while not is_so():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)
