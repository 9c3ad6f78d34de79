"""A bundle that is damaged, or made to do harm, writes nothing."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile, ZipInfo

import pytest

from core.errors import InputError
from search.build import Services
from tests.exchanging import Installations, take_bundle


@pytest.fixture
def fresh(installations: Installations, tmp_path: Path) -> Services:
    return installations.open(tmp_path / "fresh")


def changed(
    path: Path, folder: Path, *, change: Callable[[dict[str, bytes]], None], sign: bool
) -> Path:
    """Write a bundle anew with other files; signed, its manifest has their sizes and hashes."""
    with ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    if sign:
        said = json.loads(files["manifest.json"])
        said["files"] = {
            name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in files.items()
            if name != "manifest.json"
        }
        files["manifest.json"] = json.dumps(said).encode()
    made = folder / "changed.zip"
    with ZipFile(made, "w") as archive:
        for name, data in files.items():
            archive.writestr(ZipInfo(name), data)
    return made


def put(name: str, data: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        files[name] = data

    return change


def edit_manifest(**values: object) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        files["manifest.json"] = json.dumps(json.loads(files["manifest.json"]) | values).encode()

    return change


def drop_catalogue(files: dict[str, bytes]) -> None:
    del files["catalogue.jsonl"]


def twice(files: dict[str, bytes]) -> None:
    first = files["catalogue.jsonl"].partition(b"\n")[0] + b"\n"
    files["catalogue.jsonl"] = first + files["catalogue.jsonl"]


def strange_vectors(files: dict[str, bytes]) -> None:
    name = next(name for name in files if name.startswith("vectors/"))
    files[name] = files[name][:-8]


@pytest.mark.parametrize(
    ("change", "sign", "said"),
    [
        (put("../evil", b""), True, "a file that no bundle has: '../evil'"),
        (put("/etc/passwd", b""), True, "a file that no bundle has: '/etc/passwd'"),
        (put("thumbnails/aa/../../x.webp", b""), True, "a file that no bundle has"),
        (put("vectors/0000000000000000.parquet", b""), True, "say of each file of vectors"),
        (put("catalogue.jsonl", b"{}\n"), False, "catalogue.jsonl: has 3 bytes, not"),
        (put("extra.txt", b""), False, "'extra.txt' is not in its manifest"),
        (put("catalogue.jsonl", b"{\n"), True, "catalogue.jsonl, line 1: is no JSON"),
        (put("catalogue.jsonl", b'{"id": 3}\n'), True, "line 1: artwork.id: 3 is no text"),
        (twice, True, "line 2: ids do not ascend"),
        (drop_catalogue, True, "has no catalogue.jsonl"),
        (drop_catalogue, False, "catalogue.jsonl: is missing"),
        (strange_vectors, True, "cannot be read as Parquet"),
        (edit_manifest(version=2), True, "is of version 2; this Vasari reads version 1"),
        (edit_manifest(format="zip"), True, "is no bundle"),
        (edit_manifest(counts={"artworks": 51}), True, "has 50 artworks, and the manifest says 51"),
        (put("manifest.json", b"[" * 100_000), False, "manifest.json: is no JSON"),
        (put("withdrawn.json", b'{"a": 1}'), True, "withdrawn.json: is no list of artwork ids"),
        (put("judgements.jsonl", b"{}\n"), True, "judgements.jsonl"),
    ],
)
def test_a_bundle_that_is_not_what_it_should_be_writes_nothing(
    bundle: Path,
    fresh: Services,
    tmp_path: Path,
    change: Callable[[dict[str, bytes]], None],
    sign: bool,
    said: str,
) -> None:
    path = changed(bundle, tmp_path, change=change, sign=sign)

    with pytest.raises(InputError) as caught:
        take_bundle(fresh, path)

    assert said in str(caught.value)
    assert fresh.catalogue.count() == 0
    assert fresh.embeddings.counts() == {}
    assert not fresh.settings.blobs_path.exists()


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9, 0.9999])
def test_a_byte_that_was_changed_or_a_file_cut_short_is_found(
    bundle: Path, fresh: Services, tmp_path: Path, place: float
) -> None:
    data = bytearray(bundle.read_bytes())
    data[int(len(data) * place)] ^= 0xFF
    (tmp_path / "flipped.zip").write_bytes(data)
    (tmp_path / "cut.zip").write_bytes(data[: int(len(data) * place)])

    for name in ("flipped.zip", "cut.zip"):
        with pytest.raises(InputError):
            take_bundle(fresh, tmp_path / name)

    assert fresh.catalogue.count() == 0
