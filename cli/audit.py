"""`vasari audit`: who asked for what, and what became of it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import Json, console, print_json, print_table
from core.audit import AuditAction
from core.settings import load_settings

if TYPE_CHECKING:
    from core.ports import AuditLog
    from search.audit import Subject


def audit(
    *,
    action: Annotated[AuditAction | None, typer.Option(help="Only of this action.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 20,
    before: Annotated[int | None, typer.Option(help="Only from before this number.")] = None,
    json: Json = False,
) -> None:
    """List what admins asked for, newest first, also what was refused."""
    entries = _open_log().latest(limit, action=action, before=before)
    if json:
        print_json(entries)
        return
    print_table(
        ("number", "at (UTC)", "action", "outcome", "key", "subject", "reason"),
        (
            (e.number, f"{e.at:%Y-%m-%d %H:%M:%S}", e.action, e.outcome, e.key_id, e.subject,
             e.reason)
            for e in entries
        ),
    )  # fmt: skip
    if len(entries) == limit:
        console.print(f"earlier ones: --before {entries[-1].number}", style="dim")


def by_hand(
    action: AuditAction,
    subject: str | None = None,
    open_log: "Callable[[], AuditLog] | None" = None,
) -> "AbstractContextManager[Subject]":
    """Write what a command does into the audit log; one that changes something runs inside it."""
    from search import audit as writing

    return writing.by_hand(open_log or _open_log, action, subject)


def _open_log() -> "AuditLog":
    from search.build_jobs import build_audit_log

    return build_audit_log(load_settings())
