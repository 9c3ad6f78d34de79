"""The release of the program that runs."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def release() -> str:
    """Name it; `unknown` where the program was not installed."""
    try:
        return version("vasari")
    except PackageNotFoundError:
        return "unknown"
