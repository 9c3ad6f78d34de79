"""`vasari serve` and `vasari demo`: run the service."""

import logging
import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import console, notes, progress_bars
from core.errors import ConfigurationError
from core.records import IngestRun
from core.settings import Settings, load_settings

if TYPE_CHECKING:
    from search.build import Services

KEY_FILE = "admin-key.sha256"

Host = Annotated[str | None, typer.Option(help="Address to listen on; VASARI_HOST if left out.")]
Port = Annotated[
    int | None,
    typer.Option(min=1, max=65535, help="Port to listen on; VASARI_PORT if left out."),
]


def serve(*, host: Host = None, port: Port = None) -> None:
    """Serve the page and the REST API."""
    from search.build import build_services

    settings = load_settings()
    _run(build_services(settings), host or settings.host, port or settings.port)


def demo(
    *,
    host: Host = None,
    port: Port = None,
    start: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve when ready.")] = True,
) -> None:
    """Load the bundled sample collection, build its index, and serve it."""
    from search.build import build_services

    settings = load_settings()
    services = build_services(settings)
    run = _ingest_sample(services)
    if run.created or run.changed or not services.snapshots.entries():
        with progress_bars() as progress:
            services.publisher.build(progress)
    console.print(f"{services.catalogue.count()} works of the sample collection are searchable")
    if start:
        _run(services, host or settings.host, port or settings.port)


def _ingest_sample(services: "Services") -> IngestRun:
    from ingest.pipeline import ingest
    from ingest.sources.sample import open_sample

    with progress_bars() as progress:
        return ingest(
            open_sample(),
            catalogue=services.catalogue,
            blobs=services.blobs,
            runs=services.runs,
            progress=progress,
        )


def _run(services: "Services", host: str, port: int) -> None:
    import uvicorn

    from api.app import create_app

    listener = _listen(host, port)  # before anything starts that a busy port would waste
    level = services.settings.log_level
    _log_to_stderr(level)
    key_hash = admin_key_hash(services.settings)
    app = create_app(services, admin_key_hash=key_hash, owns_process=True)
    console.print(f"Vasari: http://{host}:{port}/  (API: /docs, stop: Ctrl-C)", soft_wrap=True)
    config = uvicorn.Config(app, log_level=level, access_log=False)
    with suppress(KeyboardInterrupt):  # uvicorn has stopped in order, and raises it once more
        uvicorn.Server(config).run(sockets=[listener])


def _log_to_stderr(level: str) -> None:
    """Show what our own packages say from a level on; of libraries, warnings."""
    logging.basicConfig(format="%(levelname)s:     %(message)s")
    for package in ("api", "search", "index", "db", "storage", "models"):
        logging.getLogger(package).setLevel(level.upper())


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise ConfigurationError(
            f"cannot listen on {host}:{port}: {error.strerror}; choose another --port or --host"
        ) from error


def admin_key_hash(settings: Settings) -> str:
    """Find the hash of the admin key; where there is none, make a key and show it once."""
    from api.auth import hash_key, new_admin_key

    if settings.admin_key_hash:
        return settings.admin_key_hash
    path = settings.home / KEY_FILE
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    key = new_admin_key()
    _write_private(path, hash_key(key))
    notes.print(f"Admin API key, shown this once: {key}", highlight=False, soft_wrap=True)
    notes.print(f"Its hash is kept in {path}; delete that file for a new key.", soft_wrap=True)
    return hash_key(key)


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text + "\n")
