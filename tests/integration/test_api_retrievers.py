"""Retrievers through HTTP: kept, read, cloned, published, deleted; and without the database."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from api import schemas_retrievers as schemas
from search.build import build_services
from search.retrievers.absent import AbsentRetrieverStore
from search.retrievers.builtin import builtin_retrievers
from search.retrievers.registry import Retrievers
from tests.api_service import Service, filled_services, serving
from tests.keeping_retrievers import PATH, create, read, told


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of this module's own, which keeps retrievers."""
    with serving(filled_services(tmp_path_factory.mktemp("retrievers"))) as running:
        yield running


def test_a_retriever_is_kept_and_read_by_name_and_version(service: Service) -> None:
    made = create(service, "kept", about="Ships")

    kept = read(made, 201)
    assert made.headers["location"] == f"{PATH}/kept@1"
    assert (kept.name, kept.version, kept.is_published) == ("kept", 1, True)
    assert kept.definition.description == "Ships"
    for reference in ("kept", "kept@1", "kept%401"):
        assert read(service.client.get(f"{PATH}/{reference}")) == kept


def test_the_same_again_is_the_version_that_is_there(service: Service) -> None:
    first = read(create(service, "same"), 201)

    again = create(service, "same")

    assert read(again) == first
    assert again.headers["location"] == f"{PATH}/same@1"
    body = {"name": "same", **first.definition.model_dump(mode="json")}
    assert read(service.admin("POST", PATH, body)) == first


def test_another_definition_waits_to_be_published(service: Service) -> None:
    create(service, "growing")
    second = read(create(service, "growing", text="sea"), 201)

    assert (second.version, second.is_published) == (2, False)
    assert read(service.client.get(f"{PATH}/growing")).version == 1
    published = read(service.admin("POST", f"{PATH}/growing@2/publish"))
    assert (published.version, published.is_published) == (2, True)
    assert read(service.client.get(f"{PATH}/growing")) == published
    third = read(create(service, "growing", text="wind", publish=True), 201)
    assert (third.version, third.is_published) == (3, True)
    versions = service.client.get(f"{PATH}/growing/versions").json()["versions"]
    assert [(one["version"], one["is_published"]) for one in versions] == [
        (3, True),
        (2, False),
        (1, False),
    ]


def test_what_ships_stands_first_in_the_list(service: Service) -> None:
    create(service, "aaa", about="Mine")

    listed = schemas.RetrieverList.model_validate_json(service.client.get(PATH).content)

    shipped = [one.name for one in listed.retrievers if one.is_builtin]
    assert set(shipped) >= {"search", "three-ways", "like-but", "browse"}
    assert [one.name for one in listed.retrievers][: len(shipped)] == shipped
    mine = next(one for one in listed.retrievers if one.name == "aaa")
    assert (mine.description, mine.is_published) == ("Mine", True)


@pytest.mark.parametrize("name", ["search", "three-ways", "like-but", "browse"])
def test_each_retriever_publishes_its_inputs_as_json_schema(service: Service, name: str) -> None:
    schema = service.client.get(f"{PATH}/{name}/schema").json()

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["type"] == "object"
    assert schema["properties"]
    assert schema["additionalProperties"] is False
    assert None not in schema.values()


def test_a_schema_names_what_is_required(service: Service) -> None:
    create(service, "asking")

    schema = service.client.get(f"{PATH}/asking@1/schema").json()

    assert schema["required"] == ["text"]
    assert schema["properties"]["text"]["examples"] == ["boats in a storm"]


def test_what_ships_can_be_cloned_with_changes(service: Service) -> None:
    body = {"name": "my-search", "description": "Ours", "publish": True}

    clone = read(service.admin("POST", f"{PATH}/search/clone", body), 201)

    original = read(service.client.get(f"{PATH}/search"))
    assert clone.definition.description == "Ours"
    assert clone.definition.stages == original.definition.stages
    assert not clone.is_builtin


def test_deleting_a_version_and_then_all_of_them(service: Service) -> None:
    for text in ("a", "b", "c"):
        create(service, "going", text=text)

    beside = told(service.admin("DELETE", f"{PATH}/going@1"), 409)
    one = service.admin("DELETE", f"{PATH}/going@3").json()
    rest = service.admin("DELETE", f"{PATH}/going").json()

    assert beside == []
    assert one == {"name": "going", "versions": [3]}
    assert rest == {"name": "going", "versions": [1, 2]}
    assert service.client.get(f"{PATH}/going").status_code == 404
    assert read(create(service, "going"), 201).version == 4


def test_changes_stand_in_the_audit_log(service: Service) -> None:
    create(service, "logged")
    service.admin("POST", f"{PATH}/logged/clone", {"name": "logged", "description": "Ours"})
    service.admin("POST", f"{PATH}/logged@2/publish")
    service.admin("DELETE", f"{PATH}/logged@2")
    service.admin("DELETE", f"{PATH}/logged")

    entries = reversed(service.services.audit.latest(5))
    assert [(one.action, one.outcome, one.subject) for one in entries] == [
        ("retriever_create", "ok", "logged@1"),
        ("retriever_clone", "ok", "logged@2"),
        ("retriever_publish", "ok", "logged@2"),
        ("retriever_delete", "refused", "logged@2"),
        ("retriever_delete", "ok", "logged"),
    ]


def test_the_stages_are_described_with_their_parameters(service: Service) -> None:
    answer = service.client.get("/v1/stages")

    listed = schemas.StageList.model_validate_json(answer.content).stages
    assert [stage.type.value for stage in listed] == [
        "understand",
        "attribute_filter",
        "feature_search",
        "rerank",
        "group",
        "diversify",
        "facets",
        "limit",
    ]
    for stage in listed:
        assert stage.description
        assert stage.parameters["additionalProperties"] is False
        assert set(stage.example) <= set(stage.parameters["properties"])


def test_without_the_database_what_ships_is_still_read(service: Service) -> None:
    away = Retrievers(AbsentRetrieverStore("the database does not answer"), builtin_retrievers)
    services = build_services(service.services.settings)  # whose jobs no other service runs
    with serving(replace(services, retrievers=away)) as alone:
        assert read(alone.client.get(f"{PATH}/search")).is_builtin
        assert alone.client.get(f"{PATH}/search/schema").status_code == 200
        assert alone.client.get("/v1/search?q=boats").status_code == 200
        for path in (PATH, f"{PATH}/kept", f"{PATH}/kept/versions"):
            answer = alone.client.get(path)
            told(answer, 503)
            assert "does not answer" in answer.json()["detail"]
            assert answer.headers["retry-after"]
