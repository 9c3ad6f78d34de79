"""Patience of long work: a model that is away for minutes must not cost hours of it."""

import logging
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from core.errors import ModelServerError, ModelUnavailableError

_Made = TypeVar("_Made")

# Nine minutes in all: a server that loads its model anew is back by then. What was made is kept.
PAUSES_S: Sequence[int] = (1, 2, 5, 15, 30, 60, 120, 300)

_log = logging.getLogger(__name__)


def patiently(
    make: Callable[[], _Made],
    tick: Callable[[], None],
    *,
    pauses_s: Sequence[int] = PAUSES_S,
    sleep: Callable[[float], None] = time.sleep,
) -> _Made:
    """Do what needs a model, again after each pause while the model is not available.

    `tick` is called every second of a pause; what it raises ends the wait.

    Raises:
        ModelUnavailableError: it is still not there after the last pause.
        ModelServerError: at once, since waiting does not mend it.
    """
    for pause_s in pauses_s:
        try:
            return make()
        except ModelServerError:
            raise
        except ModelUnavailableError as error:
            _log.warning("%s; the next try is in %d s", error, pause_s)
        for _ in range(pause_s):
            tick()
            sleep(1)
    return make()
