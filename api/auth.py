"""The admin key: made once, kept as its hash, compared in constant time."""

import hashlib
import hmac
import secrets
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from api.errors import AdminKeyError

_bearer = HTTPBearer(auto_error=False, description="The admin key")
_header = APIKeyHeader(name="X-API-Key", auto_error=False, description="The admin key")


def new_admin_key() -> str:
    """Make a key of 256 random bits."""
    return f"vasari_{secrets.token_urlsafe(32)}"


def hash_key(key: str) -> str:
    """Hash a key; a long random one needs no slow hash, since it cannot be guessed."""
    return hashlib.sha256(key.encode()).hexdigest()


def key_matches(key: str, key_hash: str) -> bool:
    """Compare a key with a hash in a time that tells nothing."""
    return hmac.compare_digest(hash_key(key).encode(), key_hash.strip().lower().encode())


def require_admin(
    request: Request,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    header: Annotated[str | None, Depends(_header)],
) -> None:
    """Let a request with the admin key pass. Raises AdminKeyError."""
    key = bearer.credentials if bearer else header
    if not key or not key_matches(key, request.app.state.admin_key_hash):
        raise AdminKeyError
