from pathlib import Path

import pytest

from core.errors import ConfigurationError
from core.settings import load_settings


def test_the_defaults_keep_everything_in_one_folder() -> None:
    settings = load_settings({"VASARI_HOME": "/srv/art"})

    assert settings.catalogue_url == "sqlite:////srv/art/vasari.db"
    assert settings.blobs_path == Path("/srv/art/blobs")
    assert settings.snapshots_path == Path("/srv/art/snapshots")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VASARI_PORT", "http"),
        ("VASARI_PORT", "0"),
        ("VASARI_HOME", " "),
        ("VASARI_LOG_LEVEL", "loud"),
        ("VASARI_NAME", "x"),
    ],
)
def test_a_wrong_variable_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        load_settings({name: value})


def test_variables_of_others_are_left_alone() -> None:
    assert load_settings({"PATH": "/bin", "HOME": "/root"}).port == 8000


def test_the_key_of_model_servers_is_not_shown_with_the_settings() -> None:
    assert "sk-1" not in repr(load_settings({"VASARI_REMOTE_API_KEY": "sk-1"}))
