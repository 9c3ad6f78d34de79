"""The page for everybody: keyboard, screen readers, small screens, dark rooms, hostile data."""

import pytest

from tests.e2e.conftest import Visit
from tests.e2e.gallery import MARKUP

NAMELESS = """() => [...document.querySelectorAll("button, a[href], input:not([hidden])")]
  .filter(node => !(node.textContent.trim() || node.getAttribute("aria-label")
    || node.labels?.[0]?.textContent.trim()))
  .map(node => node.outerHTML)"""

CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgb = color => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = node => {
    for (; node; node = node.parentElement) {
      const color = rgb(getComputedStyle(node).backgroundColor);
      if (color[3] === 255) return color;
    }
    return [255, 255, 255];
  };
  const ratio = node => {
    const [a, b] = [light(rgb(getComputedStyle(node).color)), light(ground(node))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  return [...document.querySelectorAll("body *")]
    .filter(node => node.checkVisibility() && !node.closest(".unseen")
      && [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim()))
    .filter(node => ratio(node) < 4.5)
    .map(node => `${node.tagName}.${node.className}: ${ratio(node).toFixed(2)}`);
}"""


def focused(visit: Visit) -> str:
    return str(visit.page.evaluate("document.activeElement.textContent.trim()"))


def test_the_keyboard_alone_searches_opens_and_closes(visit: Visit) -> None:
    keyboard = visit.open().page.keyboard

    keyboard.press("/")
    keyboard.type("boats in a storm")
    keyboard.press("Enter")
    visit.wait()
    visit.page.locator("#grid .open").first.focus()
    keyboard.press("Enter")
    opened = visit.page.inner_text("#details h2")
    keyboard.press("Escape")

    assert opened == "Boats in a Storm"
    assert not visit.page.locator("#details").is_visible()
    assert focused(visit) == "Boats in a Storm"


def test_tab_leads_from_the_box_through_picture_and_search_to_the_cards(visit: Visit) -> None:
    visit.open("/?classification=vessel")
    visit.page.focus("#q")
    names = []

    for _ in range(60):
        visit.page.keyboard.press("Tab")
        names.append(focused(visit))
        if names[-1] == "Bowl with Handles":
            break

    assert names[:2] == ["Search with a picture", "Search"]
    assert names[-1] == "Bowl with Handles"


def test_arrow_keys_walk_over_the_cards(visit: Visit) -> None:
    visit.open()
    titles = visit.titles
    visit.page.locator("#grid .open").first.focus()

    visit.page.keyboard.press("ArrowRight")
    right = focused(visit)
    visit.page.keyboard.press("ArrowDown")  # four columns at this width

    assert right == titles[1]
    assert focused(visit) == titles[5]


def test_a_filter_chosen_by_keyboard_keeps_the_focus(visit: Visit) -> None:
    visit.open()
    box = visit.value("painting").locator("input")

    box.focus()
    visit.page.keyboard.press("Space")
    visit.wait()

    assert visit.count() == 3
    assert box.evaluate("node => node === document.activeElement")


def test_words_typed_into_a_filter_are_taken_by_enter(visit: Visit) -> None:
    visit.open("/?subject_words=moon")  # where words are chosen, more can be typed
    narrow = visit.page.get_by_label("Narrow the values of Subject")

    narrow.fill("zebra")
    narrow.press("Enter")
    visit.wait()

    assert "with “zebra”" in visit.page.inner_text("#chips")
    assert visit.count() == 1  # the moon or a zebra


def test_show_more_moves_the_focus_to_the_first_new_card(visit: Visit) -> None:
    visit.open()

    visit.page.get_by_role("button", name="Show more").focus()
    visit.page.keyboard.press("Enter")
    visit.wait()

    assert focused(visit) == visit.titles[24]


def test_taking_a_chip_away_leads_to_the_next_one(visit: Visit) -> None:
    visit.open("/?classification=painting&has_image=true")

    visit.page.get_by_role("button", name="Remove Classification: painting").press("Enter")
    visit.wait()

    label = visit.page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert label == "Remove Only: with a picture"


def test_taking_the_last_chip_away_leads_back_to_the_box(visit: Visit) -> None:
    visit.open("/?classification=painting")

    visit.page.get_by_role("button", name="Remove Classification: painting").press("Enter")
    visit.wait()

    assert visit.page.evaluate("document.activeElement.id") == "q"


def test_counts_are_announced_and_pictures_described(visit: Visit) -> None:
    visit.open("/?has_image=true")

    assert visit.page.get_by_role("status").inner_text().startswith("2 artworks")
    assert visit.page.get_by_role("img", name="A yellow disc on blue").count() == 1
    assert visit.page.evaluate(NAMELESS) == []


def test_details_tell_rights_credit_and_how_it_was_found(visit: Visit) -> None:
    visit.open().search("boats in a storm")

    visit.page.locator("#grid .open").first.click()
    details = visit.page.locator("#details")

    for text in ("Gift of the harbour, 1902", "1902.7", "fishing boats", "Ada Holm 1840–1901"):
        assert text in details.inner_text()
    assert "Found at rank 1" in details.inner_text()
    assert details.get_by_role("link", name="CC0 1.0").count() == 2  # of the picture, of the record
    iiif = details.get_by_role("link", name="IIIF image").get_attribute("href")
    assert iiif == "https://museum.example/iiif/stripes.png/info.json"


def test_an_artist_in_the_details_leads_to_their_works(visit: Visit) -> None:
    visit.open("/?q=hills&classification=drawing")
    visit.page.locator("#grid .open").first.click()

    visit.page.locator("#details").get_by_role("link", name="Clara Stein").click()
    visit.wait()

    assert not visit.page.locator("#details").is_visible()
    assert visit.count() == 35  # 34 studies and the print


def test_a_title_with_markup_is_shown_as_it_is_written(visit: Visit) -> None:
    dialogs: list[str] = []
    visit.page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    visit.open("/?classification=print&artist=gallery:clara")

    shown = visit.titles
    visit.page.locator("#grid .open").first.click()

    assert shown == [MARKUP]
    assert visit.page.inner_text("#details h2") == MARKUP
    assert visit.page.locator("img[src=x]").count() == 0
    assert dialogs == []


def test_an_address_that_would_run_is_not_a_link(visit: Visit) -> None:
    visit.open("/?classification=print&artist=gallery:clara")

    visit.page.locator("#grid .open").first.click()

    assert "javascript:alert(3)" in visit.page.inner_text("#details")  # said, not linked
    assert visit.page.locator("a[href^=javascript]").count() == 0


def test_an_artwork_without_a_picture_is_set_in_type(visit: Visit) -> None:
    visit.open("/?classification=vessel")

    plate = visit.page.locator("#grid .typeset")

    assert plate.inner_text().split() == ["VESSEL", "Bowl", "with", "Handles", "563", "BC"]
    assert visit.page.locator("#grid img").count() == 0


@pytest.mark.parametrize("path", ["/", "/?q=boats", "/?classification=vessel&has_image=true"])
def test_a_phone_scrolls_in_one_direction_only(visit: Visit, path: str) -> None:
    visit.page.set_viewport_size({"width": 360, "height": 740})
    visit.open(path)

    visit.page.get_by_role("button", name="Filters").click()

    assert visit.page.locator("#from").is_visible()
    assert visit.page.evaluate("document.documentElement.scrollWidth") == 360


def test_details_fit_a_phone(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 360, "height": 740})
    visit.open("/?has_image=true")

    visit.page.locator("#grid .open").first.click()

    assert visit.page.evaluate("document.querySelector('#details').scrollWidth") <= 360
    assert visit.page.get_by_role("button", name="Close").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(visit: Visit, scheme: str) -> None:
    visit.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    visit.open("/?q=boats&classification=painting")

    on_the_page = visit.page.evaluate(CONTRAST)
    visit.page.locator("#grid .open").first.click()
    in_the_details = visit.page.evaluate(CONTRAST)

    assert (on_the_page, in_the_details) == ([], [])


def test_nothing_moves_for_who_does_not_want_it(visit: Visit) -> None:
    visit.page.emulate_media(reduced_motion="reduce")
    visit.open()

    visit.page.locator("#grid .open").first.click()

    assert visit.page.evaluate("document.getAnimations().length") == 0
