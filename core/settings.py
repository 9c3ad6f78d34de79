"""Settings of an installation: one table, read once from the environment."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from core.errors import ConfigurationError

_LOG_LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: its name, default, reader and meaning."""

    name: str
    default: str
    parse: Callable[[str], Any]
    help: str

    @property
    def field(self) -> str:
        """Name of the field of `Settings` that holds it."""
        return self.name.removeprefix("VASARI_").lower()


def _optional(text: str) -> str | None:
    return text.strip() or None


def _whole(least: int, most: int = 2**31) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.strip().isdecimal() or not least <= int(text) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(text)

    return parse


def _folder(text: str) -> Path:
    if not text.strip():
        raise ValueError("must name a folder")
    return Path(text).expanduser().absolute()


def _file(text: str) -> Path | None:
    return Path(text).expanduser().absolute() if text.strip() else None


def _one_of(*choices: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.strip().lower() not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}")
        return text.strip().lower()

    return parse


SETTINGS: tuple[Setting, ...] = (
    Setting("VASARI_HOME", "~/.vasari", _folder, "Folder that holds everything of an installation"),
    Setting(
        "VASARI_DATABASE_URL",
        "",
        _optional,
        "Catalogue database, as `postgresql://user:password@host/name`; empty: SQLite in the home",
    ),
    Setting(
        "VASARI_BLOBS_URL",
        "",
        _optional,
        "Where pictures are kept, as `s3://bucket/prefix`; empty: a folder in the home",
    ),
    Setting("VASARI_S3_ENDPOINT_URL", "", _optional, "Address of an S3 store other than Amazon's"),
    Setting(
        "VASARI_QDRANT_URL",
        "",
        _optional,
        "Qdrant, of this installation alone, that new snapshots keep their vectors in, "
        "as `http://host:6333`; empty: the home",
    ),
    Setting(
        "VASARI_QDRANT_API_KEY", "", _optional, "API key of that Qdrant, where it asks for one"
    ),
    Setting(
        "VASARI_ADMIN_KEY_HASH",
        "",
        _optional,
        "SHA-256 (hex) of the admin API key; empty: `vasari serve` makes a key and prints it once",
    ),
    Setting(
        "VASARI_TEXT_ENCODER",
        "minilm-int8",
        str.strip,
        "Encoder of texts: `minilm-int8`, or `minilm` for full precision",
    ),
    Setting("VASARI_PICTURE_ENCODER", "efficientnet-lite0", str.strip, "Encoder of pictures"),
    Setting(
        "VASARI_CATALOGUE_INDEX",
        "auto",
        str.strip,
        "Index of texts: `auto`, `exact`, `IVF256,Flat`, `IVF256,PQ192x4fs` or `HNSW32`; "
        "numbers may be left out",
    ),
    Setting("VASARI_PICTURE_INDEX", "auto", str.strip, "Index of pictures, written alike"),
    Setting(
        "VASARI_GPU",
        "auto",
        _one_of("auto", "off"),
        "Whether vectors are searched on an NVIDIA GPU where there is one: `auto` or `off`",
    ),
    Setting(
        "VASARI_QUERY_LOG",
        "",
        _file,
        "File of real queries, one on each line, to calibrate the index of texts with",
    ),
    Setting("VASARI_HOST", "127.0.0.1", str.strip, "Address that the service listens on"),
    Setting("VASARI_PORT", "8000", _whole(1, 65535), "Port that the service listens on"),
    Setting("VASARI_THREADS", "0", _whole(0, 1024), "Threads of an encoder; 0: one for each core"),
    Setting(
        "VASARI_MAX_CONCURRENCY",
        "64",
        _whole(1),
        "Requests taken at once; more are answered 503 with Retry-After",
    ),
    Setting(
        "VASARI_MAX_UPLOAD_MB",
        "20",
        _whole(1),
        "Largest picture taken, in megabytes of 1,000,000 bytes",
    ),
    Setting(
        "VASARI_KEEP_SNAPSHOTS", "3", _whole(1), "Snapshots kept on disk, the live one included"
    ),
    Setting("VASARI_LOG_LEVEL", "info", _one_of(*_LOG_LEVELS), "debug, info, warning or error"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of this process, checked."""

    home: Path
    database_url: str | None
    blobs_url: str | None
    s3_endpoint_url: str | None
    qdrant_url: str | None
    qdrant_api_key: str | None
    admin_key_hash: str | None
    text_encoder: str
    picture_encoder: str
    catalogue_index: str
    picture_index: str
    gpu: str
    query_log: Path | None
    host: str
    port: int
    threads: int
    max_concurrency: int
    max_upload_mb: int
    keep_snapshots: int
    log_level: str

    @property
    def snapshots_path(self) -> Path:
        """Folder of the snapshots."""
        return self.home / "snapshots"

    @property
    def blobs_path(self) -> Path:
        """Folder of the pictures, where they are kept in a folder."""
        return self.home / "blobs"

    @property
    def catalogue_url(self) -> str:
        """Database of the catalogue: the one set, or SQLite in the home."""
        return self.database_url or f"sqlite:///{self.home / 'vasari.db'}"


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment.

    Raises:
        ConfigurationError: names the variable that is wrong or unknown, and why.
    """
    environ = os.environ if environ is None else environ
    known = {setting.name for setting in SETTINGS} | {"VASARI_TEST_REQUIRE"}
    unknown = sorted(name for name in environ if name.startswith("VASARI_") and name not in known)
    if unknown:
        raise ConfigurationError(f"{unknown[0]} is not a setting; `vasari doctor` lists them")
    return Settings(**{setting.field: _read(setting, environ) for setting in SETTINGS})


def _read(setting: Setting, environ: Mapping[str, str]) -> Any:  # noqa: ANN401 - any field's type
    text = environ.get(setting.name, setting.default)
    try:
        return setting.parse(text)
    except ValueError as error:
        raise ConfigurationError(f"{setting.name}={text!r}: {error}") from error


assert {f.name for f in fields(Settings)} == {s.field for s in SETTINGS}  # noqa: S101 - one table
