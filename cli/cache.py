"""`vasari cache`: what a Redis keeps for the services that share it, and dropping it."""

from typing import TYPE_CHECKING, Annotated

import typer

from cli.audit import by_hand
from cli.output import Json, console, print_json, print_table
from core.audit import AuditAction
from core.cache import CacheKind, check_purge
from core.errors import ConfigurationError
from core.settings import load_settings

if TYPE_CHECKING:
    from core.ports import Cache

IN_PROCESS = (
    "VASARI_CACHE_URL is not set, so each service keeps its cache in its own memory, where only it "
    "can look: ask it at {method} /v1/admin/cache with the admin key"
)

app = typer.Typer(help="Show and purge a cache that services share.", no_args_is_help=True)


@app.command()
def show(*, json: Json = False) -> None:
    """Show how much the Redis at VASARI_CACHE_URL keeps of each kind."""
    state = _shared("GET").facts()
    if json:
        print_json(state)
    else:
        print_table(
            ("kind", "entries", "MB", "seconds"),
            (
                (
                    of.kind,
                    "?" if of.entries is None else of.entries,
                    "?" if of.size_bytes is None else f"{of.size_bytes / 1e6:.1f}",
                    f"{of.ttl_s:.0f}",
                )
                for of in state.kinds
            ),
        )
    if state.fault:
        raise ConfigurationError(f"the cache at {state.store} does not answer: {state.fault}")


@app.command()
def purge(
    *,
    kind: Annotated[CacheKind | None, typer.Option(help="Only values of this kind.")] = None,
    retriever: Annotated[
        str | None, typer.Option(help="Only what this retriever gave: name@3, or name.")
    ] = None,
    snapshot: Annotated[
        str | None, typer.Option(help="Only what was found in this snapshot.")
    ] = None,
) -> None:
    """Drop what the Redis at VASARI_CACHE_URL keeps; all of it, where nothing is said."""
    from search.audit import purged

    with by_hand(AuditAction.CACHE_PURGE, purged(kind, retriever, snapshot)):
        check_purge(kind, retriever=retriever, snapshot=snapshot)
        dropped = _shared("DELETE").purge(kind, retriever=retriever, snapshot=snapshot)
    console.print(f"dropped: {dropped}")


def _shared(method: str) -> "Cache":
    """Open the cache that services share. Raises ConfigurationError where each has its own."""
    from search.build_cache import build_cache

    settings = load_settings()
    if not settings.cache_url or not settings.cache_mb:
        raise ConfigurationError(IN_PROCESS.format(method=method))
    return build_cache(settings)
