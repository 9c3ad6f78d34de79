"""From a dump to an answer: a whole and its parts are one hit; every name of a work finds it."""

from pathlib import Path

import pytest

from core.progress import SilentProgress
from core.queries import Hit, Leg, Query
from core.settings import load_settings
from core.understanding import Understand
from ingest.pipeline import ingest
from search.build import Services, build_services
from tests.nga_dump import dump

TITLES = {"1": "Coin of a King", "2": "Reverse: a Lion", "3": "Views of Rome", "4": "The Forum",
          "5": "The Tiber", "6": "A Quiet Sea"}  # fmt: skip
PAIRS = [("1", "2", "inseparable"), ("3", "4", "separable"), ("3", "5", "separable")]


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Services:
    folder: Path = tmp_path_factory.mktemp("nga")
    objects = [
        {
            "objectid": id,
            "title": title,
            "accessionnum": f"1950.{id}",
            "wikidataid": f"Q{id}",
            "isvirtual": str(int(id == "3")),
        }
        for id, title in TITLES.items()
    ]
    pairs = [{"parentobjectid": a, "childobjectid": b, "relationship": c} for a, b, c in PAIRS]
    past = [{"objectid": "6", "datatype": "previous_title", "forwardtext": "Storm"}]
    links = [{"objectid": id} for id in TITLES]
    source = dump(
        folder,
        objects=objects,
        links=links,
        object_associations=pairs,
        objects_historical_data=past,
    )
    services = build_services(
        load_settings({"VASARI_HOME": str(folder / "home"), "VASARI_THREADS": "1"})
    )
    ingest(
        source,
        catalogue=services.catalogue,
        blobs=services.blobs,
        runs=services.runs,
        progress=SilentProgress(),
    )
    services.publisher.build(SilentProgress())
    return services


def hits(services: Services, text: str | None, *, collapse: bool = False) -> tuple[Hit, ...]:
    query = Query(text=text, collapse=collapse, understand=Understand.OFF)
    return tuple(services.engine.search(query).hits)


def exact(services: Services, text: str) -> list[str]:
    found = (hit for hit in hits(services, text) if any(leg.name == Leg.EXACT for leg in hit.legs))
    return sorted(hit.artwork["id"] for hit in found)


@pytest.mark.parametrize("text", ["lion on a coin", None])
@pytest.mark.parametrize("collapse", [True, False])
def test_two_sides_of_a_coin_are_one_hit(
    services: Services, text: str | None, collapse: bool
) -> None:
    found = hits(services, text, collapse=collapse)

    (coin,) = [hit for hit in found if hit.artwork["id"] in ("nga:1", "nga:2")]
    assert {coin.artwork["id"], *coin.duplicates} == {"nga:1", "nga:2"}


def test_the_side_that_is_named_is_the_one_shown(services: Services) -> None:
    first = hits(services, "1950.2")[0]

    assert (first.artwork["id"], first.duplicates) == ("nga:2", ("nga:1",))


def test_a_portfolio_without_a_case_is_found_in_its_prints(services: Services) -> None:
    found = [hit.artwork["id"] for hit in hits(services, "views of rome")]

    assert "nga:3" not in found
    assert sorted(found[:2]) == ["nga:4", "nga:5"]
    assert exact(services, "1950.3") == ["nga:4", "nga:5"]


@pytest.mark.parametrize("name", ["1950.6", "Q6", "wikidata:Q6", "storm", "A Quiet Sea", "nga:6"])
def test_a_work_is_found_by_any_of_its_numbers_and_titles(services: Services, name: str) -> None:
    assert exact(services, name) == ["nga:6"]
