"""Exact hits, near-duplicates, groups and diversity through HTTP and on the command line."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app
from tests.api_service import COLLECTION, LILIES, Service


def found(answer: dict[str, Any]) -> list[str]:
    return [hit["artwork"]["id"] for hit in answer["hits"]]


def get(service: Service, path: str = "/v1/search", **params: object) -> dict[str, Any]:
    response = service.client.get(path, params={k: str(v) for k, v in params.items()})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def test_an_accession_number_finds_its_work(service: Service) -> None:
    answer = get(service, q="1933.1157")

    assert found(answer)[0] == LILIES
    assert answer["hits"][0]["legs"][0] == {"name": "exact", "rank": 1, "score": 1.0}


def test_groups_are_told_with_their_sizes(service: Service) -> None:
    answer = get(service, q="boats", group_by="artist", limit=100)

    groups = [hit["group"] for hit in answer["hits"] if hit["group"]]
    assert {"value": "Claude Monet", "id": "t:monet", "count": 1} in groups
    assert len({group["id"] for group in groups}) == len(groups)
    assert answer["total"] == len(COLLECTION)


def test_a_body_and_an_address_arrange_alike(service: Service) -> None:
    asked: dict[str, Any] = {
        "q": "tree",
        "collapse": True,
        "group_by": "title",
        "diversity": 0.5,
        "limit": 9,
    }

    by_body = service.client.post("/v1/search", json=asked).json()
    by_address = get(service, **asked)

    assert found(by_body) == found(by_address)
    assert all(hit["duplicates"] == [] for hit in by_body["hits"])


def test_pages_of_similar_artworks_are_arranged_too(service: Service) -> None:
    path = f"/v1/artworks/{LILIES}/similar"
    first = get(service, path, diversity=0.5, limit=5)
    second = get(service, path, diversity=0.5, limit=5, cursor=first["cursor"])

    both = get(service, path, diversity=0.5, limit=10)
    assert found(first) + found(second) == found(both)


@pytest.mark.parametrize(
    ("name", "value"), [("diversity", "1.5"), ("group_by", "medium"), ("collapse", "perhaps")]
)
def test_a_wrong_arrangement_is_named(service: Service, name: str, value: str) -> None:
    response = service.client.get("/v1/search", params={"q": "tree", name: value})

    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == name


@pytest.mark.parametrize(
    "options", [["--collapse"], ["--group-by", "artist"], ["--diversity", "0.5"]]
)
def test_the_command_line_arranges(sample_home: Path, options: list[str]) -> None:
    runner = CliRunner(env={"VASARI_HOME": str(sample_home)})

    result = runner.invoke(app, ["search", "a river", "--json", *options])

    assert result.exit_code == 0, result.output
    hits = json.loads(result.stdout)["hits"]
    assert len({hit["artwork"]["id"] for hit in hits}) == len(hits) == 10


def test_the_command_line_tells_what_a_hit_stands_for(sample_home: Path) -> None:
    runner = CliRunner(env={"VASARI_HOME": str(sample_home), "COLUMNS": "200"})

    result = runner.invoke(app, ["search", "a river", "--artist", "Monet", "--group-by", "artist"])

    assert " of Claude Monet" in result.stdout
