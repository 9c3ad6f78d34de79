"""Settings of sharing that do not fit together are told in words."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from core.errors import ConfigurationError
from core.settings import load_settings
from search.build import build_snapshots


@pytest.mark.parametrize("command", ["push", "pull"])
def test_without_a_place_to_share_by_nothing_is_pushed_or_pulled(
    tmp_path: Path, command: str
) -> None:
    variables = {"VASARI_HOME": str(tmp_path), "VASARI_SNAPSHOTS_URL": ""}

    ended = CliRunner(env=variables).invoke(app, ["index", command])

    assert "VASARI_SNAPSHOTS_URL is not set" in str(ended.exception)


def test_a_replica_of_nothing_is_refused_and_so_is_one_beside_qdrant(tmp_path: Path) -> None:
    alone = {"VASARI_HOME": str(tmp_path), "VASARI_ROLE": "replica"}
    shared = {**alone, "VASARI_SNAPSHOTS_URL": "s3://museum/x"}

    with pytest.raises(ConfigurationError, match="VASARI_SNAPSHOTS_URL is not set"):
        build_snapshots(load_settings(alone))
    with pytest.raises(ConfigurationError, match="set one of the two"):
        build_snapshots(load_settings({**shared, "VASARI_QDRANT_URL": "http://q:6333"}))
    with pytest.raises(ConfigurationError, match="must be `s3://bucket/prefix`"):
        build_snapshots(load_settings({**shared, "VASARI_SNAPSHOTS_URL": "/mnt/x"}))
