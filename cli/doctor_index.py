"""What `vasari doctor` says of the indexes: how far they have drifted, and the GPU."""

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from cli.findings import Finding, Status
from core.errors import VasariError
from core.settings import Settings


def check_drift(settings: Settings) -> Iterator[Finding]:
    """Look whether an index of the live snapshot has drifted too far from its training."""
    from search.build import build_snapshots

    try:
        manifest = build_snapshots(settings).current().manifest
    except VasariError:
        return  # the check of the snapshot says so
    for card in manifest["spaces"].values():
        drift = card["drift"]
        if drift and drift["retrain"]:
            detail = f"{card['name']}: {drift['retrain']}"
            yield Finding("drift", Status.WARNING, detail, "vasari index build  # trains it anew")
        elif drift:
            yield Finding("drift", Status.OK, f"{card['name']}: {card['index']}, within its limits")


def check_gpu(settings: Settings) -> Iterator[Finding]:
    """Say whether a GPU is used, where the package for it is installed."""
    from index.gpu.cuda import missing_gpu

    try:
        version("faiss-gpu")
    except PackageNotFoundError:
        return
    if settings.gpu == "off":
        yield Finding("gpu", Status.OK, "switched off by VASARI_GPU")
        return
    reason = missing_gpu()
    remedy = "set VASARI_GPU=off, or see that `nvidia-smi` lists the GPU"
    status = Status.WARNING if reason else Status.OK
    yield Finding("gpu", status, reason or "vectors are searched on it", remedy if reason else None)
