"""Checkpoints of torch models on this machine, by hub name or folder. Nothing is ever downloaded.

The hub's cache is read by its layout: `models--owner--name/refs/main` names a commit, and
`snapshots/<commit>/` holds its files.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from core.errors import ConfigurationError, DamagedError
from core.types import Json

CONFIG = "config.json"
WEIGHTS = "model.safetensors"
WEIGHTS_INDEX = "model.safetensors.index.json"
_TOKENIZERS = ("tokenizer.json", "spiece.model", "tokenizer.model")
_HUB_NAME = re.compile(r"(?P<repo>\w[\w.-]*/\w[\w.-]*)(?:@(?P<revision>[\w.-]+))?")
_CACHED = re.compile(r"models--(?P<owner>.+?)--(?P<name>.+)/snapshots/(?P<commit>[0-9a-f]{40})$")
_DIGITS = 12  # of a hash, as many as the built-in encoders' revisions have


@dataclass(frozen=True)
class Checkpoint:
    """A folder with a model's configuration, tokenizer and weights."""

    name: str  # as on the hub, else the folder's own
    folder: Path
    commit: str | None = None  # of the hub
    choices: str = ""  # what its name asks for, behind a question mark

    @property
    def model_type(self) -> str:
        """What kind of model it is."""
        return str(self.config.get("model_type", ""))

    @cached_property
    def config(self) -> Json:
        """Its `config.json`."""
        return self.read_json(CONFIG)

    @cached_property
    def revision(self) -> str:
        """Twelve hex digits that change with the model: of the commit, or of its very bytes."""
        return self.commit[:_DIGITS] if self.commit else self._hash(CONFIG, *self._weight_files)

    @property
    def tokenizer_hash(self) -> str:
        """Twelve hex digits that change with the vocabulary."""
        return self._hash(*(file for file in _TOKENIZERS if (self.folder / file).exists()))

    @cached_property
    def weights(self) -> tuple[Path, ...]:
        """Its files of weights, in safetensors alone.

        Raises:
            ConfigurationError: some are missing; says how to get them.
        """
        missing = [file for file in self._weight_files if not (self.folder / file).exists()]
        if not missing:
            return tuple(self.folder / file for file in self._weight_files)
        pickled = any(self.folder.glob("*.bin")) or any(self.folder.glob("*.pt"))
        why = "; pickled weights run code when they are read, and are not loaded" if pickled else ""
        raise ConfigurationError(f"{self.name} has no {missing[0]}{why}: {self._remedy}")

    def read_json(self, file: str) -> Json:
        """Read one of its JSON files. Raises ConfigurationError."""
        try:
            content = json.loads((self.folder / file).read_text())
        except FileNotFoundError as error:
            raise ConfigurationError(f"{self.name} has no {file}: {self._remedy}") from error
        except ValueError as error:
            raise DamagedError(f"{self.folder / file} is not JSON: {self._remedy}") from error
        if not isinstance(content, dict):
            raise DamagedError(f"{self.folder / file} is not a JSON object: {self._remedy}")
        return content

    @property
    def _remedy(self) -> str:
        if self.commit:
            return f"run `hf download {self.name}`"
        return f"copy the whole checkpoint into {self.folder}"

    @cached_property
    def _weight_files(self) -> tuple[str, ...]:
        if (self.folder / WEIGHTS).exists() or not (self.folder / WEIGHTS_INDEX).exists():
            return (WEIGHTS,)
        return tuple(sorted(set(self.read_json(WEIGHTS_INDEX)["weight_map"].values())))

    def _hash(self, *files: str) -> str:
        digest = hashlib.sha256()
        for file in files:
            with (self.folder / file).open("rb") as opened:
                digest.update(hashlib.file_digest(opened, "sha256").digest())
        return digest.hexdigest()[:_DIGITS]


def find_checkpoint(name: str) -> Checkpoint:
    """Find a checkpoint by a folder's path, or by `owner/name` or `owner/name@revision` on the hub.

    A question mark and what is chosen of the model may follow, where its kind has choices.

    Raises:
        ConfigurationError: it is not on this machine; says how to get it.
    """
    where, _, choices = name.partition("?")
    return replace(_find(where), choices=choices)


def hub_cache() -> Path:
    """Folder that the hub's tools keep downloads in, by their own environment variables."""
    for variable, below in (("HF_HUB_CACHE", ""), ("HF_HOME", "hub")):
        if os.environ.get(variable):
            return Path(os.environ[variable]).expanduser() / below
    home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(home).expanduser() / "huggingface" / "hub"


def _find(name: str) -> Checkpoint:
    folder = Path(name).expanduser()
    if folder.is_dir():
        return _in_folder(folder.absolute())
    hub = _HUB_NAME.fullmatch(name)
    if hub is None:
        raise ConfigurationError(
            f"there is no folder {name}: name the folder of a checkpoint, or one on the hub as "
            "owner/name"
        )
    return _in_cache(hub["repo"], hub["revision"])


def _in_folder(folder: Path) -> Checkpoint:
    cached = _CACHED.search(folder.as_posix())
    if cached:
        return Checkpoint(f"{cached['owner']}/{cached['name']}", folder, cached["commit"])
    return Checkpoint(folder.name, folder)


def _in_cache(repo: str, revision: str | None) -> Checkpoint:
    cache = hub_cache()
    cached = cache / f"models--{repo.replace('/', '--')}"
    for commit in _commits(cached, revision or "main"):
        folder = cached / "snapshots" / commit
        if (folder / CONFIG).exists():
            return Checkpoint(repo, folder, commit)
    at = f" --revision {revision}" if revision else ""
    raise ConfigurationError(
        f"{repo} is not on this machine (looked in {cache}): run `hf download {repo}{at}` while "
        "there is a network, or copy its folder here and name the path"
    )


def _commits(cached: Path, revision: str) -> Iterator[str]:
    reference = cached / "refs" / revision
    if reference.is_file():
        yield reference.read_text().strip()
    snapshots = cached / "snapshots"
    if re.fullmatch(r"[0-9a-f]{7,40}", revision) and snapshots.is_dir():
        yield from (f.name for f in snapshots.iterdir() if f.name.startswith(revision))
