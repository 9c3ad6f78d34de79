"""Searching and building with an encoder on another machine, which comes and goes."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.auth import hash_key
from core.errors import ModelServerError, ModelUnavailableError
from core.progress import SilentProgress
from core.queries import Leg, Query, SearchPage
from core.settings import load_settings
from search.build import Services, build_services
from search.legs import MODEL_LOST
from tests.api_service import fill, wait_until
from tests.model_server import KEY, MODEL, Mischief, ModelServer, serving_models

RED = np.full((40, 60, 3), (250, 0, 0), np.uint8)


@dataclass(frozen=True)
class Remote:
    """An installation whose two encoders are one model server."""

    models: ModelServer
    services: Services

    def search(self, query: Query) -> SearchPage:
        return self.services.engine.search(query)


def services_at(home: Path, models: ModelServer) -> Services:
    address = f"vllm+{models.url}?timeout_s=1&batch=8#{MODEL}"
    environ = {
        "VASARI_HOME": str(home),
        "VASARI_TEXT_ENCODER": address,
        "VASARI_PICTURE_ENCODER": address,
        "VASARI_REMOTE_API_KEY": KEY,
    }
    return build_services(load_settings(environ))


@pytest.fixture
def models() -> Iterator[ModelServer]:
    with serving_models() as models:
        yield models


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, ModelServer]]:
    """Build one installation for all tests that only search."""
    home = tmp_path_factory.mktemp("remote")
    with serving_models() as models:
        services = services_at(home, models)
        fill(services)
        services.publisher.build(SilentProgress())
        yield home, models


@pytest.fixture
def remote(built: tuple[Path, ModelServer]) -> Iterator[Remote]:
    home, models = built
    services = services_at(home, models)
    _ = services.encoders.text.card
    models.requests.clear()
    yield Remote(models, services)
    models.always, models.model = None, MODEL


def degraded(page: SearchPage) -> dict[str, str]:
    return {stage.name: stage.degraded for stage in page.stages if stage.degraded}


def ran(page: SearchPage) -> set[str]:
    return {plan.leg for plan in page.plan}


def test_words_find_pictures_by_one_model_of_both(remote: Remote) -> None:
    page = remote.search(Query(text="red"))

    assert {Leg.CATALOGUE, Leg.TEXT_PICTURE, Leg.LEXICAL} <= ran(page)
    assert degraded(page) == {}
    assert all(request.key == f"Bearer {KEY}" for request in remote.models.requests)


def test_while_the_encoder_is_down_words_are_found_by_letter_and_the_answer_says_so(
    remote: Remote,
) -> None:
    remote.models.always = Mischief.ERROR

    page = remote.search(Query(text="water lilies"))

    assert ran(page) == {Leg.LEXICAL}
    assert degraded(page) == {"catalogue": MODEL_LOST, "text_picture": MODEL_LOST}
    assert page.hits[0].artwork["title"] == "Water Lilies"


def test_a_search_waits_for_a_lost_encoder_once(remote: Remote) -> None:
    remote.search(Query(text="a boat"))
    asked = len(remote.models.requests)
    remote.models.always = Mischief.ERROR

    remote.search(Query(text="water lilies"))

    assert len(remote.models.requests) == asked + 1


def test_another_model_in_its_place_is_not_searched_with(remote: Remote) -> None:
    remote.models.model = "someone/else"

    page = remote.search(Query(text="water lilies"))

    assert ran(page) == {Leg.LEXICAL}


def test_a_search_that_nothing_is_left_of_fails_loudly(remote: Remote) -> None:
    remote.models.always = Mischief.ERROR

    with pytest.raises(ModelUnavailableError, match="does not answer now"):
        remote.search(Query(picture=RED))


def test_an_encoder_that_stays_down_is_asked_no_more(remote: Remote) -> None:
    remote.models.always = Mischief.ERROR
    for _ in range(3):
        remote.search(Query(text="water lilies"))
    asked = len(remote.models.requests)

    page = remote.search(Query(text="water lilies"))

    assert len(remote.models.requests) == asked
    assert "catalogue" in degraded(page)


def test_readiness_and_metrics_show_a_model_that_is_down(remote: Remote) -> None:
    name = f"{remote.models.url}#{MODEL}"
    with TestClient(create_app(remote.services, admin_key_hash=hash_key("k"))) as client:
        wait_until(lambda: client.get("/readyz").status_code == 200)
        remote.models.always = Mischief.ERROR
        answers = [client.get("/v1/search?q=water%20lilies") for _ in range(3)]
        ready, metrics = client.get("/readyz"), client.get("/metrics").text

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    check = next(one for one in ready.json()["checks"] if one["name"] == name)
    assert (ready.status_code, check["ok"], check["required"]) == (200, False, False)
    assert f'vasari_model_breaker_state{{model="{name}",state="open"}} 1.0' in metrics
    assert f'vasari_model_calls_total{{model="{name}",outcome="failed"}} 3.0' in metrics
    assert KEY not in metrics + ready.text + answers[0].text


def test_a_build_outlives_a_server_that_is_away_for_a_while(
    models: ModelServer, tmp_path: Path
) -> None:
    services = services_at(tmp_path, models)
    fill(services)
    _ = services.encoders.text.card
    models.next.append(Mischief.ERROR)

    report = services.publisher.build(SilentProgress())

    assert [space.encoded for space in report.spaces] == [50, 3]


def test_what_a_build_encoded_before_it_gave_up_is_not_encoded_again(
    models: ModelServer, tmp_path: Path
) -> None:
    services = services_at(tmp_path, models)
    fill(services)
    models.reads_pictures = False
    with pytest.raises(ModelServerError, match="answers 404"):
        services.publisher.build(SilentProgress())
    models.reads_pictures = True

    report = services.publisher.build(SilentProgress())

    assert [(space.encoded, space.present) for space in report.spaces] == [(0, 50), (3, 0)]
