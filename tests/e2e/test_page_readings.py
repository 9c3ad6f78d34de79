"""The page tells how words were read, and lets the reader read them otherwise."""

from typing import TYPE_CHECKING

import pytest

from tests.e2e.conftest import Visit
from tests.e2e.gallery import ARTWORKS, STUDIES
from tests.e2e.test_page_access import CONTRAST

if TYPE_CHECKING:  # a bare machine has no Playwright, and skips
    from playwright.sync_api import Route

BY_CLARA = STUDIES + 1
PHRASES = """async (cases) => {
  const { cut } = await import("/static/phrases.js");
  return cases.map(([text, phrase]) => cut(text, phrase));
}"""
SPLIT = """async (state) => (await import("/static/phrases.js")).splitWords(state)"""


def switch(visit: Visit, text: str) -> Visit:
    visit.page.locator("#readings button", has_text=text).click()
    return visit.wait()


def pressed(visit: Visit) -> dict[str, bool]:
    chips = visit.page.locator("#readings button")
    return {
        chip.inner_text().split(" · ")[0]: chip.get_attribute("aria-pressed") == "true"
        for chip in chips.all()
    }


def test_a_reading_can_be_switched_off_and_back_undoes_it(visit: Visit) -> None:
    visit.open().search("hills by Clara Stein")
    read = (visit.count(), list(pressed(visit).values()))

    switch(visit, "artist Clara Stein")
    off = (visit.count(), list(pressed(visit).values()))
    visit.page.go_back()
    visit.wait()

    assert read == (BY_CLARA, [True])
    assert off == (len(ARTWORKS), [False])
    assert visit.count() == BY_CLARA


def test_one_reading_off_leaves_the_others_on(visit: Visit) -> None:
    visit.open().search("drawings by Clara Stein")
    both = visit.count()

    switch(visit, "drawings")

    assert both == STUDIES
    assert visit.count() == BY_CLARA  # her print too
    assert sorted(pressed(visit).values()) == [False, True]


def test_a_reading_switched_off_is_switched_on_by_keyboard(visit: Visit) -> None:
    visit.open("/?q=drawings+by+Clara+Stein&plain=drawings")  # a shared address
    chip = visit.page.get_by_role("button", name="“drawings” as plain words")

    chip.focus()
    visit.page.keyboard.press("Enter")
    visit.wait()

    assert visit.count() == STUDIES
    assert "plain" not in visit.page.url


def test_a_name_alone_switched_off_can_be_switched_on_after_a_reload(visit: Visit) -> None:
    visit.open().search("Clara Stein")
    switch(visit, "artist Clara Stein")

    visit.page.reload()
    visit.wait()
    off = visit.count()
    switch(visit, "artist Clara Stein")

    assert off == len(ARTWORKS)
    assert visit.count() == BY_CLARA


def test_without_reading_a_suggestion_becomes_a_filter_in_one_click(visit: Visit) -> None:
    visit.open().search("hills by Clara Stein")

    visit.page.get_by_label("Words as filters").click()
    visit.wait()
    unread = visit.count()
    switch(visit, "artist Clara Stein")

    assert unread == len(ARTWORKS)
    assert visit.count() == BY_CLARA
    assert visit.page.input_value("#q") == "hills"
    assert "Artist: Clara Stein" in visit.page.inner_text("#chips")


def test_what_is_not_wanted_is_a_chip(visit: Visit) -> None:
    visit.open().search("ships fighting rough weather")
    wanted = visit.titles[0]

    visit.search("paintings without boats")

    assert wanted == "Boats in a Storm"
    assert pressed(visit)["without boats"]
    assert visit.titles[0] != "Boats in a Storm"


def test_that_nothing_fits_is_said_above_the_nearest(visit: Visit) -> None:
    def judged(route: "Route") -> None:  # a collection of fewer than 50 works is not judged
        answer = {
            **route.fetch().json(),
            "match": {"level": "none", "score": 0.2, "cut": 0},
        }
        route.fulfill(json=answer)

    visit.open()
    visit.page.route("**/v1/search", judged)

    visit.search("router password reset")

    assert "Nothing here seems to fit “router password reset”" in visit.page.inner_text("#notice")
    assert "nearest first" in visit.status
    assert len(visit.titles) == 24


def test_a_foreign_language_is_told_in_a_sentence(visit: Visit) -> None:
    visit.open().search("un tableau de la mer avec des bateaux")

    assert "This reads as French" in visit.page.inner_text("#reading-note")


def test_phrases_are_cut_with_what_belongs_to_them(visit: Visit) -> None:
    visit.open()
    cases = [
        ["Turner's watercolours of Venice", "Turner"],
        ["boats by Turner", "Turner"],
        ["Turner watercolours of Venice", "Venice"],
        ["a constablewick", "constable"],
        ["prints c. 1900 (first states)", "c. 1900"],
    ]

    rest = visit.page.evaluate(PHRASES, cases)

    assert rest == [
        "watercolours of Venice",
        "boats",
        "Turner watercolours",
        "a constablewick",
        "prints (first states)",
    ]


@pytest.mark.parametrize(
    ("plain", "sent"),
    [
        ([], {"q": "oil by Ada", "plain": [], "understand": "apply"}),
        (["Ada"], {"q": "oil", "plain": ["Ada"], "understand": "apply"}),
        (["Ada", "oil by Ada"], {"q": "oil by Ada", "plain": [], "understand": "suggest"}),
        (["Ada", "oil"], {"q": "oil by Ada", "plain": [], "understand": "suggest"}),
    ],
)
def test_what_is_plain_is_searched_for_and_not_read(
    visit: Visit, plain: list[str], sent: dict[str, object]
) -> None:
    visit.open()

    split = visit.page.evaluate(SPLIT, {"q": "oil by Ada", "plain": plain, "understand": "apply"})

    assert split == sent


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_readings_stand_out_and_fit_a_phone(visit: Visit, scheme: str) -> None:
    visit.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    visit.page.set_viewport_size({"width": 360, "height": 740})

    visit.open("/?q=drawings+by+Clara+Stein+without+boats&plain=drawings&like=gallery:moon")

    assert visit.page.evaluate(CONTRAST) == []
    assert visit.page.evaluate("document.documentElement.scrollWidth") == 360
