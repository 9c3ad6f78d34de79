"""Objects on their way into S3: in one request, or in parts that nobody sees before the last."""

import mmap
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

from storage.s3_client import code_of

LARGE = 16 * 2**20  # bytes; more goes in parts, of which each is retried alone
PART = 8 * 2**20  # bytes; S3 wants at least 5 MiB, R2 wants all but the last alike
PARTS_AT_ONCE = 3

Client: TypeAlias = Any
"""A client of boto3, which has no types."""


@dataclass(frozen=True, slots=True)
class Upload:
    """Bytes, and what they are to become."""

    bucket: str
    name: str
    data: bytes | mmap.mmap  # a map is read a part at a time
    headers: Mapping[str, Any]  # as boto3 calls them
    sent: Callable[[int], None] = lambda _: None  # is told the bytes as they go

    @property
    def target(self) -> dict[str, str]:
        """Bucket and name, as boto3 calls them."""
        return {"Bucket": self.bucket, "Key": self.name}


def upload(client: Client, what: Upload, *, only_new: bool) -> None:
    """Send an object; with `only_new` the store refuses (412) where the name is taken."""
    condition = {"IfNoneMatch": "*"} if only_new else {}
    if len(what.data) <= LARGE:
        client.put_object(Body=what.data, **what.target, **what.headers, **condition)
        what.sent(len(what.data))
    else:
        _in_parts(client, what, condition)


def _in_parts(client: Client, what: Upload, condition: Mapping[str, str]) -> None:
    begun = client.create_multipart_upload(**what.target, **what.headers)["UploadId"]
    try:
        parts = {"Parts": _send_parts(client, what, begun)}
        _complete(client, what, {"UploadId": begun, "MultipartUpload": parts, **condition})
    except BaseException:  # Ctrl-C too: parts that are left behind cost money and are seen nowhere
        with suppress(Exception):  # the store may be away; the first error tells more
            client.abort_multipart_upload(UploadId=begun, **what.target)
        raise


def _send_parts(client: Client, what: Upload, upload_id: str) -> list[dict[str, Any]]:
    def send(number: int) -> dict[str, Any]:
        begin = (number - 1) * PART
        answer = client.upload_part(
            Body=what.data[begin : begin + PART],
            PartNumber=number,
            UploadId=upload_id,
            **what.target,
        )
        return {"PartNumber": number, "ETag": answer["ETag"]}

    size, parts = len(what.data), []
    count = -(-size // PART)
    pool = ThreadPoolExecutor(min(count, PARTS_AT_ONCE), "parts")
    try:
        for part in pool.map(send, range(1, count + 1)):
            parts.append(part)
            what.sent(min(PART, size - PART * (len(parts) - 1)))
        return parts
    finally:
        pool.shutdown(cancel_futures=True)


def _complete(client: Client, what: Upload, parts: Mapping[str, Any]) -> None:
    from botocore.exceptions import ClientError

    try:
        client.complete_multipart_upload(**what.target, **parts)
    except ClientError as error:
        # The answer to a first attempt may have been lost: then the object is there.
        if code_of(error) != "NoSuchUpload" or not _is_there(client, what):
            raise


def _is_there(client: Client, what: Upload) -> bool:
    from botocore.exceptions import ClientError

    try:
        found = client.head_object(**what.target)
    except ClientError:
        return False
    return bool(found["ContentLength"] == len(what.data))
