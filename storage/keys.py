"""What a blob may be called, in a folder and in S3 alike."""

import re

# Each part begins with a letter or digit: no "..", nothing hidden, no absolute path; and a name
# that begins with a dot can never be a blob, which is where writes are prepared.
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*")
LONGEST_KEY = 512


def check_key(key: str) -> str:
    """Return a key as it is, or raise ValueError."""
    if len(key) > LONGEST_KEY or not _KEY.fullmatch(key):
        raise ValueError(
            f"{key[:LONGEST_KEY]!r} is not a blob key: parts of letters, digits, '.', '_' and '-', "
            "each beginning with a letter or digit, joined by '/'"
        )
    return key
