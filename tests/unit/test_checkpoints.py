import json
import sys
from pathlib import Path

import pytest

from core.errors import ConfigurationError, DamagedError, MissingExtraError
from models.checkpoints import CONFIG, WEIGHTS, WEIGHTS_INDEX, find_checkpoint, hub_cache
from models.options import Dtype, EncoderOptions
from models.torch_runtime import choose_runtime

REPO = "museum/seer"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def fill(folder: Path, weights: bytes = b"weights") -> Path:
    folder.mkdir(parents=True)
    (folder / CONFIG).write_text('{"model_type": "siglip"}')
    (folder / WEIGHTS).write_bytes(weights)
    return folder


@pytest.fixture
def cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A hub's cache with one checkpoint."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    repo = tmp_path / "models--museum--seer"
    (repo / "refs").mkdir(parents=True)
    (repo / "refs" / "main").write_text(COMMIT)
    return fill(repo / "snapshots" / COMMIT)


def test_a_hub_name_finds_the_commit_that_was_downloaded(cached: Path) -> None:
    found = find_checkpoint(REPO)

    assert (found.name, found.revision) == (REPO, COMMIT[:12])
    assert (found.folder, found.model_type) == (cached, "siglip")
    assert found.weights == (cached / WEIGHTS,)


def test_a_revision_is_found_by_the_beginning_of_its_commit(cached: Path) -> None:
    assert find_checkpoint(f"{REPO}@0123456").folder == cached
    with pytest.raises(ConfigurationError, match="hf download museum/seer --revision 0123457`"):
        find_checkpoint(f"{REPO}@0123457")


def test_a_folder_of_the_cache_is_known_by_its_hub_name(cached: Path) -> None:
    found = find_checkpoint(str(cached))

    assert (found.name, found.revision) == (REPO, COMMIT[:12])


def test_what_is_not_there_is_told_with_the_command_that_gets_it(cached: Path) -> None:
    with pytest.raises(ConfigurationError, match="run `hf download museum/other` while") as caught:
        find_checkpoint("museum/other")

    assert str(hub_cache()) in str(caught.value)


@pytest.mark.parametrize("name", ["./not-there", "/not/there/at/all", "a/b/c", "../x"])
def test_a_path_to_nothing_is_told(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"there is no folder {name}"):
        find_checkpoint(name)


def test_a_moved_folder_keeps_its_revision_and_a_changed_byte_does_not(tmp_path: Path) -> None:
    here, moved = fill(tmp_path / "a" / "seer"), fill(tmp_path / "b" / "seer")
    changed = fill(tmp_path / "c" / "seer", b"Weights")

    first, same, other = (find_checkpoint(str(f)) for f in (here, moved, changed))

    assert (first.name, first.revision) == (same.name, same.revision)
    assert other.revision != first.revision


def test_a_changed_configuration_is_another_revision(tmp_path: Path) -> None:
    folder = fill(tmp_path / "seer")
    before = find_checkpoint(str(folder)).revision
    (folder / CONFIG).write_text('{"model_type": "siglip", "layers": 3}')

    assert find_checkpoint(str(folder)).revision != before


def test_a_missing_shard_is_named(cached: Path) -> None:
    (cached / WEIGHTS).unlink()
    shards = {"a": "model-1.safetensors", "b": "model-2.safetensors"}
    (cached / WEIGHTS_INDEX).write_text(json.dumps({"weight_map": shards}))
    (cached / "model-1.safetensors").write_bytes(b"")

    with pytest.raises(ConfigurationError, match=r"no model-2\.safetensors: run `hf download"):
        _ = find_checkpoint(REPO).weights


def test_pickled_weights_are_not_loaded(tmp_path: Path) -> None:
    folder = fill(tmp_path / "seer")
    (folder / WEIGHTS).rename(folder / "pytorch_model.bin")

    with pytest.raises(ConfigurationError, match="pickled weights run code when they are read"):
        _ = find_checkpoint(str(folder)).weights


@pytest.mark.parametrize("content", ["{", "[]"])
def test_a_damaged_configuration_is_told(tmp_path: Path, content: str) -> None:
    folder = fill(tmp_path / "seer")
    (folder / CONFIG).write_text(content)

    with pytest.raises(DamagedError, match=r"config\.json is not"):
        _ = find_checkpoint(str(folder)).model_type


def test_without_torch_the_install_command_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)

    with pytest.raises(MissingExtraError, match=r"torch is not installed: pip install -e '\.\[mod"):
        choose_runtime(EncoderOptions(), own_dtype=Dtype.FP32)


def test_the_hubs_own_variables_say_where_its_cache_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("HF_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    assert hub_cache() == Path.home() / ".cache/huggingface/hub"

    monkeypatch.setenv("HF_HOME", "/srv/hf")
    assert hub_cache() == Path("/srv/hf/hub")

    monkeypatch.setenv("HF_HUB_CACHE", "/srv/cache")
    assert hub_cache() == Path("/srv/cache")
