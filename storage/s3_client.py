"""The client of an S3 store, and its errors in words of ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from core.errors import ConfigurationError, MissingExtraError, NotFoundError, StorageError
from storage.options import DEFAULTS, S3Style, StoreOptions

BLOBS = "VASARI_BLOBS_URL"  # who named the bucket, for messages
CONNECT_S = 10  # a store that is near answers in milliseconds
CONNECTIONS = 32  # as many requests as the threads of a service and of an ingest make at once
_ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})
_CREDENTIALS = "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
_RIGHTS = "check its name, and what these credentials may do there"
_PLACE = "check AWS_DEFAULT_REGION and VASARI_S3_ENDPOINT_URL"
# Errors that no retry mends, and what does.
_REMEDIES = {
    "NoSuchBucket": "make it, or check its name and VASARI_S3_ENDPOINT_URL",
    "AccessDenied": _RIGHTS,
    "403": f"{_RIGHTS}; {_CREDENTIALS}",  # to HEAD, which has no words
    "Unauthorized": _CREDENTIALS,
    "401": _CREDENTIALS,
    "InvalidAccessKeyId": _CREDENTIALS,
    "SignatureDoesNotMatch": _CREDENTIALS,
    "ExpiredToken": "the session's credentials have run out: sign in again",
    "InvalidToken": "check AWS_SESSION_TOKEN",
    "RequestTimeTooSkewed": "the clock of this machine is wrong",
    "AuthorizationHeaderMalformed": _PLACE,
    "PermanentRedirect": _PLACE,
    "301": _PLACE,
}


@contextmanager
def translated(bucket: str, key: str, *, named_by: str = BLOBS) -> Iterator[None]:
    """Turn what boto3 raises into NotFoundError, ConfigurationError or StorageError."""
    from botocore.exceptions import (
        BotoCoreError,
        ClientError,
        NoCredentialsError,
        PartialCredentialsError,
    )

    try:
        yield
    except ClientError as error:
        raise _error(bucket, key, error, named_by) from error
    except (NoCredentialsError, PartialCredentialsError) as error:
        raise ConfigurationError(
            f"no credentials for {named_by}: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        ) from error
    except BotoCoreError as error:
        raise StorageError(f"bucket {bucket} does not answer: {error}") from error


def code_of(error: Any) -> str:  # noqa: ANN401 - boto3 has no types
    """Name what an S3 store complains about."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _error(bucket: str, key: str, error: Any, named_by: str) -> Exception:  # noqa: ANN401 - boto3 has no types
    code = code_of(error)
    if code in _ABSENT:
        return NotFoundError("blob", key)
    if code in _REMEDIES:
        return ConfigurationError(
            f"{named_by}: bucket {bucket!r} refuses ({code}): {_REMEDIES[code]}"
        )
    return StorageError(f"bucket {bucket} does not answer: {error}")


def open_client(options: StoreOptions = DEFAULTS) -> Any:  # noqa: ANN401 - boto3 has no types
    """Open a client: for Amazon, or for the store at an address.

    Raises:
        MissingExtraError: boto3 is not installed.
        ConfigurationError: the address, or the configuration of boto3 itself, is wrong.
    """
    try:
        import boto3
        from botocore.exceptions import BotoCoreError
    except ImportError as error:
        raise MissingExtraError("boto3", "s3") from error
    try:
        session = boto3.session.Session()
        region = session.region_name or ("auto" if options.endpoint_url else None)
        return session.client(
            "s3",
            endpoint_url=options.endpoint_url,
            region_name=region,  # R2 calls its one region "auto"
            config=_config(options),
        )
    except (BotoCoreError, ValueError) as error:
        raise ConfigurationError(f"VASARI_S3_ENDPOINT_URL or AWS_…: {error}") from error


def _config(options: StoreOptions) -> Any:  # noqa: ANN401 - boto3 has no types
    from botocore.config import Config

    is_amazon = options.endpoint_url is None
    # A host such as `minio:9000` has no name for each bucket.
    style = S3Style.PATH if options.style is S3Style.AUTO and not is_amazon else options.style
    common = Config(
        signature_version="s3v4",  # signed addresses would otherwise be of the older kind
        connect_timeout=CONNECT_S,
        max_pool_connections=CONNECTIONS,
        retries={"mode": "standard"},  # three attempts, or AWS_MAX_ATTEMPTS
        s3={"addressing_style": style.value},
    )
    if is_amazon:
        return common
    # R2 and other stores refuse the checksums that boto3 sends by default.
    return common.merge(
        Config(
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
    )
