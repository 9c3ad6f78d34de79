"""Keeping a service through HTTP: jobs, snapshots, rollback, and searches meanwhile."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from api import schemas_admin as schemas
from api import schemas_runs, schemas_snapshots
from core.progress import SilentProgress
from tests.api_service import ADMIN_KEY, Service, filled_services, serving, study, wait_until


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of this module's own, whose snapshots change."""
    with serving(filled_services(tmp_path_factory.mktemp("admin"))) as running:
        yield running


def live(service: Service) -> str:
    listed = schemas_snapshots.SnapshotList.model_validate(
        service.admin("GET", "/v1/admin/snapshots").json()
    )
    return next(snapshot.id for snapshot in listed.snapshots if snapshot.is_live)


def reindex(service: Service, body: object = None) -> schemas.Job:
    accepted = service.admin("POST", "/v1/admin/reindex", body)
    assert accepted.status_code == 202, accepted.text
    path = accepted.headers["location"]
    states: list[schemas.Job] = []

    def is_over() -> bool:
        states.append(schemas.Job.model_validate(service.admin("GET", path).json()))
        return states[-1].finished_at is not None

    wait_until(is_over)
    return states[-1]


def test_a_reindex_makes_what_was_added_searchable(service: Service) -> None:
    before = live(service)
    service.services.catalogue.upsert([study(90)])

    job = reindex(service, {"spaces": ["catalogue"], "embed": "missing"})

    assert job.state == "succeeded", job.error
    assert isinstance(job.result, schemas.BuildReport)
    assert job.result.snapshot == live(service) != before
    assert job.result.spaces[0].encoded == 1
    found = service.client.get("/v1/search?q=study+of+a+tree+90&limit=1").json()
    assert found["hits"][0]["artwork"]["id"] == "t:study-90"


def test_a_rollback_makes_the_snapshot_before_live_again(service: Service) -> None:
    before = live(service)
    reindex(service)

    answer = service.admin("POST", "/v1/admin/rollback")

    assert answer.json() == {"snapshot": before}
    assert live(service) == before
    assert service.client.get("/v1/search").json()["snapshot"] == before


def test_a_kept_snapshot_can_be_made_live(service: Service) -> None:
    job = reindex(service)
    assert isinstance(job.result, schemas.BuildReport)
    service.admin("POST", "/v1/admin/rollback")

    answer = service.admin("POST", f"/v1/admin/snapshots/{job.result.snapshot}/publish")

    assert answer.json()["snapshot"] == job.result.snapshot
    assert all(check["passed"] for check in answer.json()["checks"])
    assert live(service) == job.result.snapshot


def test_a_second_reindex_is_told_which_one_runs(service: Service) -> None:
    first = service.admin("POST", "/v1/admin/reindex").json()
    second = service.admin("POST", "/v1/admin/reindex")

    assert second.status_code == 409
    assert second.json()["job_id"] == first["id"]
    assert second.headers["location"] == f"/v1/admin/jobs/{first['id']}"
    wait_until(lambda: service.admin("GET", f"/v1/admin/jobs/{first['id']}").json()["finished_at"])


def test_jobs_and_runs_are_listed(service: Service) -> None:
    reindex(service)

    jobs = schemas.JobList.model_validate(service.admin("GET", "/v1/admin/jobs?limit=1").json())
    runs = schemas_runs.RunList.model_validate(service.admin("GET", "/v1/admin/runs").json())

    assert [job.state for job in jobs.jobs] == ["succeeded"]
    assert runs.runs == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/admin/jobs/none"),
        ("POST", "/v1/admin/snapshots/none/publish"),
        ("POST", "/v1/admin/snapshots/..%2F..%2Fetc/publish"),
        ("POST", "/v1/admin/snapshots/CURRENT/publish"),
    ],
)
def test_what_is_not_there_is_not_found(service: Service, method: str, path: str) -> None:
    assert service.admin(method, path).status_code in {404, 410}


@pytest.mark.parametrize(
    ("body", "field"),
    [({"spaces": ["colour"]}, "spaces[0]"), ({"embed": "some"}, "embed"), ({"all": 1}, "all")],
)
def test_a_wrong_reindex_is_refused(service: Service, body: dict[str, Any], field: str) -> None:
    answer = service.admin("POST", "/v1/admin/reindex", body)

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"X-API-Key": "wrong"},
        {"Authorization": "Basic YTpi"},
    ],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/admin/jobs"), ("GET", "/v1/admin/jobs/x"), ("GET", "/v1/admin/snapshots"),
        ("GET", "/v1/admin/runs"), ("GET", "/v1/admin/pictures"), ("POST", "/v1/admin/reindex"),
        ("POST", "/v1/admin/rollback"), ("POST", "/v1/admin/snapshots/x/publish"),
        ("POST", "/v1/admin/jobs/x/cancel"), ("GET", "/v1/admin/audit"),
    ],
)  # fmt: skip
def test_nothing_is_kept_without_the_key(
    service: Service, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = service.client.request(method, path, headers=headers)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_the_key_is_good_in_either_header(service: Service) -> None:
    answer = service.client.get("/v1/admin/runs", headers={"X-API-Key": ADMIN_KEY})

    assert answer.status_code == 200


def test_searches_go_on_while_snapshots_are_swapped(service: Service) -> None:
    swapped = Event()

    def search(number: int) -> set[str]:
        seen = set()
        while not swapped.is_set():
            first = service.client.get(f"/v1/search?q=tree+{number}&limit=5")
            second = service.client.get(
                "/v1/search",
                params={"q": f"tree {number}", "limit": 5, "cursor": first.json()["cursor"]},
            )
            assert (first.status_code, second.status_code) == (200, 200), second.text
            assert first.json()["snapshot"] == second.json()["snapshot"]
            seen.add(first.json()["snapshot"])
        return seen

    with ThreadPoolExecutor(8) as pool:
        searches = [pool.submit(search, number) for number in range(8)]
        for number in (100, 101):
            service.services.catalogue.upsert([study(number)])
            service.services.publisher.build(SilentProgress())
            service.services.publisher.rollback()
        swapped.set()
        snapshots = set().union(*(search.result() for search in searches))

    assert len(snapshots) > 1
