"""Searches through HTTP."""

import base64
from typing import Any
from urllib.parse import quote

import pytest

from api import schemas_search
from tests.api_service import BLUE, COLLECTION, LILIES, ODD_ID, RED, STUDIES, Service


def found(answer: dict[str, Any]) -> list[str]:
    return [hit["artwork"]["id"] for hit in answer["hits"]]


def get(service: Service, **params: Any) -> dict[str, Any]:  # noqa: ANN401 - what httpx takes
    response = service.client.get("/v1/search", params=params)
    assert response.status_code == 200, response.text
    schemas_search.SearchAnswer.model_validate_json(response.content, strict=True)
    parsed: dict[str, Any] = response.json()
    return parsed


def post(service: Service, **body: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    response = service.client.post("/v1/search", json=body)
    assert response.status_code == 200, response.text
    parsed: dict[str, Any] = response.json()
    return parsed


def test_words_find_what_they_mean_and_the_answer_tells_how(service: Service) -> None:
    answer = get(service, q="sailing boats in bad weather")

    hit = answer["hits"][0]
    assert (hit["rank"], hit["artwork"]["id"]) == (1, ODD_ID)
    assert {leg["name"] for leg in hit["legs"]} == {"catalogue", "lexical"}
    assert {plan["leg"] for plan in answer["plan"]} == {"catalogue", "lexical"}
    skipped = {stage["name"] for stage in answer["stages"] if stage["skipped"]}
    assert {"picture", "like_picture", "like_catalogue"} <= skipped
    assert answer["snapshot"] == service.services.snapshots.current().id


def test_without_words_the_matching_are_browsed_in_order(service: Service) -> None:
    answer = get(service, medium="pencil", limit=3)

    assert found(answer) == ["t:study-00", "t:study-01", "t:study-02"]
    assert [hit["score"] for hit in answer["hits"]] == [None, None, None]
    assert answer["total"] == STUDIES


@pytest.mark.parametrize(
    ("params", "ids"),
    [
        ({"artist": "Monet"}, [LILIES]),
        ({"artist": "t:monet"}, [LILIES]),
        ({"artist_id": "t:turner"}, [ODD_ID]),
        ({"artist": "turner"}, [ODD_ID]),
        ({"artist": ["monet", "turner"]}, [ODD_ID, LILIES]),
        ({"role": "after"}, ["t:after"]),
        ({"gender": "male"}, [LILIES]),
        ({"from": -100, "to": 50}, ["t:closed"]),
        ({"from": 1815, "to": 1815}, [ODD_ID]),
        ({"medium": "oil canvas"}, [LILIES]),
        ({"subject": "dog"}, ["t:closed"]),
        ({"movement": "impressionism"}, [LILIES]),
        ({"collection": "gallery"}, [ODD_ID, LILIES]),
        ({"image_rights": "open"}, ["t:after", LILIES]),
        ({"has_image": "true", "image_rights": "restricted"}, [ODD_ID, "t:closed"]),
        ({"classification": ["painting", "print"]}, ["t:after", LILIES]),
        ({"classification": "painting", "medium": "bronze"}, []),
    ],
)
def test_every_parameter_filters(service: Service, params: dict[str, Any], ids: list[str]) -> None:
    assert found(get(service, **params)) == ids
    browsed = service.client.get("/v1/artworks", params=params).json()
    assert [artwork["id"] for artwork in browsed["artworks"]] == ids
    assert browsed["total"] == len(ids)


def test_pages_follow_each_other_without_repeating_or_skipping(service: Service) -> None:
    seen: list[str] = []
    page = get(service, q="tree", limit=7)
    while True:
        seen += found(page)
        if page["cursor"] is None:
            break
        page = get(service, q="tree", limit=7, cursor=page["cursor"])

    assert len(seen) == len(set(seen)) == len(COLLECTION)


def test_facets_count_the_whole_matching_set(service: Service) -> None:
    answer = get(service, facets="classification,year", to=1850, limit=1)

    counts = {value["value"]: value["count"] for value in answer["facets"]["classification"]}
    assert counts == {"drawing": 1, "sculpture": 1}
    assert set(answer["facets"]) == {"classification", "year"}


@pytest.mark.parametrize("form", ["{}", "data:image/png;base64,{}"])
def test_a_picture_finds_itself(service: Service, form: str) -> None:
    answer = post(service, image=form.format(base64.b64encode(RED).decode()))

    assert found(answer)[0] == LILIES
    assert answer["hits"][0]["legs"][0]["score"] == pytest.approx(1, abs=1e-4)


def test_a_picture_comes_as_a_file_beside_its_query(service: Service) -> None:
    response = service.client.post(
        "/v1/search",
        data={"query": '{"limit": 1, "filter": {"field": "year", "op": "exists"}}'},
        files={"image": ("boats.jpg", BLUE, "image/jpeg")},
    )

    assert found(response.json()) == [ODD_ID]


def test_words_picture_and_reference_are_fused(service: Service) -> None:
    answer = post(
        service,
        q="boats",
        image=base64.b64encode(BLUE).decode(),
        like=["t:after"],
        weights={"lexical": 2, "like_picture": 0},
        include_self=True,
    )

    legs = {plan["leg"] for plan in answer["plan"]}
    assert legs == {
        "catalogue", "lexical", "picture", "like_catalogue", "like_subject", "like_period",
    }  # fmt: skip
    reasons = {stage["name"]: stage["skipped"] for stage in answer["stages"]}
    assert reasons["like_picture"] == "its weight is 0"
    assert found(answer)[0] in {ODD_ID, "t:after"}


def test_a_filter_tree_says_what_parameters_cannot(service: Service) -> None:
    tree = {
        "and": [
            {"not": {"field": "medium", "op": "words", "value": "pencil"}},
            {"field": "artist", "op": "words", "value": "turner", "role": "any"},
        ]
    }

    assert found(post(service, filter=tree)) == [ODD_ID, "t:after"]


def test_an_artwork_is_not_like_itself_unless_asked(service: Service) -> None:
    similar = service.client.get(f"/v1/artworks/{quote(ODD_ID, safe='')}/similar?limit=5").json()
    with_itself = post(service, like=ODD_ID, include_self=True, limit=5)

    assert ODD_ID not in found(similar)
    assert len(similar["hits"]) == 5
    assert found(with_itself)[0] == ODD_ID


def test_similar_takes_filters_and_cursors(service: Service) -> None:
    first = service.client.get(f"/v1/artworks/{LILIES}/similar?medium=pencil&limit=40").json()
    rest = service.client.get(
        f"/v1/artworks/{LILIES}/similar",
        params={"medium": "pencil", "limit": 40, "cursor": first["cursor"]},
    ).json()

    assert len({*found(first), *found(rest)}) == STUDIES


def test_exact_searches_every_row(service: Service) -> None:
    plans = get(service, q="boats", exact="true")["plan"]

    vector = next(plan for plan in plans if plan["leg"] == "catalogue")
    assert vector["recall"]["kind"] == "exact"
    assert vector["rows_scored"] == len(COLLECTION)


def test_facets_alone_need_no_search(service: Service) -> None:
    answer = service.client.get("/v1/facets?fields=medium&limit=1&from=1900").json()

    assert answer["facets"] == {
        "medium": [{"value": "Pencil on paper", "id": None, "count": STUDIES}]
    }
    assert answer["total"] == STUDIES + 2


def test_inputs_are_told_with_their_weights_by_each_leg(service: Service) -> None:
    answer = post(
        service,
        q="boats",
        inputs=[
            {"text": "storm", "weight": -1},
            {"artwork": LILIES, "weight": 0.5},
            {"image": base64.b64encode(RED).decode()},
        ],
    )

    inputs = {plan["leg"]: plan["inputs"] for plan in answer["plan"]}
    assert inputs["lexical"] == [
        {"kind": "text", "value": "boats", "weight": 1.0},
        {"kind": "text", "value": "storm", "weight": -1.0},
    ]
    assert {"kind": "artwork", "value": LILIES, "weight": 0.5} in inputs["like_picture"]
    assert {"kind": "image", "value": None, "weight": 1.0} in inputs["picture"]
    assert LILIES not in found(answer)


def test_less_of_something_is_further_down(service: Service) -> None:
    before = found(post(service, q="boats", limit=100))
    after = found(post(service, q="boats", inputs=[{"text": "storm", "weight": -1}], limit=100))

    assert before.index(ODD_ID) < before.index("t:after")
    assert after.index(ODD_ID) > after.index("t:after")


@pytest.mark.parametrize("aspects", ["artist", "period", "looks"])
def test_similar_takes_what_is_meant(service: Service, aspects: str) -> None:
    path = f"/v1/artworks/{quote(ODD_ID, safe='')}/similar"

    answer = service.client.get(path, params={"aspects": aspects}).json()

    legs = {"artist": "like_artist", "period": "like_period", "looks": "like_picture"}
    assert {plan["leg"] for plan in answer["plan"]} == {legs[aspects]}


def test_an_empty_file_is_refused_where_an_empty_text_is_no_picture(service: Service) -> None:
    file = service.client.post("/v1/search", files={"image": ("a.jpg", b"", "image/jpeg")})
    text = service.client.post("/v1/search", json={"image": "", "limit": 1})

    assert file.status_code == 415
    assert text.json()["hits"][0]["legs"] == []  # browsed
