"""Ledgers of runs, gone artworks and strict rights through HTTP."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.auth import hash_key
from core.ports import SourceItem
from core.progress import SilentProgress
from core.records import IngestRun, Note
from core.rights import RightsPolicy
from core.types import Artwork, Image, Rights, RightsStatus
from ingest.options import IngestOptions
from ingest.pipeline import ingest
from search.build import Services
from search.withdrawals import keep_gone
from tests.api_service import ADMIN_KEY, filled_services
from tests.listed import Listed

HEADERS = {"X-API-Key": ADMIN_KEY}
OPEN = Rights(RightsStatus.OPEN, "https://creativecommons.org/publicdomain/zero/1.0/", "oa", "1")
URL = "https://a.org/1.jpg"


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return filled_services(tmp_path)


@pytest.fixture
def client(services: Services) -> Iterator[TestClient]:
    with served(services) as client:
        yield client


def served(services: Services) -> TestClient:
    app = create_app(services, admin_key_hash=hash_key(ADMIN_KEY))
    return TestClient(app, headers=HEADERS)


def run_over(
    services: Services, *items: SourceItem, policy: RightsPolicy = RightsPolicy.PERMISSIVE
) -> IngestRun:
    run = ingest(
        Listed(items),
        catalogue=services.catalogue,
        blobs=services.blobs,
        runs=services.runs,
        progress=SilentProgress(),
        options=IngestOptions(rights=policy),
    )
    keep_gone(services.catalogue, services.snapshots)
    return run


def work(number: int, *images: Image) -> SourceItem:
    return SourceItem(Artwork(f"m:{number}", f"Work {number}", images=images), number)


def test_a_run_is_read_with_its_rules_and_how_it_differs(
    client: TestClient, services: Services
) -> None:
    run_over(services, work(1))
    bad = SourceItem(None, 3, Note("no-id", "no id"), raw='{"id": ""}')
    run = run_over(services, work(1), work(2), bad)

    answer = client.get(f"/v1/admin/runs/{run.id}").json()

    assert (answer["position"], answer["created"], answer["quarantined"]) == (3, 1, 1)
    assert answer["rules"] == {"quarantined": {"no-id": 1}}
    assert answer["difference"]["quarantined"] == 1
    assert client.get("/v1/admin/runs").json()["runs"][0]["id"] == run.id
    assert client.get("/v1/admin/runs/none").status_code == 404


def test_lines_are_paged_chosen_and_sent_as_csv(client: TestClient, services: Services) -> None:
    bad = [SourceItem(None, i, Note("no-id", "no id")) for i in (1, 2, 3)]
    path = f"/v1/admin/runs/{run_over(services, *bad, work(4)).id}/lines"

    first = client.get(f"{path}?limit=2").json()
    rest = client.get(f"{path}?limit=2&after={first['after']}").json()
    table = client.get(f"{path}.csv?kind=quarantined")

    assert [line["row"] for line in first["lines"] + rest["lines"]] == [1, 2, 3]
    assert rest["after"] is None
    assert table.headers["content-type"].startswith("text/csv")
    assert len(table.text.splitlines()) == 4
    assert client.get(f"{path}?rule=other").json() == {"lines": [], "after": None}
    assert client.get(f"{path}?kind=none").status_code == 422


def test_a_gone_artwork_is_shown_by_no_search_at_once_and_comes_back(
    client: TestClient, services: Services
) -> None:
    run_over(services, work(1), work(2))
    services.publisher.build(SilentProgress())
    shown = "/v1/search?q=work+1&limit=50"

    run_over(services, work(2))
    gone = found(client, shown)
    answers = [client.get(f"/v1/{path}/m:1").status_code for path in ("artworks", "images")]
    run_over(services, work(1), work(2))

    assert "m:1" not in gone
    assert answers == [410, 410]
    assert services.snapshots.withdrawn() == []
    assert "m:1" in found(client, shown)
    assert client.get("/v1/artworks/m:1").status_code == 200


def found(client: TestClient, path: str) -> list[str]:
    return [hit["artwork"]["id"] for hit in client.get(path).json()["hits"]]


def test_a_service_mends_at_its_start_what_a_killed_run_left(services: Services) -> None:
    run_over(services, work(1), work(2))
    services.publisher.build(SilentProgress())
    run_over(services, work(2))
    services.snapshots.keep_gone([])  # as if the run had been killed before it wrote this

    with served(services) as client:
        assert "m:1" not in found(client, "/v1/search?q=work+1&limit=50")


def test_what_people_withdrew_stays_so_when_it_comes_back(services: Services) -> None:
    run_over(services, work(1), work(2))
    services.snapshots.withdraw(["m:1"])
    run_over(services, work(2))

    run_over(services, work(1), work(2))

    assert services.snapshots.withdrawn() == ["m:1"]


def test_strictly_a_picture_without_evidence_is_neither_taken_nor_shown(
    services: Services,
) -> None:
    strict = replace(services, settings=replace(services.settings, rights="strict"))
    images = [Image(path="red", url=URL, rights=rights) for rights in (OPEN, Rights())]
    items = [work(number, image) for number, image in enumerate(images, 1)]

    run = run_over(strict, *items, policy=RightsPolicy.STRICT)

    assert (run.pictures_stored, run.pictures_withheld, run.kept) == (1, 1, 2)
    assert [(one.status, one.withheld) for one in run.rights if one.of == "picture"] == [
        ("open", 0),
        ("unknown", 1),
    ]
    with served(strict) as client:
        first, second = (client.get(f"/v1/artworks/m:{i}").json() for i in (1, 2))
        statuses = [client.get(f"/v1/images/m:{i}").status_code for i in (1, 2)]
    assert statuses == [200, 404]
    assert first["image"]["thumbnail"] == "/v1/images/m%3A1?size=thumb"
    assert first["images"][0]["url"] == first["image"]["url"] == URL
    hidden = second["image"]
    assert {hidden[name] for name in ("thumbnail", "full", "url", "iiif_url")} == {None}
    assert second["images"][0]["url"] is None


def test_strictly_pictures_that_were_taken_before_are_not_shown(services: Services) -> None:
    run_over(services, work(1, Image(path="red")))
    services.publisher.build(SilentProgress())
    strict = replace(services, settings=replace(services.settings, rights="strict"))

    with served(services) as client:
        assert client.get("/v1/images/m:1").status_code == 200
    with served(strict) as client:
        assert client.get("/v1/images/m:1").status_code == 404
        hits = client.get("/v1/search?q=work+1&limit=50").json()["hits"]
    [image] = [hit["artwork"]["image"] for hit in hits if hit["artwork"]["id"] == "m:1"]
    assert (image["thumbnail"], image["full"]) == (None, None)


def test_an_artwork_says_when_its_rights_were_read_and_how_to_credit_it(
    client: TestClient, services: Services
) -> None:
    run = run_over(services, work(1, Image(url=URL, rights=OPEN)))

    answer = client.get("/v1/artworks/m:1").json()

    said = answer["rights"]["image"]
    assert (said["source_field"], said["value"]) == ("oa", "1")
    assert said["read_at"] >= f"{run.started_at:%Y-%m-%dT%H:%M:%S}"
    assert answer["credit"] == f"Work 1. Picture: CC0 1.0 ({OPEN.statement})."
