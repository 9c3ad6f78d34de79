"""A replica that serves: follows without a restart, never a mixture, and says what it lacks."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from api.app import create_app
from api.auth import hash_key
from cli.main import app
from core.progress import SilentProgress
from core.settings import load_settings
from core.sharing import ReplicaError
from search.build import Services, build_services, build_snapshots
from search.build_sharing import pushing
from search.replicas import Follower
from tests.api_service import ADMIN_KEY, EXAMPLE, LILIES, Service, fill, serving, study, wait_until
from tests.s3_server import BadLine, Line, bad_line
from tests.sharing import BUCKET, store_with_bucket

SEARCH = "/v1/search?q=study+of+a+tree&limit=100"


@dataclass(frozen=True)
class Both:
    """A publisher, and a replica that serves behind a line that may fail."""

    publisher: Services
    replica: Service
    line: BadLine

    def live(self) -> str:
        return self.publisher.snapshots.current().id

    def follows(self) -> bool:
        return bool(self.replica.client.get(SEARCH).json()["snapshot"] == self.live())


def environ(home: Path, store_url: str, **more: str) -> dict[str, str]:
    return {
        "VASARI_HOME": str(home),
        "VASARI_THREADS": "1",
        "VASARI_SNAPSHOTS_URL": f"s3://{BUCKET}/{home.parent.name}",
        "VASARI_S3_ENDPOINT_URL": store_url,
        **more,
    }


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    homes = tmp_path_factory.mktemp("replicas")
    with store_with_bucket(homes) as url, bad_line(url) as line:
        publisher = build_services(load_settings(environ(homes / "publisher", url)))
        fill(publisher)
        publisher.publisher.build(SilentProgress())
        settings = load_settings(environ(homes / "replica", line.url, VASARI_ROLE="replica"))
        services = build_services(settings)
        assert isinstance(services.follower, Follower)
        services.follower._poll_s = 0.2
        with serving(services) as replica:  # which waits until it is ready
            yield Both(publisher, replica, line)


def checks(service: Service) -> dict[str, Any]:
    answer = service.client.get("/readyz")
    assert answer.status_code == 200
    return {check["name"]: check for check in answer.json()["checks"]}


def test_a_replica_with_an_empty_home_is_ready_when_it_has_what_is_live(both: Both) -> None:
    told = checks(both.replica)

    assert both.follows()
    assert told["replica"]["ok"]
    assert told["replica"]["detail"].startswith(f"follows s3://{BUCKET}/")


def test_publishes_and_rollbacks_are_served_while_searches_go_on_and_no_answer_is_a_mixture(
    both: Both,
) -> None:
    expected: dict[str, set[str]] = {}
    answers: list[tuple[int, dict[str, Any]]] = []
    stop = threading.Event()

    def ask() -> None:
        with httpx.Client(base_url=both.replica.address, timeout=60) as client:
            while not stop.is_set():
                answer = client.get(SEARCH)
                answers.append((answer.status_code, answer.json()))

    def note() -> None:
        page = both.publisher.engine.search  # a fresh search where the snapshot was built
        ids = {str(hit["artwork"]["id"]) for hit in _hits(both, page)}
        expected[both.live()] = ids
        wait_until(both.follows)

    note()
    asking = threading.Thread(target=ask)
    asking.start()
    try:
        for number in (70, 71, 72):
            both.publisher.catalogue.upsert([study(number)])
            both.publisher.publisher.build(SilentProgress())
            note()
        both.publisher.publisher.rollback()
        note()
    finally:
        stop.set()
        asking.join()

    assert {status for status, _ in answers} == {200}
    assert len({body["snapshot"] for _, body in answers}) >= 4
    for _, body in answers:
        assert {hit["artwork"]["id"] for hit in body["hits"]} == expected[body["snapshot"]]


def _hits(both: Both, search: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - the engine's method
    from core.queries import Query

    page = search(Query(text="study of a tree", limit=100))
    assert page.snapshot == both.live()
    return [{"artwork": hit.artwork} for hit in page.hits]


def test_a_withdrawal_reaches_a_replica_that_serves(both: Both) -> None:
    both.publisher.snapshots.withdraw(["t:study-03"])

    def is_gone() -> bool:
        hits = both.replica.client.get(SEARCH).json()["hits"]
        return all(hit["artwork"]["id"] != "t:study-03" for hit in hits)

    wait_until(is_gone)
    both.publisher.snapshots.restore(["t:study-03"])
    wait_until(lambda: not is_gone())


def test_while_the_store_is_away_a_replica_serves_on_and_says_so(both: Both) -> None:
    before = both.replica.client.get(SEARCH).json()["snapshot"]
    both.line.fail(Line.CUT, "GET")

    wait_until(lambda: not checks(both.replica)["replica"]["ok"])
    told = checks(both.replica)["replica"]
    metrics = both.replica.client.get("/metrics").text
    answer = both.replica.client.get(SEARCH)
    both.line.faults.clear()

    assert told["required"] is False
    assert "serves what it has" in told["detail"]
    assert re.search(r"^vasari_replica_following 0", metrics, re.M)
    assert re.search(r"^vasari_replica_seen_seconds \d", metrics, re.M)
    assert (answer.status_code, answer.json()["snapshot"]) == (200, before)
    wait_until(lambda: checks(both.replica)["replica"]["ok"])
    assert "vasari_replica_following 1" in both.replica.client.get("/metrics").text


@pytest.mark.parametrize(
    "path",
    [
        "/v1/admin/reindex",
        "/v1/admin/rollback",
        "/v1/admin/snapshots/20240101T000000Z-00000000/publish",
    ],
)
def test_what_changes_the_index_is_refused_with_where_to_ask(both: Both, path: str) -> None:
    answer = both.replica.admin("POST", path)

    assert answer.status_code == 409
    assert f"replica of s3://{BUCKET}/" in answer.json()["detail"]
    assert "publish" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/v1/artworks", f"/v1/artworks/{LILIES}"])
def test_a_replica_without_a_catalogue_says_so_instead_of_none(both: Both, path: str) -> None:
    answer = both.replica.client.get(path)

    assert answer.status_code == 503
    assert "VASARI_DATABASE_URL" in answer.json()["detail"]
    assert not checks(both.replica)["database"]["ok"]


def test_what_needs_no_catalogue_is_answered(both: Both) -> None:
    similar = both.replica.client.get(f"/v1/artworks/{EXAMPLE.id}/similar")

    assert similar.status_code == 200
    assert similar.json()["hits"]


def test_a_home_of_a_replica_is_changed_by_no_command(both: Both) -> None:
    snapshots = build_snapshots(both.replica.services.settings)

    with pytest.raises(ReplicaError, match="where that is published from"):
        snapshots.withdraw([LILIES])
    with pytest.raises(ReplicaError):
        pushing(snapshots)


def test_a_replica_with_a_catalogue_answers_for_it(both: Both) -> None:
    settings = both.replica.services.settings
    url = both.publisher.settings.catalogue_url
    lent = load_settings(
        environ(settings.home, both.line.url, VASARI_ROLE="replica", VASARI_DATABASE_URL=url)
    )

    with serving(build_services(lent)) as replica:
        answer = replica.client.get(f"/v1/artworks/{LILIES}")

    assert answer.status_code == 200


def test_an_app_of_a_replica_is_built_while_the_store_is_away(tmp_path: Path) -> None:
    settings = load_settings(environ(tmp_path / "h", "http://127.0.0.1:9", VASARI_ROLE="replica"))

    built = create_app(build_services(settings), admin_key_hash=hash_key(ADMIN_KEY))

    assert built.state.services.follower.state.seen_at is None


def index(variables: dict[str, str], command: str) -> str:
    ended = CliRunner(env=variables).invoke(app, ["index", command])
    assert ended.exit_code == 0, ended.output or ended.exception
    return " ".join(ended.output.split())


def test_by_hand_a_home_is_pushed_and_another_pulls_it(both: Both, tmp_path: Path) -> None:
    settings = both.publisher.settings
    shared = {
        "VASARI_SNAPSHOTS_URL": str(settings.snapshots_url),
        "VASARI_S3_ENDPOINT_URL": str(settings.s3_endpoint_url),
    }
    ours = {**shared, "VASARI_HOME": str(settings.home)}
    theirs = {**shared, "VASARI_HOME": str(tmp_path / "other")}

    pushed, pulled, again = index(ours, "push"), index(theirs, "pull"), index(theirs, "pull")

    assert f"snapshot {both.live()} is live in all replicas" in pushed
    assert "is live here now" in pulled
    assert again.endswith("says is live here")
    assert build_snapshots(load_settings(theirs)).current().id == both.live()
