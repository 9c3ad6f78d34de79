"""Pictures on the wire: in the format that is wanted, or from where the store itself sends them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.auth import hash_key
from api.pictures import Size
from api.render import image_address
from core.blob_keys import picture_key, thumbnail_key
from models.images import decode_picture
from storage.folder import FolderBlobStore
from storage.options import StoreOptions
from storage.s3 import S3BlobStore
from tests.api_service import CLOSED, EXAMPLE, LILIES, RED, WORKS, Service, content_hash
from tests.s3_server import s3_credentials

PUBLIC = "https://pictures.example/of"
RESTRICTED = next(w.id for w in WORKS if w.images and w.images[0].rights == CLOSED)


def client_of(service: Service, options: StoreOptions) -> TestClient:
    settings = replace(
        service.services.settings,
        blobs_public_url=options.public_url,
        presign_s=options.presign_s,
    )
    blobs = FolderBlobStore(settings.blobs_path, options)
    services = replace(service.services, settings=settings, blobs=blobs)
    return TestClient(create_app(services, admin_key_hash=hash_key("k")), follow_redirects=False)


@pytest.mark.parametrize(
    "accept",
    ["image/png,image/jpeg", "image/webp;q=0,*/*", "*/*;q=0.0", "text/html, image/jpeg;q=0.5"],
)
def test_who_cannot_show_webp_is_sent_jpeg(service: Service, accept: str) -> None:
    answer = service.client.get(f"/v1/images/{LILIES}", headers={"Accept": accept})

    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["vary"] == "Accept"
    assert decode_picture(answer.content).shape == (4, 8, 3)


@pytest.mark.parametrize("accept", ["*/*", "image/avif,image/webp,*/*;q=0.1", "image/*", ""])
def test_who_can_is_sent_webp(service: Service, accept: str) -> None:
    answer = service.client.get(f"/v1/images/{LILIES}", headers={"Accept": accept})

    assert answer.headers["content-type"] == "image/webp"


@pytest.mark.parametrize("format", ["webp", "jpeg"])
def test_a_format_that_is_asked_for_is_sent_whatever_is_accepted(
    service: Service, format: str
) -> None:
    answer = service.client.get(
        f"/v1/images/{LILIES}?format={format}", headers={"Accept": "text/plain"}
    )

    assert answer.headers["content-type"] == f"image/{format}"
    assert "vary" not in answer.headers


def test_each_format_has_a_tag_of_its_own(service: Service) -> None:
    tags = {
        service.client.get(f"/v1/images/{LILIES}?{which}").headers["etag"]
        for which in ("format=webp", "format=jpeg", "size=full")
    }

    assert len(tags) == 3


@pytest.mark.parametrize("query", ["size=full&format=jpeg", "format=gif"])
def test_a_format_that_there_is_not_is_refused(service: Service, query: str) -> None:
    answer = service.client.get(f"/v1/images/{LILIES}?{query}")

    assert answer.status_code == 422
    assert "format" in answer.text


@pytest.mark.parametrize("which", ["size=thumb", "size=full"])
def test_an_open_picture_is_at_its_public_address(service: Service, which: str) -> None:
    client = client_of(service, StoreOptions(public_url=PUBLIC))

    answer = client.get(f"/v1/images/{LILIES}?{which}", headers={"If-None-Match": "*"})

    key = (thumbnail_key if "thumb" in which else picture_key)(content_hash(RED))
    assert (answer.status_code, answer.headers["location"]) == (307, f"{PUBLIC}/{key}")
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert answer.content == b""


def test_a_jpeg_that_was_never_made_is_not_said_to_be_there(service: Service) -> None:
    client = client_of(service, StoreOptions(public_url=PUBLIC))

    answer = client.get(f"/v1/images/{LILIES}?format=jpeg")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")


@pytest.mark.parametrize("id", [RESTRICTED, EXAMPLE.id], ids=["restricted", "unknown"])
def test_a_picture_that_is_not_said_to_be_open_has_no_public_address(
    service: Service, id: str
) -> None:
    client = client_of(service, StoreOptions(public_url=PUBLIC))

    answers = [client.get(image_address(id, size)) for size in Size]

    assert all(answer.status_code == 200 for answer in answers)
    assert all("location" not in answer.headers for answer in answers)


@pytest.fixture
def signing(tmp_path: Path, service: Service) -> Iterator[TestClient]:
    options = StoreOptions("http://127.0.0.1:9", presign_s=600)
    with s3_credentials(tmp_path):
        settings = replace(service.services.settings, presign_s=600)
        blobs = S3BlobStore("museum", "of", options)
        services = replace(service.services, settings=settings, blobs=blobs)
        app = create_app(services, admin_key_hash=hash_key("k"))
        yield TestClient(app, follow_redirects=False)


def test_a_signed_address_costs_no_request_and_is_kept_half_its_time(signing: TestClient) -> None:
    answer = signing.get(f"/v1/images/{LILIES}?size=full")  # nobody listens at that store

    address = urlsplit(answer.headers["location"])
    assert (answer.status_code, address.netloc) == (307, "127.0.0.1:9")
    assert address.path == f"/museum/of/{picture_key(content_hash(RED))}"
    assert "X-Amz-Expires=600" in address.query
    assert answer.headers["cache-control"] == "private, max-age=300"
