"""The page puts works together, and leads to more or less like one."""

from tests.e2e.conftest import Visit
from tests.e2e.gallery import STUDIES


def test_works_alike_are_one_card_that_opens_them(visit: Visit) -> None:
    visit.open("/?classification=photograph")
    stacked = visit.titles

    visit.page.get_by_role("button", name="1 alike: Harbour Wall").click()
    visit.page.locator("#details .card").nth(1).wait_for()
    together = visit.page.locator("#details .open").all_inner_texts()
    visit.page.locator("#details .open").nth(1).click()
    visit.page.get_by_role("button", name="All alike").click()
    visit.page.keyboard.press("Escape")

    assert stacked == ["Harbour Wall"]
    assert together == ["Harbour Wall", "Harbour Wall"]
    assert not visit.page.locator("#details").is_visible()


def test_works_alike_can_be_shown_apart(visit: Visit) -> None:
    visit.open("/?classification=photograph")

    visit.page.get_by_label("Alike works together").click()
    visit.wait()

    assert visit.titles == ["Harbour Wall", "Harbour Wall"]
    assert "collapse=false" in visit.page.url


def test_one_card_for_each_artist_leads_to_all_theirs(visit: Visit) -> None:
    visit.open("/?q=hills&classification=drawing")

    visit.page.get_by_label("One card for each").select_option("artist")
    visit.wait()
    cards = len(visit.titles)
    visit.page.get_by_role("link", name=f"{STUDIES} by this artist: Clara Stein").click()
    visit.wait()

    assert cards == 1
    assert visit.count() == STUDIES
    assert "group_by" not in visit.page.url
    assert "artist=gallery:clara" in visit.page.url


def test_less_like_this_keeps_the_question_and_sinks_the_work(visit: Visit) -> None:
    visit.open("/?q=boats+in+rough+weather&classification=painting")
    best = visit.titles[0]

    visit.page.locator("#grid .open").first.click()
    visit.page.get_by_role("link", name=f"Less like this: {best}").click()
    visit.wait()

    assert visit.titles[0] != best
    assert visit.page.input_value("#q") == "boats in rough weather"
    assert f"Less like: {best}" in visit.page.inner_text("#chips")


def test_with_nothing_asked_there_is_no_less_like_this(visit: Visit) -> None:
    visit.open()

    visit.page.locator("#grid .open").first.click()

    assert visit.page.get_by_role("link", name="More like this in looks").count() == 1
    assert visit.page.locator("#details .less").count() == 0


def test_more_like_this_in_one_aspect_can_be_widened(visit: Visit) -> None:
    visit.open("/?classification=painting")
    visit.page.locator("#grid .open").first.click()

    visit.page.get_by_role("link", name="More like this in period").click()
    visit.wait()
    narrow = visit.page.url
    visit.page.get_by_label("subject", exact=True).click()
    visit.wait()

    assert "aspects=period" in narrow
    assert "aspects=subject,period" in visit.page.url


def test_a_text_to_keep_away_from_is_typed_and_taken_away(visit: Visit) -> None:
    visit.open("/?q=painting&classification=painting")

    visit.page.fill("#away", "boats in a storm")
    visit.page.press("#away", "Enter")
    visit.wait()
    last = visit.titles[-1]
    visit.page.get_by_role("button", name="Remove Not: boats in a storm").click()
    visit.wait()

    assert last == "Boats in a Storm"
    assert "not=" not in visit.page.url


def test_keeping_away_alone_asks_for_something_to_look_for(visit: Visit) -> None:
    visit.open("/?not=boats")

    assert "Say also what to look for" in visit.page.inner_text("#notice")
    assert visit.titles == []
