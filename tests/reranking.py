"""Collections that are reranked, and what is read off their answers."""

from collections.abc import Callable, Sequence
from pathlib import Path

from core.progress import SilentProgress
from core.queries import Query, SearchPage
from core.rerank import Rerank
from core.settings import load_settings
from core.types import PicturedText
from search.build import Services, build_services
from search.candidate_pairs import CandidatePairs
from search.engine import SearchEngine
from search.guarded_reranker import GuardedReranker
from search.rerank import RerankStage
from tests.api_service import fill
from tests.clocks import Clock
from tests.rerankers import ScoringBy, guarded

TREES = Query(text="tree", rerank=Rerank(), limit=100)
NO_DEADLINE = 60_000


def environ(home: Path) -> dict[str, str]:
    """Set a reranker that counts words."""
    return {
        "VASARI_HOME": str(home),
        "VASARI_THREADS": "1",
        "VASARI_RERANKER": "words",
        "VASARI_RERANK_DEPTH": "10",
    }


def engine_with(
    services: Services, reranker: GuardedReranker, *, depth: int = 10, deadline_ms: int = 60_000
) -> SearchEngine:
    """Search a collection with a reranker."""
    stage = RerankStage(
        reranker,
        lambda snapshot: CandidatePairs(snapshot, services.blobs, services.decode_picture),
        depth=depth,
        deadline_ms=deadline_ms,
    )
    return SearchEngine(services.snapshots, services.encoders, rerank=stage)


def engine_by(
    services: Services, score: Callable[[Sequence[PicturedText]], Sequence[float]]
) -> SearchEngine:
    """Rerank a collection by a function."""
    return engine_with(services, guarded(ScoringBy(score), Clock()))


def ids(page: SearchPage) -> list[str]:
    """List the ids of the hits."""
    return [str(hit.artwork["id"]) for hit in page.hits]


def scores(page: SearchPage) -> list[float | None]:
    """List the reranker's scores."""
    return [hit.rerank_score for hit in page.hits]


def degraded(page: SearchPage) -> str | None:
    """Tell what the stage says of itself."""
    return next(stage.degraded for stage in page.stages if stage.name == "rerank")


def last_number_first(pairs: Sequence[PicturedText]) -> Sequence[float]:
    """Prefer studies of high numbers."""
    return [
        int("".join(filter(str.isdigit, pair.text.partition(". Pencil")[0])) or 0) / 100
        for pair in pairs
    ]


def reranked_services(home: Path) -> Services:
    """Publish the collection of the API's tests in an installation with a reranker."""
    services = build_services(load_settings(environ(home)))
    fill(services)
    services.publisher.build(SilentProgress())
    return services
