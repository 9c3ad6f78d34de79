"""The conditions of an execution: whatever decides its answer beside what was asked."""

from collections.abc import Mapping

from core.errors import VasariError
from core.ports import Snapshot
from core.queries import SearchPage
from core.release import release
from core.settings import Settings
from core.types import SpaceField
from search.encoders import Encoders
from search.legs import MODEL_LOST
from search.rerank import STAGE, RerankStage

RERANKER = "reranker"
_FORMAT = "2"  # of answers as they are kept


def model_revisions(encoders: Encoders, rerank: RerankStage | None) -> dict[str, str | None]:
    """Name the models by what they serve, each with its revision; None: there is none now."""
    reranker = rerank.reranker.name if rerank else None
    return {**{field.value: _encoder(encoders, field) for field in SpaceField}, RERANKER: reranker}


def configured(settings: Settings) -> dict[str, str]:
    """Name what of this program and its settings decides answers, beside the models."""
    rerank = (settings.reranker, settings.rerank_depth, settings.rerank_deadline_ms, settings.dtype)
    return {
        "rights": settings.rights,
        "reranking": " ".join(map(str, rerank)) if settings.reranker else "none",
        "program": f"{release()} {_FORMAT}",
    }


def conditions_of(
    pipeline: str,
    snapshot: Snapshot,
    models: Mapping[str, str | None],
    *,
    configured: Mapping[str, str],
) -> dict[str, str]:
    """Name everything that a change of makes another answer possible."""
    return {
        "pipeline": pipeline,
        "snapshot": snapshot.id,
        "withdrawals": snapshot.hidden,
        **{f"models.{name}": revision or "none" for name, revision in models.items()},
        **configured,
    }


def may_keep(page: SearchPage) -> bool:
    """Tell whether an answer would come out the same again: no model was lost, nor time short."""
    return not any(
        stage.degraded == MODEL_LOST or (stage.name == STAGE and stage.degraded)
        for stage in page.stages
    )


def _encoder(encoders: Encoders, field: SpaceField) -> str | None:
    try:
        return encoders.space(field).revision
    except VasariError:  # its leg says what is wrong
        return None
