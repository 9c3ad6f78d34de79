"""A downloaded file on disk: the whole one, the part that is being written, and what is known."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import BinaryIO

from ingest.download_headers import strong_validator


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a file, or of a part of one."""

    url: str
    validators: Mapping[str, str] = field(default_factory=dict)
    sha256: str = ""
    size_bytes: int = 0


class LocalFile:
    """A file in its place, with `<name>.json` beside it; and `<name>.part` while it comes."""

    def __init__(self, path: Path, url: str) -> None:
        self.path = path
        self.url = url
        self._part = path.with_name(f"{path.name}.part")

    def kept(self) -> Known | None:
        """Tell what is known of the whole file, where it is there, of this address."""
        known = self._load(self.path)
        if known is None or not self.path.is_file():
            return None
        return known if known.size_bytes == self.path.stat().st_size else None

    def part_bytes(self) -> int:
        """Count the bytes of a part that can be gone on with."""
        known = self._load(self._part)
        if known is None or strong_validator(known.validators) is None or not self._part.is_file():
            return 0
        return self._part.stat().st_size

    def is_of_part(self, validators: Mapping[str, str]) -> bool:
        """Tell whether an answer is of the same version as the part; some ignore If-Range."""
        part = self._load(self._part)
        return part is not None and all(
            validators.get(name, value) == value for name, value in part.validators.items()
        )

    def request_headers(self) -> dict[str, str]:
        """Ask for the rest of a part, else for a file that is newer than ours."""
        part, kept = self._load(self._part), self.kept()
        if part is not None and (offset := self.part_bytes()):
            validator = strong_validator(part.validators) or ""
            return {"Range": f"bytes={offset}-", "If-Range": validator}
        if kept is None:
            return {}
        names = {"etag": "If-None-Match", "last_modified": "If-Modified-Since"}
        return {names[name]: value for name, value in kept.validators.items() if name in names}

    def open_part(self, offset: int, validators: Mapping[str, str]) -> BinaryIO:
        """Open the part to write behind its first bytes."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if not offset:
            self._part.unlink(missing_ok=True)
            self._save(self._part, Known(self.url, dict(validators)))
        return self._part.open("ab")

    def part_sha256(self) -> str:
        """Identify what came by content."""
        with self._part.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def keep(self, sha256: str) -> int:
        """Put the part into its place, and tell its size."""
        part = self._load(self._part) or Known(self.url)
        with self._part.open("rb") as file:
            os.fsync(file.fileno())
        size = self._part.stat().st_size
        # Until the new one is written, what is known must not speak of the file of before.
        _known_path(self.path).unlink(missing_ok=True)
        self._part.replace(self.path)
        self._save(self.path, Known(self.url, part.validators, sha256, size))
        _known_path(self._part).unlink(missing_ok=True)
        return size

    def drop_part(self) -> None:
        """Forget a part."""
        self._part.unlink(missing_ok=True)
        _known_path(self._part).unlink(missing_ok=True)

    def remove(self) -> None:
        """Forget the file: its server no longer has it."""
        self.drop_part()
        self.path.unlink(missing_ok=True)
        _known_path(self.path).unlink(missing_ok=True)

    def _load(self, path: Path) -> Known | None:
        try:
            known = Known(**json.loads(_known_path(path).read_bytes()))
        except (OSError, ValueError, TypeError):  # none, or cut short: then nothing is known
            return None
        return known if known.url == self.url else None

    def _save(self, path: Path, known: Known) -> None:
        target = _known_path(path)
        beside = target.with_name(f"{target.name}.new")
        beside.write_text(json.dumps(asdict(known), indent=1))
        beside.replace(target)


def _known_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")
