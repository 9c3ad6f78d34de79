"""Random input: whatever is sent, no answer is an error of ours."""

import json
from typing import Any
from urllib.parse import urlencode

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api_service import Service

_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
_keys = st.sampled_from(
    ["q", "image", "like", "filter", "weights", "limit", "cursor", "facets", "exact", "zz"]
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(body=st.dictionaries(_keys, _anything, max_size=4))
def test_no_body_is_answered_with_an_error_of_ours(service: Service, body: Any) -> None:  # noqa: ANN401
    data = json.dumps(body).encode()

    response = service.client.post(
        "/v1/search", content=data, headers={"Content-Type": "application/json"}
    )

    assert response.status_code in {200, 404, 415, 422}


@settings(max_examples=60)
@given(pairs=st.lists(st.tuples(
    st.sampled_from(["q", "artist", "from", "to", "medium", "limit", "cursor", "facets", "exact",
                     "has_image", "artist_id"]), st.text(max_size=8)), max_size=4))  # fmt: skip
def test_no_address_is_answered_with_an_error_of_ours(
    service: Service, pairs: list[tuple[str, str]]
) -> None:
    clean = [(name, text.encode(errors="replace").decode()) for name, text in pairs]

    for path in ("/v1/search", "/v1/artworks"):
        assert service.client.get(f"{path}?{urlencode(clean)}").status_code in {200, 422}


@settings(max_examples=40)
@given(data=st.binary(max_size=200))
def test_no_form_is_answered_with_an_error_of_ours(service: Service, data: bytes) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="query"\r\n\r\n{}\r\n--b'
    for body in (data, head + data, b"--b\r\n" + data + b"\r\n\r\n{}\r\n--b--"):
        response = service.client.post(
            "/v1/search",
            content=body,
            headers={"Content-Type": "multipart/form-data; boundary=b; charset=punycode"},
        )
        assert response.status_code in {200, 415, 422}
