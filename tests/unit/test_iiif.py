"""The address to ask a IIIF service for, by what its info.json says."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.types import Json
from fetch.iiif import ImageInfo, fitting_size, parse_info, picture_address

BASE = "https://museum.test/iiif/42"
TWO = {"@context": "http://iiif.io/api/image/2/context.json"}
THREE = {"@context": "http://iiif.io/api/image/3/context.json", "type": "ImageService3"}


def address(info: Json, longest: int = 1024, size: tuple[int, int] = (4000, 3000)) -> str:
    parsed = parse_info(json.dumps({"width": size[0], "height": size[1]} | info).encode())
    assert parsed is not None
    return picture_address(BASE, parsed, longest).removeprefix(BASE)


def second(level: int, **limits: object) -> Json:
    return TWO | {"profile": [f"http://iiif.io/api/image/2/level{level}.json", limits]}


@pytest.mark.parametrize(
    ("info", "size"),
    [
        (second(2), "!1024,768"),
        (second(1), "1024,"),
        (second(0), "full"),
        (second(0, supports=["sizeByConfinedWh"]), "!1024,768"),
        (second(2, maxWidth=800), "!800,600"),
        (second(2, maxWidth=800, maxHeight=300), "!400,300"),
        (second(2, maxHeight=300), "!400,300"),
        (second(2, maxArea=480_000), "!800,600"),
        (THREE | {"profile": "level2"}, "!1024,768"),
        (THREE | {"profile": "level1"}, "1024,768"),
        (THREE | {"profile": "level0"}, "max"),
        (THREE | {"profile": "level0", "extraFeatures": ["sizeByW"]}, "1024,"),
        (THREE | {"profile": "level2", "maxWidth": 500}, "!500,375"),
        (THREE | {"profile": "level2", "maxArea": 120_000}, "!400,300"),
        (TWO | {"profile": "http://iiif.io/api/image/2/level2.json"}, "!1024,768"),
    ],
)
def test_the_size_is_named_in_a_way_that_the_service_knows(info: Json, size: str) -> None:
    assert address(info) == f"/full/{size}/0/default.jpg"


@pytest.mark.parametrize(
    ("longest", "size"), [(500, "1000,"), (1000, "1000,"), (1024, "2000,"), (9000, "2000,")]
)
def test_of_listed_sizes_the_smallest_that_is_large_enough_is_taken(
    longest: int, size: str
) -> None:
    sizes = [{"width": 2000, "height": 1500}, {"width": 1000, "height": 750}]

    assert address(second(0) | {"sizes": sizes}, longest) == f"/full/{size}/0/default.jpg"


def test_a_small_picture_is_not_enlarged() -> None:
    assert address(second(2), size=(300, 200)) == "/full/!300,200/0/default.jpg"


@pytest.mark.parametrize(
    "text",
    [b"", b"<html>", b"[]", b"{}", b'{"width": "4000", "height": 3}', b'{"width": 0, "height": 9}',
     b'{"width": true, "height": 9}', b"[" * 9000, b"\xff\xfe"],
)  # fmt: skip
def test_what_is_no_info_is_none(text: bytes) -> None:
    assert parse_info(text) is None


def test_nonsense_among_the_limits_is_left_out() -> None:
    wrong = {"maxWidth": "wide", "maxHeight": -1, "supports": [3, None], "maxArea": None}

    assert address(second(2, **wrong) | {"sizes": ["s", {"width": 1}]}) == (
        "/full/!1024,768/0/default.jpg"
    )


SIDES = st.integers(1, 200_000)
LIMITS = st.none() | st.integers(1, 100_000)


@given(SIDES, SIDES, st.integers(1, 20_000), st.tuples(LIMITS, LIMITS, LIMITS))
def test_no_limit_is_exceeded_and_the_shape_is_kept(
    width: int, height: int, longest: int, limits: tuple[int | None, int | None, int | None]
) -> None:
    max_width, max_height, max_area = limits
    info = ImageInfo(width, height, max_width=max_width, max_height=max_height, max_area=max_area)

    w, h = fitting_size(info, longest)

    assert 1 <= max(w, h) <= min(longest, max(width, height))
    assert w <= (max_width or w)
    assert h <= (max_height or max_width or h)
    # A side of one pixel is the least there is: a long strip may have a larger area than allowed.
    assert max_area is None or w * h <= max_area or min(w, h) == 1
    scale = max(w / width, h / height)
    assert min(w, h) == 1 or max(abs(w - width * scale), abs(h - height * scale)) <= 1


NAMES = st.sampled_from(["width", "height", "profile", "sizes", "maxArea", "supports", "type"])
SAID = st.recursive(
    st.none() | st.integers() | st.text(), lambda j: st.lists(j) | st.dictionaries(NAMES, j)
)


@settings(max_examples=25)
@given(SAID)
def test_whatever_a_service_says_no_other_than_its_own_address_is_asked(said: object) -> None:
    info = parse_info(json.dumps(said).encode())

    if info is not None:
        asked = picture_address(BASE, info, 1024)
        assert re.fullmatch(rf"{BASE}/full/(max|full|!?\d+,\d*)/0/default\.jpg", asked)
