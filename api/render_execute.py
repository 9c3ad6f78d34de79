"""Executions, explanations and replays, written as the schemas that clients read."""

from dataclasses import asdict

from api import schemas_execute as schemas
from search.retrievers.executions import Execution
from search.retrievers.executor import Foreseen, Replayed


def explanation(foreseen: Foreseen) -> schemas.Explanation:
    """Write what an execution would do."""
    prepared, explained = foreseen.prepared, foreseen.explained
    compiled = foreseen.compiled
    return schemas.Explanation.model_validate(
        {
            "retriever": prepared.version,
            "snapshot": explained.snapshot,
            "models": prepared.models,
            "total": explained.total,
            "stages": [
                {
                    "name": name,
                    "type": type,
                    "skipped": compiled.skipped_stages.get(name),
                    "left_out": [s for s in compiled.skipped if s.stage == name and s.part],
                }
                for name, type in prepared.declared
            ],
            "steps": explained.stages,
            "legs": explained.legs,
            "estimate_ms": explained.estimate_ms,
            "cache": {
                "key": prepared.key.digest,
                "would_hit": foreseen.is_cached,
                "would_keep": foreseen.would_keep,
            },
        }
    )


def execution_record(execution: Execution) -> schemas.ExecutionRecord:
    """Write an execution."""
    return schemas.ExecutionRecord.model_validate(execution)


def replay_answer(replayed: Replayed) -> schemas.Replay:
    """Write how a replay differs from its execution."""
    differences = replayed.differences
    return schemas.Replay.model_validate(
        {
            **asdict(differences),
            "is_same": differences.is_same,
            "execution_id": replayed.before.id,
            "snapshot": replayed.before.snapshot,
        }
    )
