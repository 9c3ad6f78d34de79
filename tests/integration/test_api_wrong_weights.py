"""Inputs with weights that are wrong on purpose: each a clear 422 that names the place."""

from typing import Any

import pytest

from tests.api_service import LILIES, Service
from tests.integration.test_api_wrong_input import fields


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"aspects": ["colour"]}, "aspects[0]"),
        ({"aspects": []}, "aspects"),
        ({"inputs": "boats"}, "inputs"),
        ({"inputs": [{"text": "a"}] * 11}, "inputs"),
        ({"inputs": ["boats"]}, "inputs[0]"),
        ({"inputs": [{"weight": 1}]}, "inputs[0]"),
        ({"inputs": [{"text": "a", "artwork": LILIES}]}, "inputs[0]"),
        ({"inputs": [{"text": "a"}, {"text": " "}]}, "inputs[1].text"),
        ({"inputs": [{"text": "a", "colour": 1}]}, "inputs[0].colour"),
        ({"inputs": [{"text": "a"}, {"text": "b"}, {"text": "c", "weight": 11}]},
         "inputs[2].weight"),
        ({"inputs": [{"text": "a", "weight": -10.5}]}, "inputs[0].weight"),
        ({"inputs": [{"text": "a", "weight": "much"}]}, "inputs[0].weight"),
        ({"inputs": [{"text": "a"}, {"image": "not base64!"}]}, "inputs[1].image"),
    ],
)  # fmt: skip
def test_a_wrong_input_is_refused_by_the_name_of_its_fault(
    service: Service, body: dict[str, Any], field: str
) -> None:
    assert fields(service.client.post("/v1/search", json=body)) == [field]


def test_an_input_is_told_that_it_must_be_one_thing(service: Service) -> None:
    both = {"text": "a", "artwork": LILIES}

    answer = service.client.post("/v1/search", json={"inputs": [both]}).json()

    assert "must have just one of text, image and artwork" in answer["errors"][0]["message"]
