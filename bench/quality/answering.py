"""Answers of the engine to judged queries, as the runs keep them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.quality.configs import Config
from bench.quality.judged import Judged
from core.progress import Progress
from core.queries import SearchPage
from search.engine import SearchEngine


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found for one query, best first."""

    qid: str
    ids: tuple[str, ...]
    scores: tuple[float, ...]


def answer_all(
    engine: SearchEngine, config: Config, queries: Sequence[Judged], progress: Progress
) -> list[Answer]:
    """Ask every query one way."""
    answers = []
    for judged in queries:
        page = engine.search(config.query(judged))
        answers.append(_answer(judged.qid, page))
        progress.advance()
    return answers


def _answer(qid: str, page: SearchPage) -> Answer:
    ids = tuple(str(hit.artwork["id"]) for hit in page.hits)
    return Answer(qid, ids, tuple(float(hit.score or 0.0) for hit in page.hits))


def found_by_query(answers: Iterable[Answer]) -> Mapping[str, tuple[str, ...]]:
    """Look hits up by query."""
    return {answer.qid: answer.ids for answer in answers}
