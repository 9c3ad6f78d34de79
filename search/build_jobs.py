"""The wiring of reindex jobs, and of the log of who asked for them."""

from typing import TYPE_CHECKING

from core.ports import AuditLog
from core.progress import Progress
from core.settings import Settings
from core.types import Json
from search.jobs import JobRunner
from search.publish import GateFile, Publisher, Upkeep, parse_build_options

if TYPE_CHECKING:
    from db.session import Database


def build_jobs(database: "Database", publisher: Publisher) -> JobRunner:
    """Build what runs jobs in a service."""
    from db.jobs import SqlJobStore

    def reindex(parameters: Json, progress: Progress) -> Json:
        options = parse_build_options(parameters)
        work = publisher.dry_run if parameters.get("dry_run") else publisher.build
        return work(progress, options).to_json()

    return JobRunner(SqlJobStore(database), reindex)


def build_audit_log(settings: Settings) -> AuditLog:
    """Open the audit log alone, for what needs nothing else of the database."""
    from db.audit import SqlAuditLog
    from db.session import migrate, open_database

    database = open_database(settings.catalogue_url)
    migrate(database)
    return SqlAuditLog(database)


def build_upkeep(settings: Settings) -> Upkeep:
    """Say what every build keeps to."""
    path = settings.gate_queries
    gate = GateFile(path, settings.gate_least) if path else None
    return Upkeep(settings.keep_snapshots, gate, settings.pin_minutes)
