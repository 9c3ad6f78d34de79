"""`vasari doctor`: what is configured, what is missing, and the command that mends it."""

import shutil
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from tempfile import TemporaryFile
from typing import Annotated

import typer

from cli.doctor_cache import check_cache
from cli.doctor_index import check_drift, check_gpu
from cli.doctor_models import check_models
from cli.doctor_remote import check_remote_models
from cli.doctor_rerank import check_reranker
from cli.findings import Finding, Status
from cli.output import console, print_json, print_table
from core.errors import NoSnapshotError, VasariError
from core.settings import SETTINGS, Settings, load_settings

FAISS_PACKAGES = ("faiss-cpu", "faiss-gpu", "faiss-gpu-cuvs")
MIN_FREE_GB = 2  # a snapshot of 70,000 works takes about 0.3 GB, and is built beside the live one

BUILD = "vasari index build"


STYLES = {Status.OK: "green", Status.WARNING: "yellow", Status.FAULT: "red"}


def doctor(
    *, json: Annotated[bool, typer.Option("--json", help="Write JSON to standard output.")] = False
) -> None:
    """Say what is configured, what is missing, and the command that mends it."""
    settings = load_settings()
    findings = [finding for check in CHECKS for finding in check(settings)]
    if json:
        values = {s.name: str(getattr(settings, s.field)) for s in SETTINGS}
        print_json({"settings": _without_secrets(values), "findings": findings})
    else:
        _print_settings(settings)
        _print_findings(findings)
    if any(finding.status is Status.FAULT for finding in findings):
        raise typer.Exit(1)


def check_faiss(_: Settings, installed: Callable[[str], bool] | None = None) -> Iterator[Finding]:
    """Look for exactly one FAISS: all its packages install the same module."""
    found = [name for name in FAISS_PACKAGES if (installed or _is_installed)(name)]
    match found:
        case []:
            yield Finding("faiss", Status.FAULT, "not installed", "pip install -e '.[cpu]'")
        case [one]:
            yield Finding("faiss", Status.OK, one)
        case [keep, *others]:
            yield Finding(
                "faiss",
                Status.FAULT,
                f"{' and '.join(found)} overwrite each other",
                f"pip uninstall {' '.join(found)} && pip install {keep}  # not {others[0]}",
            )


def check_extras(settings: Settings) -> Iterator[Finding]:
    """Look for the packages that the settings ask for."""
    wanted = [
        ("psycopg", "postgres", (settings.database_url or "").startswith("postgres")),
        ("boto3", "s3", (settings.blobs_url or "").startswith("s3:")),
        ("qdrant-client", "qdrant", settings.qdrant_url is not None),
        ("redis", "redis", bool(settings.cache_url and settings.cache_mb)),
    ]
    for package, extra, is_needed in wanted:
        if is_needed and not _is_installed(package):
            install = f"pip install -e '.[{extra}]'"
            yield Finding(extra, Status.FAULT, f"{package} is not installed", install)


def check_home(settings: Settings) -> Iterator[Finding]:
    """Look whether the home can be written, and has room."""
    nearest = next(p for p in (settings.home, *settings.home.parents) if p.exists())
    try:
        with TemporaryFile(dir=nearest):
            free_gb = shutil.disk_usage(nearest).free / 2**30
    except OSError as error:
        fault = f"{nearest} cannot be written: {error.strerror}"
        yield Finding("home", Status.FAULT, fault, "set VASARI_HOME to a folder of yours")
        return
    status = Status.OK if free_gb >= MIN_FREE_GB else Status.WARNING
    remedy = None if status is Status.OK else "free some disk space, or move VASARI_HOME"
    yield Finding("home", status, f"{settings.home}, {free_gb:.0f} GB free", remedy)


def check_weights(settings: Settings) -> Iterator[Finding]:
    """Hash the built-in encoders' weights."""
    from models.registry import ENCODERS, verify_weights

    chosen = (settings.text_encoder, settings.picture_encoder)
    encoders = ", ".join(name for name in chosen if name in ENCODERS) or "built in"
    faults = verify_weights()
    for fault in faults:
        yield Finding("weights", Status.FAULT, fault, "git checkout -- models/weights")
    if not faults:
        yield Finding("encoders", Status.OK, f"{encoders}: weights are whole")


def check_catalogue(settings: Settings) -> Iterator[Finding]:
    """Look whether the catalogue answers, and holds artworks."""
    from search.build import build_services

    try:
        count = build_services(settings).catalogue.count()
    except VasariError as error:
        remedy = "check VASARI_DATABASE_URL and VASARI_BLOBS_URL"
        yield Finding("catalogue", Status.FAULT, str(error), remedy)
        return
    if count:
        yield Finding("catalogue", Status.OK, f"{count} artworks")
    else:
        yield Finding("catalogue", Status.WARNING, "is empty", "vasari ingest sample")


def check_snapshot(settings: Settings) -> Iterator[Finding]:
    """Look whether a whole snapshot is live, and made for the configured encoder."""
    from search.build import build_snapshots
    from search.build_encoders import build_encoders
    from search.health import check_spaces

    snapshots = build_snapshots(settings)
    try:
        snapshot = snapshots.current()
        faults = snapshots.verify(snapshot.id)
        spaces = check_spaces(snapshots, build_encoders(settings))
    except NoSnapshotError:
        yield Finding("snapshot", Status.WARNING, "none is live", BUILD)
        return
    except VasariError as error:
        yield Finding("snapshot", Status.FAULT, str(error), BUILD)
        return
    for fault in faults:
        yield Finding("snapshot", Status.FAULT, f"{snapshot.id}: {fault}", BUILD)
    if not faults:
        yield Finding("snapshot", Status.OK, f"{snapshot.id}, {len(snapshot)} artworks")
    for space in spaces:
        if not space.ok:
            yield Finding("space", Status.FAULT, f"{space.name}: {space.detail}")


def check_freshness(settings: Settings) -> Iterator[Finding]:
    """Look whether the live snapshot holds what the catalogue holds."""
    from search.build import build_services

    try:
        services = build_services(settings)
        kept, searchable = services.catalogue.count(), len(services.snapshots.current())
    except VasariError:
        return  # the checks before have said so
    if kept != searchable:
        detail = f"{kept} artworks in the catalogue, {searchable} in the live snapshot"
        yield Finding("freshness", Status.WARNING, detail, BUILD)


def check_qdrant(settings: Settings) -> Iterator[Finding]:
    """Look whether the Qdrant server answers, where one is set."""
    from index.qdrant.connection import is_compatible, open_client, server_version

    if settings.qdrant_url is None or not _is_installed("qdrant-client"):
        return  # `check_extras` says that it is not installed
    client = version("qdrant-client")
    try:
        server = server_version(open_client(settings.qdrant_url, settings.qdrant_api_key))
    except VasariError as error:
        remedy = "start Qdrant, or check VASARI_QDRANT_URL and VASARI_QDRANT_API_KEY"
        yield Finding("qdrant", Status.FAULT, str(error), remedy)
        return
    if is_compatible(server, client=client):
        yield Finding("qdrant", Status.OK, f"answers, version {server}")
    else:
        detail = f"the server is {server}, made for another client than {client}"
        yield Finding("qdrant", Status.WARNING, detail, f"pip install 'qdrant-client=={server}'")


CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    check_faiss,
    check_extras,
    check_home,
    check_qdrant,
    check_cache,
    check_weights,
    check_models,
    check_remote_models,
    check_reranker,
    check_catalogue,
    check_snapshot,
    check_freshness,
    check_drift,
    check_gpu,
)


def _is_installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


def _without_secrets(values: dict[str, str]) -> dict[str, str]:
    """Hide passwords in addresses, keys, and the admin key's hash."""
    from urllib.parse import urlsplit

    def hide(name: str, value: str) -> str:
        password = urlsplit(value).password if "://" in value else None
        if name.endswith(("_API_KEY", "_KEY_HASH")) and value != "None":
            return "(set)"
        return value.replace(f":{password}@", ":***@") if password else value

    return {name: hide(name, value) for name, value in values.items()}


def _print_settings(settings: Settings) -> None:
    values = _without_secrets({s.name: str(getattr(settings, s.field)) for s in SETTINGS})
    python = ".".join(map(str, sys.version_info[:3]))
    console.print(f"Vasari {version('vasari')}, Python {python}\n", style="bold")
    print_table(
        ("setting", "value", "meaning"), ((s.name, values[s.name], s.help) for s in SETTINGS)
    )
    console.print()


def _print_findings(findings: list[Finding]) -> None:
    for finding in findings:
        console.print(f"[{STYLES[finding.status]}]{finding.status:<8}[/] {finding.check}: ", end="")
        console.print(finding.detail, markup=False, highlight=False)
        if finding.remedy:
            console.print(f"         → {finding.remedy}", markup=False, highlight=False)
