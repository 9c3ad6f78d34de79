"""What the headers of a download say: how much, of which version, and with which content."""

import base64
import binascii
import re
from collections.abc import Mapping

_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)", re.ASCII)
_SHA256 = re.compile(r"sha-256=:?([A-Za-z0-9+/]+=*):?", re.IGNORECASE)


def validators(headers: Mapping[str, str]) -> dict[str, str]:
    """Pick what tells one version of a file from the next."""
    found = {"etag": headers.get("ETag"), "last_modified": headers.get("Last-Modified")}
    return {name: value for name, value in found.items() if value}


def strong_validator(known: Mapping[str, str]) -> str | None:
    """Choose what may stand in If-Range: a strong ETag, or a date where there is no ETag."""
    etag = known.get("etag")
    if etag is not None:
        return None if etag.startswith("W/") else etag
    return known.get("last_modified")


def range_begins_at(headers: Mapping[str, str]) -> int:
    """Read where a partial answer begins; -1 where it does not say."""
    match = _RANGE.fullmatch(headers.get("Content-Range", "").strip())
    return int(match[1]) if match else -1


def total_bytes(headers: Mapping[str, str], offset: int) -> int | None:
    """Read how large the whole file is; None where nobody says."""
    match = _RANGE.fullmatch(headers.get("Content-Range", "").strip())
    if match and match[2] != "*":
        return int(match[2])
    length = headers.get("Content-Length", "")
    return offset + int(length) if length.isdecimal() else None


def promised_sha256(headers: Mapping[str, str]) -> str | None:
    """Read the SHA-256 of the whole file (Repr-Digest of RFC 9530, Digest of RFC 3230)."""
    for name in ("Repr-Digest", "Digest"):
        if match := _SHA256.search(headers.get(name, "")):
            try:
                digest = base64.b64decode(match[1], validate=True)
            except binascii.Error:
                continue
            if len(digest) == 32:
                return digest.hex()
    return None
