"""The settings of pictures reach the store and the ingest."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from core.errors import ConfigurationError
from core.settings import load_settings
from search.build import build_blobs, build_services
from tests.pictures import encoded, left_red
from tests.s3_server import s3_credentials


def test_a_picture_is_kept_at_the_length_that_is_set(tmp_path: Path) -> None:
    home = {"VASARI_HOME": str(tmp_path / "home"), "VASARI_PICTURE_LONGEST": "50"}
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "large.png").write_bytes(encoded(left_red(200, 100)))

    done = CliRunner(env=home).invoke(app, ["ingest", "folder", str(tmp_path / "scans")])

    assert done.exit_code == 0, done.output
    (artwork,) = build_services(load_settings(home)).catalogue.scan()
    assert (artwork.images[0].width, artwork.images[0].height) == (50, 25)


def test_a_folder_has_the_public_address_that_is_set(tmp_path: Path) -> None:
    home = {"VASARI_HOME": str(tmp_path), "VASARI_BLOBS_PUBLIC_URL": "https://pictures.example/"}

    assert build_blobs(load_settings(home)).address("a/b") == "https://pictures.example/a/b"


@pytest.mark.parametrize(
    ("style", "begins"),
    [("auto", "http://store.test/museum/p/k?"), ("virtual", "http://museum.store.test/p/k?")],
)
def test_a_signed_address_is_written_in_the_style_that_is_set(
    tmp_path: Path, style: str, begins: str
) -> None:
    home = {
        "VASARI_HOME": str(tmp_path),
        "VASARI_BLOBS_URL": "s3://museum/p",
        "VASARI_S3_ENDPOINT_URL": "http://store.test",
        "VASARI_S3_STYLE": style,
        "VASARI_PRESIGN_S": "60",
    }

    with s3_credentials(tmp_path):
        address = build_blobs(load_settings(home)).address("k") or ""

    assert address.startswith(begins)


@pytest.mark.parametrize("url", ["pictures.example", "ftp://x", "https://", "https://x/?a=b"])
def test_a_public_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="VASARI_BLOBS_PUBLIC_URL"):
        load_settings({"VASARI_BLOBS_PUBLIC_URL": url})


def test_a_folder_signs_nothing(tmp_path: Path) -> None:
    settings = load_settings({"VASARI_HOME": str(tmp_path), "VASARI_PRESIGN_S": "60"})

    with pytest.raises(ConfigurationError, match="VASARI_PRESIGN_S needs a store that signs"):
        build_blobs(settings)
