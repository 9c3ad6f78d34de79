"""Whole dumps with every fault that real ones have: each row is accounted for."""

from collections import Counter
from pathlib import Path

import pytest

from core.progress import SilentProgress
from core.records import Note
from ingest.download import Downloader
from ingest.sources.nga import NgaSource
from ingest.sources.nga_download import download_dump
from tests.file_server import Step, serving_files
from tests.nga_generator import Generator
from tests.requirements import require

OBJECTS = 2005  # the faults of a dump come at every thousandth object


def rules_of(source: NgaSource) -> tuple[Counter[str], list[str]]:
    """Read a dump: how often each rule was used, and the ids that came."""
    rules: Counter[str] = Counter()
    ids = []
    for item in source.read():
        ids += [item.artwork.id] if item.artwork else []
        notes = [note for note in (item.reason, *item.notes) if isinstance(note, Note)]
        rules.update(note.rule for note in notes)
    return rules, ids


@pytest.mark.parametrize("is_2026", [True, False])
@pytest.mark.parametrize("seed", [1, 2])
def test_every_fault_is_found_and_nothing_else(tmp_path: Path, seed: int, is_2026: bool) -> None:
    generator = Generator(seed=seed, is_2026=is_2026, from_slice=False)
    expected = generator.write(tmp_path, OBJECTS)

    rules, ids = rules_of(NgaSource(tmp_path))

    twice = expected.rules.pop("duplicate")
    assert rules == expected.rules + Counter({} if is_2026 else {"no-uuid": 1})
    assert len(ids) == expected.artworks + twice
    assert len(set(ids)) == expected.artworks


def test_a_dump_is_the_same_every_time(tmp_path: Path) -> None:
    for name in "ab":
        Generator(seed=7, from_slice=False).write(tmp_path / name, 120)

    first, second = (NgaSource(tmp_path / name) for name in "ab")

    assert first.fingerprint() == second.fingerprint()


def test_works_of_the_museum_are_read_as_well(tmp_path: Path) -> None:
    require("data")
    expected = Generator(seed=3).write(tmp_path, 300)

    rules, ids = rules_of(NgaSource(tmp_path))

    assert len(set(ids)) == expected.artworks
    assert rules["life-dates"] == expected.rules["life-dates"]


def test_a_dump_is_downloaded_and_then_only_what_changed(tmp_path: Path) -> None:
    published, kept = tmp_path / "published", tmp_path / "kept"
    Generator(seed=1, from_slice=False).write(published, 40)
    with serving_files() as server, Downloader(kept, SilentProgress(), sleep=_no_wait) as web:
        server.files = {f"/{p.name}": p.read_bytes() for p in published.iterdir()}
        server.steps.extend([Step(), Step(cut_at=500)])

        download_dump(server.url, kept, web)
        server.files["/objects_terms.csv"] += b"\r\n"
        again = download_dump(server.url + "/", kept, web)

    assert [one.path.name for one in again if one.is_new] == ["objects_terms.csv"]
    assert rules_of(NgaSource(kept)) == rules_of(NgaSource(published))


def test_a_manifest_of_checksums_is_believed(tmp_path: Path) -> None:
    Generator(seed=1, from_slice=False).write(tmp_path / "a", 5)
    with (
        serving_files() as server,
        Downloader(tmp_path / "b", SilentProgress(), sleep=_no_wait) as web,
    ):
        server.files = {f"/{p.name}": p.read_bytes() for p in (tmp_path / "a").iterdir()}
        server.files["/SHA256SUMS"] = f"{'0' * 64} *objects.csv\n".encode()

        with pytest.raises(Exception, match="was promised"):
            download_dump(server.url, tmp_path / "b", web)


def _no_wait(_: float) -> None:
    """Go on at once."""
