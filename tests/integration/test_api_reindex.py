"""Reindexing through HTTP: cancel, dry run, named rollback, what is told of snapshots, the log."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute

from api import schemas_admin as schemas
from api.audit import MOST_STRANGERS, AuditedRoute, Strangers
from api.auth import require_admin
from api.schemas_snapshots import Snapshot, SnapshotList
from tests.api_service import ADMIN_KEY, Service, filled_services, serving, wait_until

KEY_ID = "773a4fa2"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of this module's own, whose snapshots change."""
    with serving(filled_services(tmp_path_factory.mktemp("reindex"))) as running:
        yield running


def snapshots(service: Service) -> list[Snapshot]:
    answer = service.admin("GET", "/v1/admin/snapshots")
    return SnapshotList.model_validate_json(answer.content).snapshots


def audit(service: Service, query: str = "") -> list[schemas.AuditEntry]:
    answer = service.admin("GET", f"/v1/admin/audit{query}")
    return schemas.AuditPage.model_validate_json(answer.content).entries


def run_job(service: Service, body: object = None) -> schemas.Job:
    path = service.admin("POST", "/v1/admin/reindex", body).headers["location"]
    wait_until(lambda: service.admin("GET", path).json()["finished_at"])
    return schemas.Job.model_validate_json(service.admin("GET", path).content)


def test_a_dry_run_is_a_job_that_says_what_a_reindex_would_do(service: Service) -> None:
    before = snapshots(service)

    job = run_job(service, {"dry_run": True})

    assert (job.kind, job.state) == ("dry_run", "succeeded")
    assert isinstance(job.result, schemas.DryRunReport)
    assert job.result.artworks == 50
    assert [space.to_embed for space in job.result.spaces] == [0, 0]
    assert job.result.disk.is_enough
    assert snapshots(service) == before


def test_a_reindex_reports_its_checks_and_the_snapshot_keeps_them(service: Service) -> None:
    job = run_job(service)

    assert isinstance(job.result, schemas.BuildReport), job.error
    live = next(one for one in snapshots(service) if one.is_live)
    assert live.quality is not None
    assert live.quality.checks == job.result.checks
    assert live.quality.ndcg_10 is None
    assert (live.id, live.is_in_use, live.pinned_until) == (job.result.snapshot, True, None)
    assert live.live[0].end is None
    assert {space.encoder.name for space in live.spaces} == {"minilm-int8", "efficientnet-lite0"}
    assert live.vectors == sum(space.vectors for space in live.spaces)


def test_a_cancelled_job_is_over_and_cannot_be_cancelled_again(service: Service) -> None:
    path = service.admin("POST", "/v1/admin/reindex", {"embed": "all"}).headers["location"]

    first = service.admin("POST", f"{path}/cancel")
    wait_until(lambda: service.admin("GET", path).json()["finished_at"])
    second = service.admin("POST", f"{path}/cancel")

    assert first.status_code == 200, first.text
    assert first.json()["cancel_requested"]
    assert service.admin("GET", path).json()["state"] in {"cancelled", "succeeded"}
    assert second.status_code == 409
    assert second.json()["type"] == "urn:vasari:job-ended"
    assert service.admin("POST", "/v1/admin/jobs/none/cancel").status_code == 404


def test_a_second_job_is_told_where_the_first_one_is(service: Service) -> None:
    first = service.admin("POST", "/v1/admin/reindex", {"dry_run": True}).json()
    second = service.admin("POST", "/v1/admin/reindex")

    assert second.status_code == 409
    assert second.json()["job_id"] == first["id"]
    assert second.json()["job_url"] == f"/v1/admin/jobs/{first['id']}"
    wait_until(lambda: service.admin("GET", second.json()["job_url"]).json()["finished_at"])


def test_a_rollback_by_name_needs_a_whole_snapshot_that_is_kept(service: Service) -> None:
    first = next(one.id for one in snapshots(service) if one.is_live)
    run_job(service)
    run_job(service)

    answer = service.admin("POST", "/v1/admin/rollback", {"snapshot": first})
    unknown = service.admin("POST", "/v1/admin/rollback", {"snapshot": "../etc"})

    assert answer.json() == {"snapshot": first}
    assert unknown.status_code == 404
    assert audit(service, "?action=rollback&limit=2")[1].subject == first


def test_a_damaged_snapshot_is_not_published_and_the_answer_names_the_check(
    service: Service,
) -> None:
    job = run_job(service)
    assert isinstance(job.result, schemas.BuildReport)
    service.admin("POST", "/v1/admin/rollback")
    cards = Path(service.services.settings.snapshots_path, job.result.snapshot, "rows/cards.jsonl")
    cards.write_bytes(cards.read_bytes().replace(b"Lilies", b"Liliez"))

    answer = service.admin("POST", f"/v1/admin/snapshots/{job.result.snapshot}/publish")

    assert answer.status_code == 409
    assert "checksums: rows/cards.jsonl has changed" in answer.json()["detail"]
    entry = audit(service)[0]
    assert (entry.action, entry.outcome, entry.subject) == (
        "publish",
        "refused",
        job.result.snapshot,
    )


def test_an_admin_action_is_written_down_with_key_id_and_subject(service: Service) -> None:
    job = run_job(service, {"dry_run": True})

    entry = audit(service)[0]

    assert (entry.action, entry.outcome, entry.subject) == ("reindex", "ok", job.id)
    assert (entry.key_id, entry.address, entry.reason) == (KEY_ID, "127.0.0.1", None)
    assert ADMIN_KEY not in service.admin("GET", "/v1/admin/audit").text


def test_a_wrong_key_is_written_down_but_only_so_often(service: Service) -> None:
    before = len(audit(service, "?action=rollback&limit=100"))

    for _ in range(MOST_STRANGERS + 10):
        answer = httpx.post(f"{service.address}/v1/admin/rollback", headers={"X-API-Key": "wrong"})
        assert answer.status_code == 401

    entries = audit(service, "?action=rollback&limit=100")
    new = len(entries) - before
    assert 1 <= new <= 2 * MOST_STRANGERS  # a minute may end meanwhile
    assert (entries[0].outcome, entries[0].key_id) == ("refused", "8810ad58")
    assert str(entries[0].reason).startswith("wrong or no key")


def test_the_log_is_paged(service: Service) -> None:
    first = service.admin("GET", "/v1/admin/audit?limit=2").json()
    second = service.admin("GET", f"/v1/admin/audit?limit=2&before={first['before']}").json()

    numbers = [entry["number"] for page in (first, second) for entry in page["entries"]]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == 4


def test_strangers_are_counted_while_they_are_not_logged() -> None:
    now = [0.0]
    strangers = Strangers(lambda: now[0])

    admitted = [strangers.admit() for _ in range(MOST_STRANGERS + 3)]
    now[0] = 61.0

    assert admitted == [0] * MOST_STRANGERS + [None] * 3
    assert strangers.admit() == 3
    assert strangers.admit() == 0


def test_every_route_that_changes_something_for_admins_is_in_the_log(service: Service) -> None:
    unlogged = [
        route.path
        for route in service.app.routes
        if isinstance(route, APIRoute)
        and any(one.call is require_admin for one in route.dependant.dependencies)
        and set(route.methods or ()) - {"GET", "HEAD"}
        and not isinstance(route, AuditedRoute)
    ]

    assert not unlogged


def test_a_change_that_is_not_declared_cannot_be_routed() -> None:
    def change() -> None:
        """Change something."""

    with pytest.raises(TypeError, match="declare it with @audited"):
        AuditedRoute("/v1/admin/change", change, methods=["POST"])
