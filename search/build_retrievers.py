"""The wiring of retrievers: those that ship, and the database that keeps the others."""

from typing import TYPE_CHECKING

from core.settings import Settings
from search.retrievers.absent import AbsentRetrieverStore
from search.retrievers.registry import Retrievers

if TYPE_CHECKING:
    from db.session import Database

_NO_DATABASE = (
    "this replica has no database: set VASARI_DATABASE_URL to the one of the installation that it "
    "follows"
)


def build_retrievers(settings: Settings, database: "Database") -> Retrievers:
    """Open the retrievers of an installation."""
    from db.retrievers import SqlRetrieverStore
    from search.retrievers.builtin import builtin_retrievers

    # The database in the home of a replica is its own, and nobody keeps anything there.
    is_alone = settings.role == "replica" and settings.database_url is None
    store = AbsentRetrieverStore(_NO_DATABASE) if is_alone else SqlRetrieverStore(database)
    return Retrievers(store, builtin_retrievers)
