"""The manifest of a snapshot: what it holds, how it was made, and every file's checksum."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from core.atomic_files import sync
from core.errors import DamagedError
from core.types import Json
from index.files.arrays import load_json

MANIFEST = "manifest.json"
SCHEMA = 3  # of the files of a snapshot; raise it with any change of their layout or meaning
_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
_TIME = "%Y%m%dT%H%M%SZ"
_PACKAGES = ("vasari", "numpy", "PyStemmer", "numkong", "faiss-cpu", "faiss-gpu")


def is_id(text: str) -> bool:
    """Tell whether a text can be the id of a snapshot, and so the name of its folder."""
    return _ID.fullmatch(text) is not None


def built_at(id: str) -> datetime:
    """Read the time of a build from its id."""
    return datetime.strptime(id.partition("-")[0], _TIME).replace(tzinfo=UTC)


def write_manifest(folder: Path, artworks: int, spaces: Mapping[str, Json]) -> str:
    """Describe a folder whose other files are complete, sync all of it, and return its id."""
    now = datetime.now(UTC)
    manifest = {
        "schema": SCHEMA,
        "built_at": now.isoformat(),
        "counts": {
            "artworks": artworks,
            "vectors": sum(card["vectors"] for card in spaces.values()),
        },
        "spaces": dict(spaces),
        "versions": {name: found for name in _PACKAGES if (found := _version(name))},
        "files": {name: _entry(folder / name) for name in file_names(folder)},
    }
    data = json.dumps(manifest, indent=1, ensure_ascii=False).encode()
    (folder / MANIFEST).write_bytes(data)
    for path in (*folder.rglob("*"), folder):  # files, and the folders that name them
        sync(path)
    return f"{now.strftime(_TIME)}-{_short_hash(data)}"


def load_manifest(folder: Path) -> Json:
    """Load and check a manifest.

    Raises:
        DamagedError: it is missing, changed, or of another version.
    """
    path = folder / MANIFEST
    manifest: Json = load_json(path)
    schema = manifest.get("schema") if isinstance(manifest, dict) else None
    if schema != SCHEMA:
        raise DamagedError(
            f"{path} is of another version of Vasari (schema {schema}, not {SCHEMA}): "
            "run `vasari index build`"
        )
    # A folder that is still being built has no id yet.
    if is_id(folder.name) and not is_manifest_of(folder.name, path.read_bytes()):
        raise DamagedError(f"{path} has changed: its SHA-256 is not the one in the folder's name")
    return manifest


def is_manifest_of(id: str, data: bytes) -> bool:
    """Tell whether a snapshot is named by the hash of this manifest."""
    return id.endswith(f"-{_short_hash(data)}")


def size_faults(folder: Path, manifest: Json) -> list[str]:
    """Name the files that are missing or not as long as they were."""
    faults = []
    for name, entry in manifest["files"].items():
        try:
            size = (folder / name).stat().st_size
        except FileNotFoundError:
            faults.append(f"{name} is missing")
            continue
        if size != entry["size"]:
            faults.append(f"{name} has {size} bytes, not {entry['size']}")
    return faults


def content_faults(folder: Path, manifest: Json, advance: Callable[[int], None]) -> list[str]:
    """Name the files that are not what they were, and those without an entry.

    `advance` is told the bytes of each file that was read.
    """
    faults = size_faults(folder, manifest)
    for name, entry in manifest["files"].items():
        path = folder / name
        if path.is_file() and path.stat().st_size == entry["size"]:
            if file_hash(path) != entry["sha256"]:
                faults.append(f"{name} has changed: its SHA-256 is not the one in the manifest")
            advance(entry["size"])
    faults += [f"{name} is not in the manifest" for name in unknown_names(folder, manifest)]
    return faults


def unknown_names(folder: Path, manifest: Json) -> list[str]:
    """List the files of a folder that its manifest does not know."""
    return [name for name in file_names(folder) if name not in manifest["files"]]


def file_names(folder: Path) -> list[str]:
    """List all files below a folder but the manifest, relative to it."""
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(name for name in names if name != MANIFEST and not name.startswith("."))


def file_hash(path: Path) -> str:
    """Compute the SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def size_bytes(manifest: Json) -> int:
    """Add up the files of a snapshot."""
    return sum(entry["size"] for entry in manifest["files"].values())


def _entry(path: Path) -> Json:
    return {"size": path.stat().st_size, "sha256": file_hash(path)}


def _short_hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:8]


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
