"""Settings of an installation: one table, read once from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from core.cache_settings import CACHE_SETTINGS
from core.errors import ConfigurationError
from core.rerank import LONGEST_DEADLINE_MS, MOST_RERANKED
from core.setting_values import Setting, file, folder, one_of, optional, share, whole
from core.storage_settings import STORAGE_SETTINGS

_LOG_LEVELS = ("debug", "info", "warning", "error")


SETTINGS: tuple[Setting, ...] = (
    Setting("VASARI_HOME", "~/.vasari", folder, "Folder that holds everything of an installation"),
    Setting(
        "VASARI_DATABASE_URL",
        "",
        optional,
        "Catalogue database, as `postgresql://user:password@host/name`; empty: SQLite in the home",
    ),
    *STORAGE_SETTINGS,
    *CACHE_SETTINGS,
    Setting(
        "VASARI_RIGHTS",
        "permissive",
        one_of("permissive", "strict"),
        "`strict`: a picture whose rights are not said to be open is neither fetched nor shown",
    ),
    Setting(
        "VASARI_FETCH_CONTACT",
        "",
        optional,
        "Mail or web address that servers are told when pictures are fetched from them "
        "([docs/pictures.md](docs/pictures.md))",
    ),
    Setting(
        "VASARI_QDRANT_URL",
        "",
        optional,
        "Qdrant, of this installation alone, that new snapshots keep their vectors in, "
        "as `http://host:6333`; empty: the home",
    ),
    Setting("VASARI_QDRANT_API_KEY", "", optional, "API key of that Qdrant, where it asks for one"),
    Setting(
        "VASARI_ADMIN_KEY_HASH",
        "",
        optional,
        "SHA-256 (hex) of the admin API key; empty: `vasari serve` makes a key and prints it once",
    ),
    Setting(
        "VASARI_REMOTE_API_KEY",
        "",
        optional,
        "Key for model servers, where an encoder or reranker is named by its address",
    ),
    Setting(
        "VASARI_TEXT_ENCODER",
        "minilm-int8",
        str.strip,
        "Encoder of texts: `minilm-int8`, `minilm` for full precision, a checkpoint as for "
        "pictures, or a model server as `vllm+https://host/v1#model` "
        "([docs/remote.md](docs/remote.md))",
    ),
    Setting(
        "VASARI_PICTURE_ENCODER",
        "efficientnet-lite0",
        str.strip,
        "Encoder of pictures: `efficientnet-lite0`, `siglip`, `siglip2`, `qwen3-vl-embedding-2b` "
        "([docs/qwen3-vl.md](docs/qwen3-vl.md)), or any such checkpoint as `owner/name` on the hub "
        "or by its folder's path; or a model server, as for texts",
    ),
    Setting(
        "VASARI_RERANKER",
        "",
        str.strip,
        "Model that reranks: `qwen3-vl-reranker-2b`, a checkpoint as `owner/name` or by its path, "
        "a server's address, `picture-encoder` (where it is cross-modal), or `words`, which only "
        "counts words and is there to try things; empty: none",
    ),
    Setting(
        "VASARI_RERANK_DEPTH",
        "80",
        whole(1, MOST_RERANKED),
        "Best artworks of a search that it looks at",
    ),
    Setting(
        "VASARI_RERANK_DEADLINE_MS",
        "1000",
        whole(1, LONGEST_DEADLINE_MS),
        "Milliseconds that reranking may take; what is not reached keeps its order",
    ),
    Setting(
        "VASARI_DEVICE",
        "auto",
        one_of("auto", "cpu", "cuda"),
        "Where torch models run: `auto` (the GPU where torch sees one), `cpu` or `cuda`",
    ),
    Setting(
        "VASARI_DTYPE",
        "auto",
        one_of("auto", "fp32", "bf16", "fp16"),
        "Precision of torch models: `auto` (the checkpoint's own), `fp32`, `bf16` or `fp16`; "
        "each has embeddings of its own",
    ),
    Setting(
        "VASARI_BATCH",
        "0",
        whole(0, 4096),
        "Texts or pictures that a torch model encodes at once; 0: 8 on a CPU, 64 on a GPU",
    ),
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
        one_of("auto", "off"),
        "Whether vectors are searched on an NVIDIA GPU where there is one: `auto` or `off`",
    ),
    Setting(
        "VASARI_QUERY_LOG",
        "",
        file,
        "File of real queries, one on each line, to calibrate the index of texts with",
    ),
    Setting(
        "VASARI_GATE_QUERIES",
        "",
        file,
        "File of judged queries that a new snapshot must answer well to be published; "
        "empty: no such check",
    ),
    Setting("VASARI_GATE_LEAST", "0.5", share, "Least mean nDCG@10 on those queries, 0 to 1"),
    Setting("VASARI_HOST", "127.0.0.1", str.strip, "Address that the service listens on"),
    Setting("VASARI_PORT", "8000", whole(1, 65535), "Port that the service listens on"),
    Setting("VASARI_THREADS", "0", whole(0, 1024), "Threads of an encoder; 0: one for each core"),
    Setting(
        "VASARI_MAX_CONCURRENCY",
        "64",
        whole(1),
        "Requests taken at once; more are answered 503 with Retry-After",
    ),
    Setting(
        "VASARI_MAX_UPLOAD_MB",
        "20",
        whole(1),
        "Largest picture taken, in megabytes of 1,000,000 bytes",
    ),
    Setting(
        "VASARI_KEEP_SNAPSHOTS", "3", whole(1), "Snapshots kept on disk, the live one included"
    ),
    Setting("VASARI_LOG_LEVEL", "info", one_of(*_LOG_LEVELS), "debug, info, warning or error"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of this process, checked."""

    home: Path
    database_url: str | None
    blobs_url: str | None
    s3_endpoint_url: str | None
    s3_style: str
    blobs_public_url: str | None
    presign_s: int
    snapshots_url: str | None
    role: str
    picture_longest: int
    cache_url: str | None = field(repr=False)  # may hold a password
    cache_mb: int
    cache_ttl_s: int
    pin_minutes: int
    rights: str
    fetch_contact: str | None
    qdrant_url: str | None
    qdrant_api_key: str | None
    admin_key_hash: str | None
    remote_api_key: str | None = field(repr=False)
    text_encoder: str
    picture_encoder: str
    reranker: str
    rerank_depth: int
    rerank_deadline_ms: int
    device: str
    dtype: str
    batch: int
    catalogue_index: str
    picture_index: str
    gpu: str
    query_log: Path | None
    gate_queries: Path | None
    gate_least: float
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
