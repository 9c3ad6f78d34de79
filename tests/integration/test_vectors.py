"""Vectors are checked, and kept whole or not at all; our own need no encoder twice."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from core.errors import InputError
from core.imported import imported_content
from core.progress import SilentProgress
from core.types import SpaceField
from exchange.vector_export import OwnVectors, export_vectors
from exchange.vector_writer import Origin
from search.build import Services
from search.publish import BuildOptions
from tests.api_service import LILIES, ODD_ID
from tests.exchanging import Installations
from tests.vectors import (
    SPACE,
    STUDY,
    take,
    unit_vectors,
    vectors_of,
    write_file,
    write_foreign,
)

QUIET = SilentProgress()


@pytest.fixture
def services(installations: Installations, tmp_path: Path) -> Services:
    return installations.copy(tmp_path / "home")


def give(services: Services, path: Path, field: SpaceField) -> int:
    vectors = OwnVectors(services.embedding.embedder(field).contents, services.embeddings)
    return export_vectors(path, vectors, services.catalogue, QUIET).rows


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    return write_foreign(tmp_path)


def test_vectors_of_our_own_encoder_spare_another_installation_the_encoding(
    services: Services, installations: Installations, tmp_path: Path
) -> None:
    rows = {f: give(services, tmp_path / f"{f}.parquet", f) for f in SpaceField}
    fresh = installations.open(tmp_path / "fresh")
    fresh.catalogue.upsert(list(services.catalogue.scan()))

    reports = [take(fresh, tmp_path / f"{f}.parquet") for f in SpaceField]
    built = fresh.publisher.build(QUIET)

    assert all(report.is_own for report in reports)
    assert [report.rows for report in reports] == list(rows.values())
    assert [space.encoded for space in built.spaces] == [0, 0]
    assert fresh.imported.all() == []


def test_vectors_of_texts_that_have_changed_are_left_out(
    services: Services, tmp_path: Path
) -> None:
    give(services, tmp_path / "v.parquet", SpaceField.CATALOGUE)
    lilies = services.catalogue.get(LILIES)
    services.catalogue.upsert([replace(lilies, title="Something else")])

    report = take(services, tmp_path / "v.parquet")

    assert (report.stale, report.written) == (1, 0)


def test_an_unknown_artwork_is_refused_by_row_unless_it_may_be_left_out(
    services: Services, tmp_path: Path
) -> None:
    path = write_file(tmp_path / "v.parquet", [LILIES, "t:nobody"], unit_vectors(2))

    with pytest.raises(InputError, match=r"row 2, column artwork_id: no artwork has the id 't:nob"):
        take(services, path)
    assert services.imported.all() == []
    assert SPACE.key not in services.embeddings.counts()

    assert take(services, path, skip_unknown=True).unknown == 1
    assert services.imported.all()[0].vectors == 1


def test_a_source_is_put_before_the_ids_of_a_file(services: Services, tmp_path: Path) -> None:
    path = write_file(tmp_path / "v.parquet", ["lilies"], unit_vectors(1))

    assert take(services, path, source="t").written == 1


def test_a_second_vector_of_one_content_is_refused_and_of_another_kept(
    services: Services, tmp_path: Path
) -> None:
    one, other = "a" * 64, "b" * 64
    path = tmp_path / "v.parquet"
    write_file(path, [LILIES] * 3, unit_vectors(3), hashes=[one, other, one])
    with pytest.raises(InputError, match="row 3, column artwork_id: 't:lilies' has this vector in"):
        take(services, path)
    write_file(path, [LILIES] * 2, vectors_of((1, 0, 0, 0), (1, 0, 0, 0)))
    with pytest.raises(InputError, match="row 2"):
        take(services, path)

    write_file(path, [LILIES] * 2, unit_vectors(2), hashes=[one, other])

    assert take(services, path).written == 2


def test_a_file_with_nothing_for_this_catalogue_is_refused(
    services: Services, tmp_path: Path
) -> None:
    path = write_file(tmp_path / "v.parquet", ["t:nobody"], unit_vectors(1))

    with pytest.raises(InputError, match="holds no vector of what the catalogue has: of 1, 1 are"):
        take(services, path, skip_unknown=True)


def test_the_same_file_again_changes_nothing_and_a_new_one_takes_the_place(
    services: Services, foreign: Path, tmp_path: Path
) -> None:
    take(services, foreign)
    again = take(services, foreign)
    assert (again.written, again.present) == (0, 3)

    newer = write_file(tmp_path / "newer.parquet", [LILIES], unit_vectors(1, seed=7))
    take(services, newer)

    assert services.embeddings.counts()[SPACE.key] == 1
    (kept,) = services.imported.all()
    assert (kept.name, kept.vectors, kept.space) == ("newer", 1, SPACE)


def test_the_same_vectors_of_other_artworks_take_the_place_too(
    services: Services, foreign: Path, tmp_path: Path
) -> None:
    take(services, foreign)
    vectors = vectors_of((1, 0, 0, 0), (0.8, 0.6, 0, 0), (-1, 0, 0, 0))

    take(services, write_file(tmp_path / "put-right.parquet", [STUDY, LILIES, ODD_ID], vectors))

    assert services.embeddings.counts()[SPACE.key] == 3
    (kept,) = services.imported.all()
    first = imported_content(kept.import_id, STUDY, 0)
    assert services.embeddings.read(SPACE, [first]).tolist() == [[1, 0, 0, 0]]


def test_an_import_that_ends_in_a_fault_is_seen_by_no_build(
    services: Services, tmp_path: Path
) -> None:
    bad = np.vstack([unit_vectors(3), np.zeros((1, 4), np.float32)])
    path = write_file(tmp_path / "v.parquet", [LILIES, STUDY, ODD_ID, "t:after"], bad)

    with pytest.raises(InputError, match="row 4, column vector"):
        take(services, path)
    services.publisher.build(QUIET)

    assert SPACE.key not in services.snapshots.current().spaces


def test_a_removed_space_is_left_out_of_the_next_build(services: Services, foreign: Path) -> None:
    take(services, foreign)
    services.publisher.build(QUIET, BuildOptions())
    assert SPACE.key in services.snapshots.current().spaces

    services.imported.remove(SPACE.key)
    services.publisher.build(QUIET)

    assert SPACE.key not in services.snapshots.current().spaces
    assert SPACE.key not in services.embeddings.counts()


def test_provenance_is_kept_with_the_space(services: Services, tmp_path: Path) -> None:
    told = Origin("CC0", "https://m.org/vectors", date(2026, 5, 27))
    path = write_file(tmp_path / "v.parquet", [LILIES], unit_vectors(1), origin=told)

    take(services, path)

    (kept,) = services.imported.all()
    assert (kept.licence, kept.source_uri, kept.created) == (
        "CC0", "https://m.org/vectors", date(2026, 5, 27),
    )  # fmt: skip
