"""A source whose rows a test writes down."""

from collections.abc import Iterator, Sequence

from core.errors import SourceError
from core.ports import SourceItem
from tests.pictures import encoded, left_red

RED = encoded(left_red())


class Listed:
    """A source that yields what it is given, and stops where it is told."""

    def __init__(self, items: Sequence[SourceItem], stop_after: int | None = None) -> None:
        self.items = items
        self.stop_after = stop_after

    name = "m"

    def fingerprint(self) -> str:
        """Identify the rows."""
        return repr(self.items)

    def count(self) -> int:
        """Count them."""
        return len(self.items)

    def read(self) -> Iterator[SourceItem]:
        """Give them, until it is to stop."""
        for number, item in enumerate(self.items):
            if number == self.stop_after:
                raise KeyboardInterrupt
            yield item

    def read_picture(self, path: str) -> bytes:
        """Read a picture: `gone` is missing, `damaged` is none, all others are one and the same."""
        if path == "gone":
            raise SourceError("gone cannot be read")
        return b"damaged" if path == "damaged" else RED
