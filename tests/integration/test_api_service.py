"""Health, metrics, overload, faults, and the page."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.auth import hash_key
from api.page import WEB
from api.schemas import Readiness
from core.errors import StorageError
from core.settings import load_settings
from core.types import Artwork
from db.catalogue import SqlArtworkStore
from db.session import open_database
from search.build import build_services
from tests.api_service import LILIES, Service, wait_until


def test_a_service_without_a_snapshot_is_alive_and_not_ready(tmp_path: Path) -> None:
    services = build_services(load_settings({"VASARI_HOME": str(tmp_path)}))

    with TestClient(create_app(services, admin_key_hash=hash_key("k"))) as client:
        wait_until(lambda: client.get("/readyz").json()["status"] != "starting")
        alive, ready, search = (client.get(p) for p in ("/healthz", "/readyz", "/v1/search?q=a"))
        rollback = client.post("/v1/admin/rollback", headers={"X-API-Key": "k"})

    checks = {check.name: check for check in Readiness.model_validate(ready.json()).checks}
    answers = (alive, ready, search, rollback)
    assert [answer.status_code for answer in answers] == [200, 503, 503, 503]
    assert not checks["snapshot"].ok
    assert "index build" in checks["snapshot"].detail
    assert checks["database"].ok
    assert search.headers["retry-after"]


def test_a_ready_service_says_what_it_holds(service: Service) -> None:
    ready = Readiness.model_validate(service.client.get("/readyz").json())

    assert ready.status == "ready"
    assert {check.name for check in ready.checks} == {
        "snapshot",
        "text-encoder",
        "picture-encoder",
        "database",
    }
    assert (ready.memory_bytes or 0) > 1 << 20


def metric(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.M)
    return float(found[1]) if found else 0.0


def test_metrics_count_requests_by_route_and_status(service: Service) -> None:
    searched = 'vasari_requests_total{method="GET",route="/v1/search",status="200"}'
    missed = 'vasari_requests_total{method="GET",route="/v1/artworks/{id}",status="404"}'
    unknown = 'vasari_requests_total{method="GET",route="other",status="404"}'
    before = service.client.get("/metrics").text

    for path in ("/v1/search?q=boats", "/v1/artworks/t:none", "/wp-login.php"):
        service.client.get(path)

    after = service.client.get("/metrics").text
    for name in (searched, missed, unknown):
        assert metric(after, name) - metric(before, name) == 1
    encoded = 'vasari_stage_duration_seconds_count{stage="encode_text"}'
    assert metric(after, encoded) - metric(before, encoded) == 1
    assert metric(after, "vasari_snapshot_artworks") == len(service.services.snapshots.current())
    assert "wp-login" not in after


class SlowCatalogue:
    """Answers when it is let."""

    def __init__(self) -> None:
        self.entered = threading.Semaphore(0)
        self.leave = threading.Event()

    def page(self, *_: Any, **__: Any) -> list[Artwork]:  # noqa: ANN401
        self.entered.release()
        self.leave.wait(30)
        return []

    def count(self, *_: Any) -> int:  # noqa: ANN401
        return 0


def test_overload_is_refused_early_and_health_still_answers(service: Service) -> None:
    slow = SlowCatalogue()
    catalogue: Any = slow
    services = replace(service.services, catalogue=catalogue)
    settings = replace(services.settings, max_concurrency=2)
    app = create_app(replace(services, settings=settings), admin_key_hash=hash_key("k"))

    client = TestClient(app)  # without its lifespan: the service of all tests runs already
    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(client.get, "/v1/artworks") for _ in range(2)]
        for _ in running:
            slow.entered.acquire()
        refused, alive = client.get("/v1/search?q=boats"), client.get("/healthz")
        slow.leave.set()
        answered = [future.result().status_code for future in running]

    assert (refused.status_code, alive.status_code) == (503, 200)
    assert int(refused.headers["retry-after"]) >= 1
    assert answered == [200, 200]


class BrokenCatalogue:
    """Fails like nothing that was thought of."""

    def get(self, _: str) -> Artwork:
        raise ZeroDivisionError("a secret of the inside")

    def page(self, *_: Any, **__: Any) -> list[Artwork]:  # noqa: ANN401
        raise ZeroDivisionError("a secret of the inside")


class BrokenBlobs:
    """Fails like a store that does not answer."""

    def address(self, _: str) -> None:
        return None

    def get(self, _: str) -> bytes:
        raise StorageError("bucket secret does not answer")


def test_a_fault_of_ours_is_logged_and_told_without_its_internals(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    catalogue: Any = BrokenCatalogue()
    app = create_app(replace(service.services, catalogue=catalogue), admin_key_hash=hash_key("k"))

    answer = TestClient(app).get(f"/v1/artworks/{LILIES}")

    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text
    assert "secret" in caplog.text
    metrics = TestClient(app).get("/metrics").text
    failed = 'vasari_requests_total{method="GET",route="/v1/artworks/{id}",status="500"}'
    assert metric(metrics, failed) == 1


def test_searches_and_pictures_go_on_while_the_database_is_away(
    service: Service, tmp_path: Path
) -> None:
    catalogue = SqlArtworkStore(open_database(f"sqlite:///{tmp_path / 'without-tables.db'}"))
    app = create_app(replace(service.services, catalogue=catalogue), admin_key_hash=hash_key("k"))
    client = TestClient(app)
    app.state.readiness.start()
    paths = ("/v1/search?q=boats", f"/v1/images/{LILIES}", f"/v1/artworks/{LILIES}/similar")

    answers = [client.get(path) for path in paths]
    wait_until(lambda: client.get("/readyz").status_code == 200)
    ready = Readiness.model_validate(client.get("/readyz").json())

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [check.name for check in ready.checks if not check.ok] == ["database"]
    assert ready.status == "ready"
    assert client.get("/v1/artworks").status_code == 503


def test_a_store_that_does_not_answer_is_for_a_while(service: Service) -> None:
    blobs: Any = BrokenBlobs()
    app = create_app(replace(service.services, blobs=blobs), admin_key_hash=hash_key("k"))

    answer = TestClient(app).get(f"/v1/images/{LILIES}")

    assert answer.status_code == 503
    assert answer.headers["retry-after"]


def test_the_page_may_load_nothing_foreign_but_pictures(service: Service) -> None:
    page = service.client.get("/")

    policy = dict(part.split(" ", 1) for part in
                  page.headers["content-security-policy"].split("; "))  # fmt: skip
    assert page.text == (WEB / "index.html").read_text()
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == "'self'"
    assert "https:" in policy["img-src"]
    assert page.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path", sorted(p.name for p in WEB.iterdir() if p.suffix in {".js", ".css"})
)
def test_every_file_of_the_page_is_served(service: Service, path: str) -> None:
    answer = service.client.get(f"/static/{path}")
    again = service.client.get(f"/static/{path}", headers={"If-None-Match": answer.headers["etag"]})

    assert answer.content == (WEB / path).read_bytes()
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-type"].startswith(("text/javascript", "text/css"))
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path", ["/static/..%2fpyproject.toml", "/static/%2e%2e/pyproject.toml", "/static//etc/passwd"]
)
def test_nothing_beside_the_page_is_served(service: Service, path: str) -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    assert service.send_bytes(request.encode()).split(b" ")[1] == b"404"


def test_the_reference_names_every_route_and_loads_nothing(service: Service) -> None:
    docs = service.client.get("/docs")

    paths = service.client.get("/openapi.json").json()["paths"]
    assert all(path in docs.text for path in paths)
    assert "src=" not in docs.text
    assert "default-src 'none'" in docs.headers["content-security-policy"]
