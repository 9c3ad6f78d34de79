"""Blobs in S3, R2 or a like store."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from core.errors import ConfigurationError, MissingExtraError, NotFoundError, StorageError
from storage.keys import check_key

_ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})
# Errors that no retry mends; the settings do.
_MISCONFIGURED = frozenset(
    {"NoSuchBucket", "AccessDenied", "403", "InvalidAccessKeyId", "SignatureDoesNotMatch"}
)
# Content-addressed names never change what they hold.
_CACHE = "public, max-age=31536000, immutable"


class S3BlobStore:
    """Named bytes in a bucket, under a prefix; safe to share among threads."""

    def __init__(self, bucket: str, prefix: str = "", endpoint_url: str | None = None) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._client = _client(endpoint_url)

    def put(self, key: str, data: bytes, content_type: str) -> None:
        """Keep bytes under a key; S3 shows an object whole or not at all."""
        with self._translated(key):
            self._client.put_object(
                Bucket=self._bucket,
                Key=self._name(key),
                Body=data,
                ContentType=content_type,
                CacheControl=_CACHE,
            )

    def get(self, key: str) -> bytes:
        """Read bytes. Raises NotFoundError."""
        with self._translated(key):
            answer = self._client.get_object(Bucket=self._bucket, Key=self._name(key))
            data: bytes = answer["Body"].read()
        return data

    def exists(self, key: str) -> bool:
        """Tell whether a key is kept."""
        try:
            with self._translated(key):
                self._client.head_object(Bucket=self._bucket, Key=self._name(key))
        except NotFoundError:
            return False
        return True

    def _name(self, key: str) -> str:
        return self._prefix + check_key(key)

    @contextmanager
    def _translated(self, key: str) -> Iterator[None]:
        from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

        try:
            yield
        except ClientError as error:
            raise self._error(key, error) from error
        except NoCredentialsError as error:
            raise ConfigurationError(
                "no credentials for VASARI_BLOBS_URL: "
                "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            ) from error
        except BotoCoreError as error:
            raise StorageError(f"bucket {self._bucket} does not answer: {error}") from error

    def _error(self, key: str, error: Any) -> Exception:  # noqa: ANN401 - boto3 has no types
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in _ABSENT:
            return NotFoundError("blob", key)
        if code in _MISCONFIGURED:
            return ConfigurationError(
                f"VASARI_BLOBS_URL: bucket {self._bucket!r} refuses ({code}): "
                "check its name, the credentials and VASARI_S3_ENDPOINT_URL"
            )
        return StorageError(f"bucket {self._bucket} does not answer: {error}")


def _client(endpoint_url: str | None) -> Any:  # noqa: ANN401 - boto3 has no types
    try:
        import boto3
        from botocore.config import Config
    except ImportError as error:
        raise MissingExtraError("boto3", "s3") from error
    session = boto3.session.Session()
    retries = {"mode": "standard"}  # three attempts, or AWS_MAX_ATTEMPTS
    if endpoint_url is None:
        return session.client("s3", config=Config(retries=retries))
    # R2 and other stores refuse the checksums that boto3 sends by default, and a host such as
    # `minio:9000` has no name for each bucket. R2 calls its one region "auto".
    config = Config(
        retries=retries,
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": "path"},
    )
    region = session.region_name or "auto"
    return session.client("s3", endpoint_url=endpoint_url, region_name=region, config=config)
