"""Who we say we are: a museum that is asked must be able to tell whom to write to."""

import re

from core.errors import ConfigurationError
from core.release import release

_CONTACT = re.compile(r"[^@\s<>()]+@[^@\s<>()]+\.[^@\s<>()]+|https?://[^\s<>()]+")


def user_agent(contact: str | None) -> str:
    """Name product, version and the person or page to turn to.

    Raises:
        ConfigurationError: there is no contact, or it is neither a mail nor a web address.
    """
    if not contact:
        raise ConfigurationError(
            "pictures are fetched under the name of someone to write to: give --contact with a "
            "mail or web address of yours, or set VASARI_FETCH_CONTACT"
        )
    if not contact.isascii() or not _CONTACT.fullmatch(contact):
        raise ConfigurationError(f"{contact!r} is neither a mail nor a web address to write to")
    return f"Vasari/{release()} (search in art collections; contact: {contact})"
