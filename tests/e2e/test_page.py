"""The page in a real Chromium over the real application: asking and being answered."""

from tests.e2e.conftest import Visit
from tests.e2e.gallery import ARTWORKS, STUDIES


def test_nothing_asked_shows_the_collection_and_three_examples(visit: Visit) -> None:
    visit.open()

    assert len(visit.titles) == 24
    assert visit.count() == len(ARTWORKS)
    assert visit.page.locator("#examples a").count() == 3


def test_an_example_is_a_search(visit: Visit) -> None:
    visit.open()

    visit.page.click("#examples a >> nth=1")
    visit.wait()

    assert visit.page.input_value("#q") == "a woman reading by a window"
    assert visit.titles[0] == "Woman Reading by a Window"


def test_words_find_the_artwork_that_they_mean(visit: Visit) -> None:
    visit.open()

    visit.search("ships fighting rough weather")

    assert visit.titles[0] == "Boats in a Storm"
    assert "best first" in visit.status


def test_a_facet_narrows_to_the_count_that_it_promised(visit: Visit) -> None:
    visit.open()
    promised = visit.promise("painting")

    visit.choose("painting")

    assert promised == 3
    assert visit.count() == 3
    assert len(visit.titles) == 3


def test_a_second_value_of_a_field_adds_its_artworks(visit: Visit) -> None:
    visit.open()

    visit.choose("painting").choose("vessel")

    assert visit.count() == 4
    assert visit.promise("drawing") == STUDIES


def test_a_second_field_narrows_further(visit: Visit) -> None:
    visit.open()

    visit.choose("painting").choose("Bruno Field")

    assert visit.titles == ["The Moon over the Lake"]  # the one after him is not by him


def test_years_narrow_to_what_overlaps_them(visit: Visit) -> None:
    visit.open()

    visit.page.fill("#from", "-600")
    visit.page.fill("#to", "-500")
    visit.page.press("#to", "Enter")
    visit.wait()

    assert visit.titles == ["Bowl with Handles"]


def test_only_with_a_picture_leaves_the_two_that_have_one(visit: Visit) -> None:
    visit.open()

    visit.page.check("#has-image")
    visit.wait()

    assert sorted(visit.titles) == ["Boats in a Storm", "The Moon over the Lake"]


def test_words_filter_a_field_that_writes_more_than_they_say(visit: Visit) -> None:
    visit.open("/?subject_words=boat")

    assert visit.titles == ["Boats in a Storm"]
    assert "with “boat”" in visit.page.inner_text("#chips")


def test_taking_a_chip_away_takes_the_filter_away(visit: Visit) -> None:
    visit.open("/?classification=painting&has_image=true")

    visit.page.get_by_role("button", name="Remove Classification: painting").click()
    visit.wait()

    assert visit.page.url.endswith("/?has_image=true")
    assert visit.count() == 2


def test_a_shared_address_names_the_artist_of_its_filter(visit: Visit) -> None:
    visit.open("/?artist=gallery:ada")

    assert visit.titles == ["Boats in a Storm"]
    assert visit.page.inner_text("#chips .chip span >> nth=0") == "Artist: Ada Holm"


def test_back_and_forward_restore_question_and_answer(visit: Visit) -> None:
    visit.open().search("moonlight").choose("painting")

    visit.page.go_back()
    visit.wait()
    without_filter = (visit.page.input_value("#q"), visit.count())
    visit.page.go_back()
    visit.wait()
    at_start = (visit.page.input_value("#q"), visit.count())
    visit.page.go_forward()
    visit.page.go_forward()
    visit.wait()

    assert without_filter == ("moonlight", len(ARTWORKS))
    assert at_start == ("", len(ARTWORKS))
    assert visit.count() == 3
    assert visit.value("painting").locator("input").is_checked()


def test_more_like_this_names_the_artwork_and_leaves_it_out(visit: Visit) -> None:
    visit.open("/?classification=painting")

    visit.page.get_by_role("link", name="More like this: Boats in a Storm").click()
    visit.wait()

    assert "More like: Boats in a Storm" in visit.page.inner_text("#chips")
    assert sorted(visit.titles) == ["The Moon over the Lake", "Woman Reading by a Window"]


def test_a_shared_likeness_shows_the_title(visit: Visit) -> None:
    visit.open("/?like=gallery:moon")

    chip = visit.page.locator("#chips").get_by_text("More like: The Moon over the Lake")
    chip.wait_for()  # the title is fetched beside the search
    assert chip.count() == 1


def test_show_more_appends_without_repeats_until_all_are_shown(visit: Visit) -> None:
    visit.open("/?collapse=false")

    visit.page.get_by_role("button", name="Show more").click()
    visit.wait()

    ids = visit.page.eval_on_selector_all("#grid .card", "cards => cards.map(c => c.dataset.id)")
    assert sorted(ids) == sorted(artwork.id for artwork in ARTWORKS)
    assert visit.page.get_by_role("button", name="Show more").count() == 0
    assert visit.status.startswith(f"{len(ARTWORKS)} artworks")


def test_nothing_matches_and_the_filters_can_be_dropped(visit: Visit) -> None:
    visit.open("/?q=moon&classification=vessel&has_image=true")
    said = visit.page.inner_text("#notice")

    visit.page.get_by_role("link", name="Drop the filters").click()
    visit.wait()

    assert "Nothing matches" in said
    assert visit.titles[0] == "The Moon over the Lake"


def test_the_newest_question_wins(visit: Visit) -> None:
    visit.open()
    held = []
    visit.page.route("**/v1/search", lambda route: held.append(route), times=1)
    visit.page.fill("#q", "hills")
    with visit.page.expect_event("requestfailed") as ended:
        visit.page.press("#q", "Enter")
        visit.page.wait_for_selector('#results[aria-busy="true"]')

        visit.search("boats in a storm")

    assert ended.value.failure == "net::ERR_ABORTED"
    assert visit.titles[0] == "Boats in a Storm"


def test_how_it_was_found_is_told_small(visit: Visit) -> None:
    visit.open().search("boats")

    report = visit.page.inner_text("#report")

    assert "Answered in" in report
    assert f"{len(ARTWORKS)} of {len(ARTWORKS)} rows scored" in report
    assert "no picture was given" in report
