"""Records, cards and pictures through HTTP."""

from typing import Any
from urllib.parse import quote

import pytest

from api import schemas
from tests.api_service import (
    BLUE,
    COLLECTION,
    LILIES,
    ODD_ID,
    RED,
    THUMBNAIL,
    Service,
    content_hash,
)

ODD_PATH = quote(ODD_ID, safe="")


def read(service: Service, path: str) -> dict[str, Any]:
    response = service.client.get(path)
    assert response.status_code == 200, response.text
    parsed: dict[str, Any] = response.json()
    return parsed


def card(service: Service, id: str) -> dict[str, Any]:
    hits = service.client.get("/v1/search?limit=100").json()["hits"]
    found: dict[str, Any] = next(h["artwork"] for h in hits if h["artwork"]["id"] == id)
    return found


def test_a_record_tells_all_that_the_catalogue_knows(service: Service) -> None:
    record = read(service, f"/v1/artworks/{ODD_PATH}")

    schemas.ArtworkRecord.model_validate(record)
    assert record["id"] == ODD_ID
    assert record["group_title"] == "Sketchbook"
    assert record["artists"][0]["other_names"] == ["J.M.W. Turner"]
    assert record["artists"][0]["nationality"] == "British"
    assert record["images"][0]["content_hash"] == content_hash(BLUE)
    assert record["images"][0]["rights"]["value"] == "in copyright"


def test_what_is_not_known_is_null_and_never_empty(service: Service) -> None:
    record = read(service, "/v1/artworks/t:closed")

    assert record["date"] is None
    assert record["credit_line"] is None
    assert '""' not in service.client.get("/v1/artworks/t:closed").text


def test_a_hit_and_a_listed_artwork_show_the_same_card(service: Service) -> None:
    listed = read(service, "/v1/artworks?artist=monet")["artworks"][0]

    assert listed == card(service, LILIES)
    assert listed["rights"]["image"]["statement"].endswith("/zero/1.0/")
    assert listed["credit_line"] == "Given by a friend, 1933"


def test_links_lead_to_our_copy_whatever_the_rights(service: Service) -> None:
    image = card(service, ODD_ID)["image"]

    assert image["thumbnail"] == f"/v1/images/{ODD_PATH}?size=thumb"
    assert service.client.get(image["thumbnail"]).content == THUMBNAIL
    assert service.client.get(image["full"]).content == BLUE


def test_links_lead_to_the_source_where_rights_are_open(service: Service) -> None:
    image = card(service, "t:after")["image"]

    assert image["thumbnail"] == "https://museum.example/open-s.jpg"
    assert image["full"] == "https://museum.example/open.jpg"


def test_no_link_shows_what_rights_forbid(service: Service) -> None:
    image = card(service, "t:closed")["image"]

    assert (image["thumbnail"], image["full"]) == (None, None)
    assert image["url"] == "https://museum.example/no.jpg"


def test_no_picture_is_null(service: Service) -> None:
    assert card(service, "t:study-00")["image"] is None
    assert card(service, "t:study-00")["rights"]["image"] is None


def test_the_catalogue_is_walked_in_the_order_of_ids(service: Service) -> None:
    seen: list[str] = []
    page = read(service, "/v1/artworks?limit=20")
    while page["after"] is not None:
        seen += [artwork["id"] for artwork in page["artworks"]]
        page = service.client.get(
            "/v1/artworks", params={"limit": 20, "after": page["after"]}
        ).json()
    seen += [artwork["id"] for artwork in page["artworks"]]

    assert seen == sorted(artwork.id for artwork in COLLECTION)
    assert page["total"] == len(COLLECTION)


def test_a_picture_is_sent_with_the_type_of_its_bytes(service: Service) -> None:
    full = service.client.get(f"/v1/images/{LILIES}?size=full")
    thumb = service.client.get(f"/v1/images/{LILIES}")

    assert (full.content, full.headers["content-type"]) == (RED, "image/png")
    assert (thumb.content, thumb.headers["content-type"]) == (THUMBNAIL, "image/webp")
    assert full.headers["x-content-type-options"] == "nosniff"
    assert "max-age" in full.headers["cache-control"]


def test_a_picture_that_is_known_is_not_sent_again(service: Service) -> None:
    tag = service.client.get(f"/v1/images/{LILIES}").headers["etag"]

    again = service.client.get(f"/v1/images/{LILIES}", headers={"If-None-Match": f'"x", {tag}'})
    other = service.client.get(f"/v1/images/{LILIES}?size=full", headers={"If-None-Match": tag})

    assert content_hash(RED) in tag
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert other.status_code == 200


@pytest.mark.parametrize("id", ["t:after", "t:study-01", "t:none"])
def test_a_picture_that_we_do_not_hold_is_not_there(service: Service, id: str) -> None:
    assert service.client.get(f"/v1/images/{id}").status_code == 404


def test_head_tells_of_a_picture_without_sending_it(service: Service) -> None:
    head = service.client.head(f"/v1/images/{LILIES}?size=full")

    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) == len(RED)
