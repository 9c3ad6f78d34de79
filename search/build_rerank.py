"""The wiring of the rerank stage: which reranker a name stands for."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from core.breaker import BreakerOptions, Breakers
from core.ports import Reranker, Snapshot
from core.settings import Settings
from search.candidate_pairs import CandidatePairs
from search.encoders import Encoders
from search.guarded_reranker import GuardedReranker
from search.rerank import RerankStage

if TYPE_CHECKING:
    from models.options import EncoderOptions

BREAKER = "reranker"
PICTURE_ENCODER = "picture-encoder"
_SERVER_PLACES = 4  # batches under way at once; a model on this machine has one
# One failure is enough: an answer only loses its reranking, and soon it is tried again.
_AT_ONCE = BreakerOptions(failures=1)


def build_rerank(
    settings: Settings,
    breakers: Breakers,
    *,
    encoders: Encoders,
    options: "EncoderOptions",
    pairs: Callable[[Snapshot], CandidatePairs],
) -> RerankStage | None:
    """Prepare the configured reranker, which is loaded when first used; None where none is set."""
    from models.remote.spec import is_remote

    if not settings.reranker:
        return None
    guarded = GuardedReranker(
        partial(_load_reranker, settings, breakers, encoders=encoders, options=options),
        breakers.get(BREAKER, _AT_ONCE),
        at_once=_SERVER_PLACES if is_remote(settings.reranker) else 1,
    )
    return RerankStage(
        guarded, pairs, depth=settings.rerank_depth, deadline_ms=settings.rerank_deadline_ms
    )


def _load_reranker(
    settings: Settings, breakers: Breakers, *, encoders: Encoders, options: "EncoderOptions"
) -> Reranker:
    from models.cross_modal_reranker import CrossModalReranker
    from models.remote.reranker import load_remote_reranker
    from models.remote.spec import is_remote
    from models.rerankers import load_reranker

    name = settings.reranker
    if is_remote(name):
        return load_remote_reranker(name, breakers, settings.remote_api_key)
    if name == PICTURE_ENCODER:
        return CrossModalReranker(encoders.picture)
    return load_reranker(name, options)
