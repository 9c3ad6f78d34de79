"""What `vasari doctor` says of the reranker."""

from collections.abc import Callable, Iterator

from cli.findings import Finding, Status
from core.breaker import Breakers
from core.errors import VasariError
from core.settings import Settings
from core.types import PicturedText

CHECK = "reranker"


def check_reranker(settings: Settings) -> Iterator[Finding]:
    """Look whether the configured reranker could be used; say nothing where none is set."""
    from models.remote.spec import is_remote
    from search.build_rerank import PICTURE_ENCODER

    name = settings.reranker
    if not name:
        return
    kind: Callable[[Settings], Finding] = _check_local
    if is_remote(name):
        kind = _ask_server
    elif name == PICTURE_ENCODER:
        kind = _check_encoder
    try:
        yield kind(settings)
    except VasariError as error:
        yield Finding(CHECK, Status.FAULT, str(error), "searches go on without it; docs/rerank.md")


def _ask_server(settings: Settings) -> Finding:
    from models.remote.reranker import load_remote_reranker

    reranker = load_remote_reranker(settings.reranker, Breakers(), settings.remote_api_key)
    reranker.score("a boat", [PicturedText(text="A boat in a storm")])
    return Finding(CHECK, Status.OK, f"{reranker.name} answers")


def _check_encoder(settings: Settings) -> Finding:
    from models.registry import is_checkpoint
    from models.remote.spec import is_remote

    name = settings.picture_encoder
    if is_checkpoint(name) or is_remote(name):
        return Finding(CHECK, Status.OK, f"likeness to pictures by {name}")
    remedy = "set VASARI_PICTURE_ENCODER to a cross-modal encoder, such as siglip2"
    return Finding(CHECK, Status.FAULT, f"{name} does not read text", remedy)


def _check_local(settings: Settings) -> Finding:
    from models.footprint import gigabytes
    from models.rerankers import reranker_footprint
    from models.words_reranker import load_words_reranker
    from search.build_encoders import build_encoder_options

    if load_words_reranker(settings.reranker):
        return Finding(
            CHECK, Status.WARNING, "`words` only counts words; it is there to try things"
        )
    needed, runtime = reranker_footprint(settings.reranker, build_encoder_options(settings))
    free = runtime.free_memory()
    room = "unknown" if free is None else gigabytes(free)
    detail = f"{runtime.dtype} on {runtime.device}: {needed.describe()}; {room} free"
    if free is not None and needed.total_bytes > free:
        remedy = "set VASARI_DTYPE=bf16, lower VASARI_BATCH, or choose a smaller model"
        return Finding(CHECK, Status.FAULT, f"{detail}: too little", remedy)
    return Finding(CHECK, Status.OK, detail)
