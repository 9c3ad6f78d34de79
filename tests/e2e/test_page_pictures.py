"""The page when it is asked with a picture: chosen, dropped, pasted, taken away."""

from tests.e2e.conftest import Visit
from tests.e2e.gallery import disc, stripes

TO_PAGE = """([bytes, kind]) => {
  const file = new File([new Uint8Array(bytes)], "disc.png", {type: "image/png"});
  const data = new DataTransfer();
  data.items.add(file);
  const event = kind === "drop"
    ? new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true})
    : new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
  document.body.dispatchEvent(event);
}"""


def choose_file(visit: Visit, data: bytes, name: str = "mine.png") -> None:
    visit.page.set_input_files("#file", {"name": name, "mimeType": "image/png", "buffer": data})
    visit.wait()


def test_a_picture_finds_itself(visit: Visit) -> None:
    visit.open()

    choose_file(visit, disc())

    assert visit.titles[0] == "The Moon over the Lake"
    assert "mine.png" in visit.page.inner_text("#chips")
    assert visit.page.locator("#chips img").is_visible()


def test_the_end_of_the_ranked_artworks_is_told(visit: Visit) -> None:
    visit.open()

    choose_file(visit, disc())

    more = visit.page.get_by_role("button", name="Show more")
    while more.count():
        more.click()
        visit.wait()
    assert "These are the best" in visit.page.inner_text("#more")


def test_a_large_picture_is_shrunk_before_it_travels(visit: Visit) -> None:
    from PIL import Image

    from tests.pictures import encoded

    noise = Image.effect_noise((2000, 1500), 80)
    visit.open()

    with visit.page.expect_request("**/v1/search") as sent:
        choose_file(visit, encoded(noise))

    assert len(sent.value.post_data or "") < 1_500_000  # the file has some 3 MB


def test_a_picture_dropped_or_pasted_anywhere_is_searched_with(visit: Visit) -> None:
    for kind in ("drop", "paste"):
        visit.open()

        visit.page.evaluate(TO_PAGE, [list(disc()), kind])
        visit.page.wait_for_selector("#chips .picture")
        visit.wait()

        assert visit.titles[0] == "The Moon over the Lake"


def test_a_picture_taken_away_is_asked_no_more_and_back_brings_it_again(visit: Visit) -> None:
    visit.open()
    choose_file(visit, stripes())

    visit.page.get_by_role("button", name="Remove the picture").click()
    visit.wait()
    without = visit.page.locator("#chips .picture").count()
    visit.page.go_back()
    visit.wait()

    assert without == 0
    assert visit.page.locator("#chips .picture").count() == 1
    assert visit.titles[0] == "Boats in a Storm"
