"""Pictures of a museum, over IIIF and from plain addresses, and whether they have changed."""

from dataclasses import replace

import pytest

from core.fetching import Verdict
from fetch.fetcher import WebPictureFetcher
from tests.fetching import fetch, line
from tests.iiif_server import Mischief, Museum


def test_a_plain_picture_comes_whole_with_its_validators(
    museum: Museum, fetcher: WebPictureFetcher
) -> None:
    fetched = fetch(fetcher, museum.plain("1"))

    assert fetched.verdict is Verdict.FETCHED
    assert fetched.data.startswith(b"\xff\xd8\xff")
    assert (fetched.asked, fetched.etag) == (museum.plain("1"), '"1-0-None"')
    assert museum.requests[-1].headers["user-agent"] == "Vasari/test (contact: mail@museum.test)"


def test_a_picture_over_iiif_is_asked_for_at_the_size_that_is_wanted(
    museum: Museum, fetcher: WebPictureFetcher
) -> None:
    fetched = fetch(fetcher, museum.iiif("1"))

    assert fetched.verdict is Verdict.FETCHED
    assert museum.asked() == [
        "/robots.txt", "/iiif/1/info.json", "/iiif/1/full/!100,75/0/default.jpg",
    ]  # fmt: skip


def test_one_info_json_speaks_for_the_other_pictures_of_a_service_of_level_2(
    museum: Museum, fetcher: WebPictureFetcher
) -> None:
    fetch(fetcher, museum.iiif("1"))
    fetched = fetch(fetcher, museum.iiif("2"))

    assert fetched.verdict is Verdict.FETCHED
    assert museum.asked("/2/") == ["/iiif/2/full/!100,100/0/default.jpg"]


def test_a_picture_for_which_the_size_is_refused_has_its_own_info_json_read(
    museum: Museum, fetcher: WebPictureFetcher
) -> None:
    fetch(fetcher, museum.iiif("1"))
    museum.max_area = 1200
    museum.info = {"profile": ["http://iiif.io/api/image/2/level2.json", {"maxArea": 1200}]}

    fetched = fetch(fetcher, museum.iiif("2"))

    assert fetched.verdict is Verdict.FETCHED
    assert museum.asked("/2/")[1:] == ["/iiif/2/info.json", "/iiif/2/full/!30,40/0/default.jpg"]


@pytest.mark.parametrize("said", [404, b"<html>", b'{"width": 0}', b"{" * 5000])
def test_without_an_info_json_that_can_be_read_the_size_is_asked_for_all_the_same(
    museum: Museum, fetcher: WebPictureFetcher, said: int | bytes
) -> None:
    museum.infos["1"] = said

    assert fetch(fetcher, museum.iiif("1")).verdict is Verdict.FETCHED
    assert museum.asked()[-1] == "/iiif/1/full/!100,100/0/default.jpg"


def test_a_picture_that_is_the_same_is_not_sent_again(
    museum: Museum, fetcher: WebPictureFetcher
) -> None:
    first = fetch(fetcher, museum.plain("1"))
    kept = replace(line(museum.plain("1")), content_hash="a", asked=first.asked, etag=first.etag)

    again = fetcher.fetch(kept)
    museum.editions["1"] = 1
    changed = fetcher.fetch(kept)

    assert (again.verdict, again.status, again.data) == (Verdict.UNCHANGED, 304, b"")
    assert (changed.verdict, changed.etag) == (Verdict.FETCHED, '"1-1-None"')


def test_a_picture_that_was_never_sent_cannot_be_unchanged(
    museum: Museum, fetcher: WebPictureFetcher
) -> None:
    museum.next.append(Mischief.UNCHANGED)

    assert fetch(fetcher, museum.plain("1")).verdict is Verdict.WRONG


def test_validators_that_are_not_ascii_are_sent_as_they_came(
    museum: Museum, fetcher: WebPictureFetcher
) -> None:
    kept = replace(line(museum.plain("1")), content_hash="a", asked=museum.plain("1"), etag='"é"')

    assert fetcher.fetch(kept).verdict is Verdict.FETCHED
    assert museum.requests[-1].headers["if-none-match"] == '"é"'


def test_what_is_known_of_another_size_says_nothing_about_this_one(
    museum: Museum, fetcher: WebPictureFetcher
) -> None:
    first = fetch(fetcher, museum.iiif("1"))
    kept = replace(
        line(museum.iiif("1"), 200),
        content_hash="a",
        asked=first.asked,
        etag=first.etag,
        last_modified="Fri, 20 Nov 2026 12:00:00 GMT",
    )

    assert fetcher.fetch(kept).verdict is Verdict.FETCHED
    assert not {"if-none-match", "if-modified-since"} & set(museum.requests[-1].headers)
