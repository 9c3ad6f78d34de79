"""What `vasari doctor` says of torch encoders: what they need, and what their device has."""

from collections.abc import Iterator

from cli.findings import Finding, Status
from core.errors import VasariError
from core.settings import Settings


def check_models(settings: Settings) -> Iterator[Finding]:
    """Compare what configured checkpoints need with what is free, before any is loaded."""
    from models.footprint import gigabytes
    from models.registry import ENCODERS, open_checkpoint
    from models.remote.spec import is_remote
    from search.build_encoders import build_encoder_options

    options, taken = build_encoder_options(settings), 0
    names = dict.fromkeys((settings.text_encoder, settings.picture_encoder))
    if settings.device == "cuda" and not settings.reranker and all(n in ENCODERS for n in names):
        detail = "VASARI_DEVICE=cuda is for torch models; the built-in encoders run on the CPU"
        yield Finding("device", Status.WARNING, detail, "choose a torch encoder, or unset it")
    for name in names:
        if name in ENCODERS or is_remote(name):
            continue  # other checks look at these
        try:
            checkpoint, kind = open_checkpoint(name)
            needed, runtime = kind.footprint(checkpoint, options)
            free = runtime.free_memory()
        except VasariError as error:
            yield Finding("model", Status.FAULT, f"{name}: {error}")
            continue
        taken += needed.total_bytes
        detail = (
            f"{checkpoint.name}@{checkpoint.revision} in {runtime.dtype} on {runtime.device}: "
            f"{needed.describe()}; {_indexes(settings)} of indexes; "
            f"{'unknown' if free is None else gigabytes(free)} free"
        )
        if free is not None and taken > free:
            remedy = "set VASARI_DTYPE=bf16, lower VASARI_BATCH, or choose a smaller model"
            yield Finding("model", Status.FAULT, f"{detail}: too little", remedy)
        else:
            yield Finding("model", Status.OK, detail)


def _indexes(settings: Settings) -> str:
    """Say what the live snapshot maps; the system lets go of such pages when it must."""
    from models.footprint import gigabytes
    from search.build import build_snapshots

    try:
        spaces = build_snapshots(settings).current().spaces
        return gigabytes(sum(index.memory_bytes() for index in spaces.values()))
    except VasariError:
        return gigabytes(0)  # the check of the snapshot says what is wrong
