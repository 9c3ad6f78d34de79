"""The page when something goes wrong: it says what, where, and what to do."""

import json

from tests.e2e.conftest import Visit

BUSY = {
    "type": "urn:vasari:overloaded",
    "title": "More requests at once than the service is set to take",
    "status": 503,
    "detail": "too many requests at once; try again in 3 s",
    "errors": [],
}
GONE = {**BUSY, "title": "The snapshot of this cursor has been dropped", "status": 410}


def test_a_text_too_long_is_refused_in_words_at_the_box(visit: Visit) -> None:
    visit.open()

    visit.search("a" * 2001)

    assert "Words: " in visit.page.inner_text("[role=alert]")
    assert "2000" in visit.page.inner_text("[role=alert]")
    assert visit.page.get_attribute("#q", "aria-invalid") == "true"
    assert visit.titles == []


def test_a_good_question_clears_the_error(visit: Visit) -> None:
    visit.open().search("a" * 2001)

    visit.search("boats")

    assert visit.page.locator("[role=alert]").count() == 0
    assert visit.page.get_attribute("#q", "aria-invalid") is None


def test_reversed_years_are_told_at_the_years(visit: Visit) -> None:
    visit.open("/?from=1900&to=1800&classification=drawing")

    assert "reversed" in visit.page.inner_text("#years-error")
    assert "Years: " in visit.page.inner_text("[role=alert]")
    assert visit.page.get_attribute("#from", "aria-invalid") == "true"


def test_a_file_that_is_no_picture_is_refused_in_words(visit: Visit) -> None:
    visit.open()

    visit.page.set_input_files(
        "#file", {"name": "letter.jpg", "mimeType": "image/jpeg", "buffer": b"Dear Sir or Madam"}
    )
    visit.page.wait_for_selector("[role=alert]")

    assert "Picture: " in visit.page.inner_text("[role=alert]")
    assert "letter.jpg" in visit.page.inner_text("#chips")


def test_an_unknown_artwork_is_told(visit: Visit) -> None:
    visit.open("/?like=gallery:none")

    assert "gallery:none" in visit.page.inner_text("[role=alert]")


def test_a_busy_service_says_when_to_try_again(visit: Visit) -> None:
    visit.open()
    visit.page.route(
        "**/v1/search",
        lambda route: route.fulfill(
            status=503,
            content_type="application/problem+json",
            headers={"Retry-After": "3"},
            body=json.dumps(BUSY),
        ),
        times=1,
    )
    visit.search("boats in a storm")
    said = visit.page.inner_text("[role=alert]")

    visit.page.get_by_role("button", name="Try again").click()
    visit.wait()

    assert "Wait 3 seconds" in said
    assert visit.titles[0] == "Boats in a Storm"


def test_a_service_out_of_reach_is_told_and_tried_again(visit: Visit) -> None:
    visit.open()
    visit.page.route("**/v1/search", lambda route: route.abort("connectionrefused"), times=1)
    visit.search("moon")
    said = visit.page.inner_text("[role=alert]")

    visit.page.get_by_role("button", name="Try again").click()
    visit.wait()

    assert "cannot be reached" in said
    assert visit.titles[0] == "The Moon over the Lake"


def test_a_dropped_snapshot_keeps_the_hits_and_offers_a_new_search(visit: Visit) -> None:
    visit.open()
    visit.page.route(
        "**/v1/search",
        lambda route: route.fulfill(
            status=410, content_type="application/problem+json", body=json.dumps(GONE)
        ),
        times=1,
    )

    visit.page.get_by_role("button", name="Show more").click()
    visit.wait()
    shown = len(visit.titles)
    visit.page.get_by_role("button", name="Search again").click()
    visit.wait()

    assert shown == 24
    assert visit.page.get_by_role("button", name="Show more").is_visible()


def test_a_picture_lost_with_a_reload_is_told(visit: Visit) -> None:
    from tests.e2e.gallery import disc

    visit.open()
    visit.page.set_input_files(
        "#file", {"name": "d.png", "mimeType": "image/png", "buffer": disc()}
    )
    visit.page.wait_for_selector("#chips .picture")
    visit.wait()

    visit.page.reload()
    visit.wait()

    assert "drop it again" in visit.page.inner_text("#notice")
