"""The ledger of pictures, in both databases: what is wanted, what is due, and who gets a copy."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from core.errors import NotFoundError
from core.fetching import DueRule, FetchScope, FetchState, HostDue, PictureFetch, Planned
from core.rights import RightsPolicy
from core.types import Artwork, Image, Rights, RightsStatus
from db.catalogue import SqlArtworkStore
from db.picture_fetches import SqlPictureLedger

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
OPEN = Rights(RightsStatus.OPEN, "https://creativecommons.org/publicdomain/zero/1.0/", "openaccess")
RULE = DueRule(NOW)
SITE = "https://museum.test"


def image(name: str, rights: Rights = OPEN, **about: object) -> Image:
    return Image(url=f"{SITE}/{name}.jpg", rights=rights, **about)  # type: ignore[arg-type]  # fields that a test names


def work(id: str, *images: Image) -> Artwork:
    return Artwork(id, title="Sea", images=images)


@pytest.fixture
def catalogue(database: Engine) -> SqlArtworkStore:
    return SqlArtworkStore(database)


@pytest.fixture
def ledger(database: Engine) -> SqlPictureLedger:
    return SqlPictureLedger(database)


def all_due(ledger: SqlPictureLedger, rule: DueRule = RULE) -> list[PictureFetch]:
    return [
        line
        for host in ledger.hosts(rule)
        for line in ledger.due(host.host, rule, after=0, limit=100)
    ]


def names(lines: list[PictureFetch]) -> list[str]:
    return [line.address.removeprefix(f"{SITE}/").removesuffix(".jpg") for line in lines]


def stored(line: PictureFetch, content: str = "c" * 64) -> PictureFetch:
    return replace(line, state=FetchState.STORED, content_hash=content, fetched_at=NOW)


def test_the_primary_images_with_evidence_of_open_rights_are_wanted(
    catalogue: SqlArtworkStore, ledger: SqlPictureLedger
) -> None:
    unknown, without_field = Rights(), Rights(RightsStatus.OPEN, "CC0")
    catalogue.upsert(
        [
            work("nga:1", image("a"), image("second")),
            work("nga:2", image("b", unknown)),
            work("nga:3", image("c", without_field)),
            work("nga:4", image("d", content_hash="f" * 64)),
            work("nga:5", Image(rights=OPEN)),
            work("nga:6"),
        ]
    )

    assert ledger.plan(FetchScope()) == Planned(wanted=1, withheld=2)
    assert names(all_due(ledger)) == ["a"]


def test_all_images_of_any_rights_are_wanted_where_that_is_asked_for(
    catalogue: SqlArtworkStore, ledger: SqlPictureLedger
) -> None:
    catalogue.upsert([work("nga:1", image("a"), image("b")), work("nga:2", image("c", Rights()))])

    planned = ledger.plan(FetchScope(rights=RightsPolicy.PERMISSIVE, all_images=True))

    assert planned == Planned(wanted=3, withheld=0)


def test_a_source_alone_is_wanted_and_the_others_wait_for_their_run(
    catalogue: SqlArtworkStore, ledger: SqlPictureLedger
) -> None:
    catalogue.upsert([work("nga:1", image("a")), work("tate:1", image("b"))])
    ledger.plan(FetchScope())

    ledger.plan(FetchScope(source="tate"))

    assert names(all_due(ledger)) == ["b"]
    assert ledger.counts() == {FetchState.WAITING: 2}


def test_a_picture_of_two_artworks_is_one_line_and_both_get_its_copy(
    catalogue: SqlArtworkStore, ledger: SqlPictureLedger
) -> None:
    catalogue.upsert([work("nga:1", image("a")), work("nga:2", image("a"))])
    ledger.plan(FetchScope())
    [line] = all_due(ledger)

    ledger.save(stored(line))

    assert ledger.fill([line.address]) == 2
    assert {a.images[0].content_hash for a in catalogue.scan()} == {"c" * 64}
    assert ledger.fill() == 0


def test_a_iiif_picture_is_asked_for_within_what_its_museum_allows(
    catalogue: SqlArtworkStore, ledger: SqlPictureLedger
) -> None:
    iiif = image("a", iiif_url=f"{SITE}/iiif/1", width=4000, height=3000)
    catalogue.upsert(
        [
            work("nga:1", iiif),
            work("nga:2", replace(iiif, iiif_url=f"{SITE}/iiif/2", max_pixels=640)),
            work("nga:3", replace(iiif, iiif_url=f"{SITE}/iiif/3", width=300, height=200)),
        ]
    )

    ledger.plan(FetchScope(longest=1024))

    assert [(line.is_iiif, line.longest) for line in all_due(ledger)] == [
        (True, 1024), (True, 640), (True, 300),
    ]  # fmt: skip


def test_planning_again_forgets_nothing_and_a_larger_size_is_due_again(
    catalogue: SqlArtworkStore, ledger: SqlPictureLedger
) -> None:
    catalogue.upsert([work("nga:1", image("a")), work("nga:2", Image(iiif_url=SITE, rights=OPEN))])
    ledger.plan(FetchScope(longest=512))
    for line in all_due(ledger):
        ledger.save(stored(line))
    ledger.fill()

    assert ledger.plan(FetchScope(longest=512)).wanted == 2
    assert all_due(ledger) == []
    ledger.plan(FetchScope(longest=1024))
    assert [line.address for line in all_due(ledger)] == [SITE]


def test_an_artwork_that_changed_keeps_the_copy_of_an_address_that_did_not(
    catalogue: SqlArtworkStore, ledger: SqlPictureLedger
) -> None:
    catalogue.upsert([work("nga:1", image("a"))])
    ledger.plan(FetchScope())
    ledger.save(stored(all_due(ledger)[0]))
    ledger.fill()

    unchanged = catalogue.upsert([work("nga:1", image("a"))]).unchanged
    catalogue.upsert([replace(work("nga:1", image("a")), title="Sky")])
    kept = catalogue.get("nga:1").images[0].content_hash
    catalogue.upsert([work("nga:1", image("other"))])

    assert (unchanged, kept) == (1, "c" * 64)
    assert catalogue.get("nga:1").images[0].content_hash is None


def test_a_copy_that_changed_takes_the_place_of_the_one_before(
    catalogue: SqlArtworkStore, ledger: SqlPictureLedger
) -> None:
    catalogue.upsert([work("nga:1", image("a"))])
    ledger.plan(FetchScope())
    [line] = all_due(ledger)
    ledger.save(stored(line, "a" * 64))
    ledger.fill()

    ledger.save(replace(stored(line, "b" * 64), replaced_hash="a" * 64))

    assert ledger.fill() == 1
    assert catalogue.get("nga:1").images[0].content_hash == "b" * 64


def test_what_failed_is_due_when_its_time_comes_or_when_it_is_asked_for(
    catalogue: SqlArtworkStore, ledger: SqlPictureLedger
) -> None:
    catalogue.upsert([work("nga:1", image("a")), work("nga:2", image("b"))])
    ledger.plan(FetchScope())
    a, b = all_due(ledger)
    ledger.save(replace(a, state=FetchState.DEAD, next_try_at=NOW + timedelta(days=1)))
    ledger.save(replace(b, state=FetchState.REFUSED, next_try_at=NOW + timedelta(days=2)))

    assert all_due(ledger) == []
    assert names(all_due(ledger, DueRule(NOW + timedelta(days=1)))) == ["a"]
    assert names(all_due(ledger, DueRule(NOW, dead_too=True))) == ["a", "b"]
    assert names(ledger.listed(FetchState.DEAD)) == ["a"]
    assert ledger.listed(FetchState.DEAD, after=a.key) == []


def test_a_copy_is_asked_about_again_when_it_is_old_enough(
    catalogue: SqlArtworkStore, ledger: SqlPictureLedger
) -> None:
    catalogue.upsert([work("nga:1", image("a"))])
    ledger.plan(FetchScope())
    ledger.save(stored(all_due(ledger)[0]))
    ledger.fill()
    ledger.plan(FetchScope())

    assert all_due(ledger, DueRule(NOW, stale_before=NOW)) == []
    assert names(all_due(ledger, DueRule(NOW, stale_before=NOW + timedelta(seconds=1)))) == ["a"]


def test_a_host_rests_as_long_as_one_of_its_pictures_was_told(
    catalogue: SqlArtworkStore, ledger: SqlPictureLedger
) -> None:
    catalogue.upsert([work("nga:1", image("a")), work("nga:2", image("b"))])
    ledger.plan(FetchScope())
    until = NOW + timedelta(hours=1)
    ledger.save(replace(all_due(ledger)[0], next_try_at=until))

    assert ledger.hosts(RULE) == [HostDue("museum.test", 2, until)]


def test_a_line_that_is_not_there_cannot_be_saved(ledger: SqlPictureLedger) -> None:
    with pytest.raises(NotFoundError):
        ledger.save(PictureFetch(7, SITE, False, "museum.test", 100))
