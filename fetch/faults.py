"""Why a request came to nothing, inside this package."""

from core.fetching import Verdict


class FetchFault(Exception):  # noqa: N818 - not ours to raise beyond this package: it becomes `Fetched`
    """A request that was not made, broke off, or brought what cannot be taken."""

    def __init__(self, verdict: Verdict, reason: str, status: int | None = None) -> None:
        self.verdict = verdict
        self.reason = reason
        self.status = status
        super().__init__(reason)
