"""The API on Modal: one GPU that scales to zero, and starts from a memory snapshot.

    modal deploy deploy/modal_app.py

docs/serverless.md says what has to be there first, what each variable means, and what of this was
never run. Nothing is fetched while a request waits: models and index come from a volume, before the
memory snapshot is taken.
"""

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import modal

if TYPE_CHECKING:
    from fastapi import FastAPI

    from core.settings import Settings
    from search.loaded import Loaded

SOURCE = "/opt/vasari"
VOLUME = Path("/vasari")  # where the volume is mounted: an installation, and `huggingface/`
HOME = Path("/home/vasari")  # a copy of that installation on the container's own disk
CONCURRENT = 32  # requests at one container before Modal starts another

# The VASARI_ variables of the machine that deploys are set in the container alike. Addresses and
# keys are not among them: they belong into the secret.
PASSED_ON = ("TEXT_ENCODER", "PICTURE_ENCODER", "DTYPE", "BATCH", "RERANKER", "GPU")


def passed_on() -> dict[str, str]:
    """Take the settings that the deploying machine has for the container."""
    names = (f"VASARI_{name}" for name in PASSED_ON)
    return {name: os.environ[name] for name in names if name in os.environ}


# faiss-cpu or faiss-gpu, never both: they install the same module. The CPU's is the default here as
# well, since official faiss-gpu ignores filters on the device, Vasari then filters on the CPU, and
# whether its memory survives a snapshot nobody has told. The GPU is for the encoders.
faiss = os.environ.get("DEPLOY_FAISS", "cpu")
image = (
    modal.Image.debian_slim(python_version="3.11")
    .add_local_dir(
        Path(__file__).resolve().parents[1] if modal.is_local() else SOURCE,
        SOURCE,
        copy=True,
        ignore=[".git", ".cache", ".venv", ".demo", "**/__pycache__", "tests", "bench/results"],
    )
    .run_commands(
        f"pip install -c {SOURCE}/requirements.lock"
        f" -e '{SOURCE}[{faiss},models,postgres,s3,remote]'"
    )
    .env(
        {
            "VASARI_HOME": str(HOME),
            "HF_HOME": str(VOLUME / "huggingface"),
            "HF_HUB_OFFLINE": "1",
            **passed_on(),
        }
    )
)
app = modal.App(os.environ.get("DEPLOY_NAME", "vasari"), image=image)


@app.cls(
    gpu=os.environ.get("DEPLOY_GPU", "L40S"),
    volumes={
        str(VOLUME): modal.Volume.from_name(os.environ.get("DEPLOY_VOLUME", "vasari")).read_only()
    },
    secrets=[modal.Secret.from_name(os.environ.get("DEPLOY_SECRET", "vasari"))],
    min_containers=0,
    scaledown_window=int(os.environ.get("DEPLOY_IDLE_S", "300")),
    enable_memory_snapshot=True,
    experimental_options={"enable_gpu_snapshot": True},
)
@modal.concurrent(max_inputs=CONCURRENT)
class Vasari:
    """A container: everything long is loaded once, and kept in the memory snapshot."""

    @modal.enter(snap=True)  # type: ignore[untyped-decorator] # checked without modal: pyproject
    def load(self) -> None:
        """Load encoders and index, and answer a first search."""
        from core.settings import load_settings
        from search.build import build_loaded
        from search.engine import SearchEngine

        copy_installation(VOLUME, HOME)
        settings = load_settings()
        self.loaded: Loaded | None = None
        if not has_connections(settings):
            self.loaded = build_loaded(settings)
            SearchEngine(self.loaded.snapshots, self.loaded.encoders).warm_up()

    @modal.enter(snap=False)  # type: ignore[untyped-decorator] # likewise
    def connect(self) -> None:
        """Open what holds connections: the catalogue, stores of pictures, model servers."""
        from core.settings import load_settings
        from search.build import build_services

        self.services = build_services(load_settings(), self.loaded)

    @modal.asgi_app()  # type: ignore[untyped-decorator] # likewise
    def web(self) -> "FastAPI":
        """Serve the page and the REST API, as `vasari serve` does."""
        from api.app import create_app

        # Without a hash no key is the admin's.
        key_hash = self.services.settings.admin_key_hash or ""
        return create_app(self.services, admin_key_hash=key_hash, owns_process=True)


def has_connections(settings: "Settings") -> bool:
    """Tell whether an encoder or the vectors are on another machine: no snapshot keeps those."""
    encoders = (settings.text_encoder, settings.picture_encoder)
    return settings.qdrant_url is not None or any("://" in name for name in encoders)


def copy_installation(volume: Path, home: Path) -> None:
    """Copy catalogue and snapshots to a disk where files can be mapped; link the pictures."""
    home.mkdir(parents=True, exist_ok=True)
    shutil.copytree(volume / "snapshots", home / "snapshots", dirs_exist_ok=True)
    if (volume / "vasari.db").exists():
        shutil.copy(volume / "vasari.db", home)
    if not (home / "blobs").is_symlink():
        (home / "blobs").symlink_to(volume / "blobs")
