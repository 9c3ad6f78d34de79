"""A clock that stands still until a test moves it."""


class Clock:
    """Tells the time that a test set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now
