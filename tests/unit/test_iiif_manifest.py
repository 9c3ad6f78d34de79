import pytest

from core.types import Artwork, Image, Json, Rights, RightsStatus
from ingest.artwork_builder import ArtworkBuilder
from ingest.iiif.manifest_row import MOST_PICTURES, manifest_id, manifest_row
from ingest.iiif.spoken import Said, in_language, plain, spoken
from ingest.mapping_file import load_mapping
from ingest.values import RowError
from tests.manifests import manifest2, manifest3, pairs

ADDRESS = "https://museum.example/iiif/7/manifest"
BY = "https://creativecommons.org/licenses/by/4.0/"


def artwork(manifest: Json, *languages: str) -> Artwork:
    built, notes = ArtworkBuilder(load_mapping("iiif"), {}).build(
        manifest_row(manifest, languages or ("en",))
    )
    assert notes == ()
    return built


def test_a_manifest_of_version_3_is_an_artwork() -> None:
    told = pairs(
        {
            "Artist": "Anna Maker (Dutch, 1632-1675)",
            "Date": "c. 1660",
            "Medium": "oil on canvas",
            "Accession Number": "1911.3",
            "Keywords": ["sea", "ship"],
        }
    )
    required = {"label": {"en": ["Credit"]}, "value": {"en": ["<b>Gift</b> of a friend"]}}

    found = artwork(
        manifest3(
            ADDRESS,
            metadata=told,
            rights=BY,
            requiredStatement=required,
            homepage=[{"id": "https://museum.example/7", "type": "Text"}],
        )
    )

    assert (found.id, found.title) == ("iiif:museum.example/iiif/7", "Sea")
    assert (found.begin, found.end, found.medium) == (1660, 1660, "oil on canvas")
    assert (found.accession_number, found.credit_line) == ("1911.3", "Gift of a friend")
    assert (found.subjects, found.url) == (("sea", "ship"), "https://museum.example/7")
    (link,) = found.contributions
    assert (link.artist.name, link.artist.nationality) == ("Anna Maker", "Dutch")
    assert (link.artist.begin, link.artist.end) == (1632, 1675)
    assert found.images == (
        Image(
            url=f"{ADDRESS}/full.jpg",
            iiif_url=f"{ADDRESS}/image",
            rights=Rights(RightsStatus.OPEN, BY, "rights", BY),
        ),
    )
    assert found.extra == (("manifest", ADDRESS),)


def test_a_manifest_of_version_2_is_the_same_artwork() -> None:
    told = [
        {"label": "Maker", "value": "Anna Maker"},
        {"label": [{"@value": "Date", "@language": "en"}], "value": "1660"},
    ]

    found = artwork(
        manifest2(
            ADDRESS,
            metadata=told,
            license=BY,
            attribution="The museum",
            related="http://m.example/7",
        )
    )

    assert (found.title, found.begin, found.credit_line) == ("Sea", 1660, "The museum")
    assert found.contributions[0].artist.name == "Anna Maker"
    assert found.images[0].iiif_url == f"{ADDRESS}/image"
    assert found.images[0].rights.statement == BY
    assert found.url == "http://m.example/7"


def test_the_second_language_is_another_title() -> None:
    label = {"en": ["Harbour"], "zh-Hant": ["海港"]}

    english, chinese = (
        artwork(manifest3(ADDRESS, label=label)),
        artwork(manifest3(ADDRESS, label=label), "zh", "en"),
    )

    assert (english.title, english.other_titles) == ("Harbour", ("海港",))
    assert (chinese.title, chinese.other_titles) == ("海港", ("Harbour",))


def test_whom_a_work_is_after_did_not_make_it() -> None:
    found = artwork(manifest3(ADDRESS, metadata=pairs({"Artist": "After Rembrandt (1606–1669)"})))

    (link,) = found.contributions
    assert (link.role, link.artist.name, link.artist.begin) == ("after", "Rembrandt", 1606)


def test_a_label_in_any_language_names_a_field() -> None:
    pair = {"label": {"de": ["Technik"], "en": ["Medium"]}, "value": {"none": ["Öl"]}}

    assert artwork(manifest3(ADDRESS, metadata=[pair])).medium == "Öl"


def test_a_rights_statement_nobody_knows_says_nothing() -> None:
    found = artwork(manifest3(ADDRESS, rights="https://museum.example/terms"))

    assert found.images[0].rights == Rights(
        RightsStatus.UNKNOWN, None, "rights", "https://museum.example/terms"
    )
    assert found.data_rights == Rights()


def test_of_a_choice_the_first_picture_counts() -> None:
    items = [{"id": f"https://m.example/{n}.jpg", "type": "Image"} for n in (1, 2)]
    body = {"type": "Choice", "items": items}
    manifest = manifest3(ADDRESS)
    manifest["items"][0]["items"][0]["items"][0]["body"] = body

    assert [image.url for image in artwork(manifest).images] == ["https://m.example/1.jpg"]


def test_a_manifest_without_pictures_may_have_a_thumbnail() -> None:
    found = artwork(manifest3(ADDRESS, items=[], thumbnail=[{"id": "https://m.example/t.jpg"}]))

    assert [image.thumbnail_url for image in found.images] == ["https://m.example/t.jpg"]


def test_the_pages_of_a_book_are_not_all_taken() -> None:
    manifest = manifest3(ADDRESS)
    manifest["items"] = manifest["items"] * 100

    assert len(artwork(manifest).images) == MOST_PICTURES


@pytest.mark.parametrize(
    ("document", "rule"),
    [
        ({"id": ADDRESS, "type": "Collection"}, "not-a-manifest"),
        ({"type": "Manifest", "label": "x"}, "no-id"),
        ({"id": ADDRESS, "type": ["?"], "items": 3}, "not-a-manifest"),
    ],
)
def test_what_is_no_manifest_is_set_aside(document: Json, rule: str) -> None:
    with pytest.raises(RowError) as caught:
        manifest_row(document, ("en",))

    assert caught.value.rule == rule


@pytest.mark.parametrize("odd", [None, 3, "x", [], [[]], {}, {"items": [None, 3]}, [{"items": 3}]])
def test_odd_values_anywhere_are_passed_over(odd: object) -> None:
    keys = ("label", "metadata", "rights", "homepage", "thumbnail", "items", "requiredStatement")
    for key in keys:
        row = manifest_row(manifest3(ADDRESS) | {key: odd}, ("en",))
        found, _ = ArtworkBuilder(load_mapping("iiif"), {}).build(row)
        assert found.id == "iiif:museum.example/iiif/7"


def test_an_id_is_the_address_without_what_all_have() -> None:
    assert manifest_id("https://m.example/a/7/manifest.json") == "m.example/a/7"
    assert manifest_id("https://m.example/a/7.json") == "m.example/a/7"
    assert len(manifest_id("https://m.example/" + "x" * 300)) == 64


def test_markup_becomes_text() -> None:
    assert plain("a &amp; <b>b</b><br/>c<script>no</script>") == "a & b\nc"
    assert plain("x < y > z") == "x < y > z"


def test_without_a_wanted_language_the_first_one_counts() -> None:
    said = spoken({"fr": ["Mer"], "it": ["Mare"]})

    assert said == [Said("Mer", "fr"), Said("Mare", "it")]
    assert in_language(said, ("en",)) == (["Mer"], ["Mare"])
    assert in_language([], ("en",)) == ([], [])
