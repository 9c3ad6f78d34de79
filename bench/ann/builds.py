"""Builds: made once by a process of their own, kept by a hash of what decides them."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.ann.dataset import Dataset
from bench.ann.places import CACHE, ROOT, content_key
from bench.contenders.base import Contender
from bench.contenders.registry import CONTENDERS
from bench.record import Figure
from core.errors import VasariError
from core.locks import locked

BUILT = "built.json"  # written last: a folder that has it is whole
FILES = "files"
Figures = dict[str, Figure]


class BuildFailedError(VasariError):
    """A contender could not be built."""


@dataclass(frozen=True)
class Build:
    """Where a contender keeps its files for a data set."""

    data: Dataset
    name: str
    key: str

    @property
    def folder(self) -> Path:
        """Folder of the build."""
        files = CONTENDERS[self.name].traits.files_of or self.name
        return CACHE / "builds" / f"{self.data.name}-{files}-{self.key}"

    @property
    def is_there(self) -> bool:
        """Tell whether it has been built."""
        return (self.folder / BUILT).exists()

    def contender(self) -> Contender:
        """Make the contender over its files."""
        return CONTENDERS[self.name](self.data, self.folder / FILES)

    def figures(self) -> Figures:
        """Read what was measured while it was built."""
        figures: Figures = json.loads((self.folder / BUILT).read_text(encoding="utf-8"))
        return figures


def build_of(data: Dataset, name: str) -> Build:
    """Name the build of a contender for a data set."""
    identity = CONTENDERS[name](data, Path()).identity()
    return Build(data, name, content_key({"data": data.key, **identity}))


def ensure(build: Build) -> None:
    """Build in another process, unless it is built; of older ones the newest stays.

    Raises:
        BuildFailedError: the process ended without a whole build.
    """
    name = build.folder.name.removesuffix(build.key)
    build.folder.parent.mkdir(parents=True, exist_ok=True)
    with locked(build.folder.with_name(f".{name}lock")):  # another run may want the same
        if build.is_there:
            return
        _prune([path for path in build.folder.parent.glob(f"{name}*") if path != build.folder])
        shutil.rmtree(build.folder, ignore_errors=True)
        (build.folder / FILES).mkdir(parents=True)
        code = in_child("build", build)
    if code or not build.is_there:
        raise BuildFailedError(f"{build.name} could not be built for {build.data.name}")


def _prune(others: list[Path]) -> None:
    """Delete builds of other code, versions or settings, but for the newest: it may be in use."""
    whole = sorted((path for path in others if (path / BUILT).exists()), key=_built_at)
    for path in set(others) - set(whole[-1:]):
        shutil.rmtree(path, ignore_errors=True)


def _built_at(folder: Path) -> float:
    return (folder / BUILT).stat().st_mtime


def in_child(action: str, build: Build, *more: str) -> int:
    """Run an action of `bench.ann.child` over a build, and wait."""
    return subprocess.run(child_command(action, build, *more), cwd=ROOT, check=False).returncode  # noqa: S603 - our own command


def child_command(action: str, build: Build, *more: str) -> list[str]:
    """Write the command that runs an action over a build."""
    where = (str(build.data.folder), str(build.folder))
    return [sys.executable, "-m", "bench.ann.child", action, build.name, *where, *more]
