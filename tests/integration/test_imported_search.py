"""Vectors that others publish are searched in a space of their own, beside ours."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.progress import SilentProgress
from core.queries import Aspect, Query, SearchPage
from core.spaces import Space
from core.types import SpaceField
from search.build import Services
from search.health import check_spaces
from tests.api_service import LILIES, ODD_ID
from tests.exchanging import Installations
from tests.vectors import (
    CARD,
    STUDY,
    take,
    vectors_of,
    write_file,
    write_foreign,
)

QUIET = SilentProgress()


@pytest.fixture
def services(installations: Installations, tmp_path: Path) -> Services:
    return installations.copy(tmp_path / "home")


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    return write_foreign(tmp_path)


def like(services: Services, id: str, **options: object) -> SearchPage:
    return services.engine.search(Query(like=(id,), **options))  # type: ignore[arg-type]  # its own


def skipped(page: SearchPage) -> str | None:
    return next(stage.skipped for stage in page.stages if stage.name == "like_imported")


def test_foreign_vectors_become_a_space_that_more_like_this_searches(
    services: Services, foreign: Path
) -> None:
    report = take(services, foreign)
    services.publisher.build(QUIET)

    page = like(services, LILIES)

    assert (report.is_own, report.written, report.present) == (False, 3, 0)
    (plan,) = [plan for plan in page.plan if plan.leg == "like_imported"]
    assert plan.space == "dinov2@1/picture"
    ranks = {
        h.artwork["id"]: leg.rank
        for h in page.hits
        for leg in h.legs
        if leg.name == "like_imported"
    }
    assert ranks == {STUDY: 1, ODD_ID: 2}


def test_a_text_query_says_that_nothing_encodes_it_for_the_imported_space(
    services: Services, foreign: Path
) -> None:
    take(services, foreign)
    services.publisher.build(QUIET)

    page = services.engine.search(Query(text="boats"))

    assert skipped(page) == (
        "no artwork was referred to, and nothing here encodes queries for dino (dinov2@1/picture)"
    )


@pytest.mark.parametrize(
    ("id", "options", "said"),
    [
        ("t:after", {}, "the artwork has no imported vector"),
        (LILIES, {"aspects": (Aspect.ARTIST,)}, "likeness in what the imported vectors tell was"),
        (LILIES, {"weights": {"like_imported": 0.0}}, "its weight is 0"),
    ],
)
def test_the_imported_leg_says_why_it_does_not_run(
    services: Services, foreign: Path, id: str, options: dict[str, object], said: str
) -> None:
    take(services, foreign)
    services.publisher.build(QUIET)

    page = like(services, id, **options)

    assert (skipped(page) or "").startswith(said)


def test_several_imports_of_one_search_are_fused_by_rank(
    services: Services, foreign: Path, tmp_path: Path
) -> None:
    take(services, foreign)
    other = Space(SpaceField.CATALOGUE, replace(CARD, name="bge"))
    vectors = vectors_of((1, 0, 0, 0), (0.6, 0.8, 0, 0), (0.9, 0.1, 0, 0))
    ids = [LILIES, STUDY, ODD_ID]
    take(services, write_file(tmp_path / "bge.parquet", ids, vectors, space=other))
    services.publisher.build(QUIET)

    page = like(services, LILIES)

    (plan,) = [plan for plan in page.plan if plan.leg == "like_imported"]
    assert plan.space == "bge@1/catalogue, dinov2@1/picture"
    scores = {leg.score for h in page.hits for leg in h.legs if leg.name == "like_imported"}
    # Each is second in one space and third in the other, behind the lilies themselves.
    assert scores == {float(np.float32(1 / 22 + 1 / 23))}


def test_our_own_search_is_as_it_was_beside_an_imported_space(
    services: Services, foreign: Path
) -> None:
    before = services.engine.search(Query(text="boats in a storm"))
    take(services, foreign)
    services.publisher.build(QUIET)

    after = services.engine.search(Query(text="boats in a storm"))

    assert [(h.artwork["id"], h.score) for h in after.hits] == [
        (h.artwork["id"], h.score) for h in before.hits
    ]
    assert [check.ok for check in check_spaces(services.snapshots, services.encoders)] == [True] * 2
