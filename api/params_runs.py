"""Query parameters of a run's ledger."""

from pydantic import BaseModel, Field

from core.records import LineChoice, LineKind


class ChoiceParams(BaseModel):
    """Which lines of a run are wanted."""

    kind: LineKind | None = Field(None, description="Only lines of this kind")
    rule: str | None = Field(None, max_length=100, description="Only lines of this rule")

    def choice(self) -> LineChoice:
        """Make the choice that the ledger understands."""
        return LineChoice(self.kind, self.rule)


class LineParams(ChoiceParams):
    """Which lines of a run are wanted, and how many at once."""

    after: int = Field(0, ge=0, le=2**31 - 1, description="`after` of the page before")
    limit: int = Field(100, ge=1, le=1000, description="How many")
