"""Tags of answers: a client that has the answer is told so, until something decides it anew."""

from typing import Any

import httpx
import pytest

from tests.api_service import LILIES, Service

SEARCH = "/v1/search?q=tree"


def again(service: Service, address: str, answer: httpx.Response) -> httpx.Response:
    return service.client.get(address, headers={"If-None-Match": answer.headers["etag"]})


@pytest.mark.parametrize("address", [SEARCH, f"/v1/artworks/{LILIES}/similar?limit=3"])
def test_who_has_the_answer_is_not_sent_it_again(service: Service, address: str) -> None:
    first = service.client.get(address)

    second = again(service, address, first)

    assert (second.status_code, second.content) == (304, b"")
    assert second.headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize("other", [f"{SEARCH}&limit=3", f"{SEARCH}s", f"{SEARCH}&facets=medium"])
def test_another_request_has_another_tag(service: Service, other: str) -> None:
    first = service.client.get(SEARCH)

    assert again(service, other, first).status_code == 200


def test_one_tag_of_several_is_enough(service: Service) -> None:
    tag = service.client.get(SEARCH).headers["etag"]

    answer = service.client.get(SEARCH, headers={"If-None-Match": f'"old", {tag}'})

    assert answer.status_code == 304


def test_a_withdrawal_makes_another_tag_and_a_restoration_the_old_one(service: Service) -> None:
    first = service.client.get(SEARCH)
    best: dict[str, Any] = first.json()["hits"][0]["artwork"]

    service.services.snapshots.withdraw([best["id"]])
    without = again(service, SEARCH, first)
    service.services.snapshots.restore([best["id"]])

    assert without.status_code == 200
    assert best["id"] not in without.text
    assert again(service, SEARCH, first).status_code == 304
