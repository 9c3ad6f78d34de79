"""Query parameters of the audit log."""

from pydantic import BaseModel, Field

from core.audit import AuditAction


class AuditParams(BaseModel):
    """Which entries are wanted."""

    action: AuditAction | None = Field(
        None, description="Only of this action", examples=["reindex"]
    )
    before: int | None = Field(
        None, ge=1, le=2**31 - 1, description="`before` of the answer before, for its next page"
    )
    limit: int = Field(20, ge=1, le=100, description="How many")
