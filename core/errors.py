"""Every error that Vasari raises on purpose.

VasariError
├── InputError                what the caller sent; names the field
│   ├── FilterError           a filter that cannot be understood
│   ├── CursorError           a cursor that is not one of ours, or of another query
│   └── PictureError          a picture that cannot be read, with the reason
│       ├── PictureTooLargeError
│       └── PictureTypeError
├── NotFoundError             an artwork, job or snapshot that is not there
├── ArtworkGoneError          an artwork that its source no longer has
├── SnapshotGoneError         a cursor of a snapshot that has been dropped
├── OrderGoneError            a cursor of a reranked order whose candidates are others now
├── ConflictError             a change that what is kept now does not allow, with the remedy
│   └── JobEndedError         a job that is over, and cannot be cancelled
├── JobRunningError           one reindex job at a time
├── BuildRunningError         one build of an installation at a time, whoever started it
├── LeaseLostError            shared work that ran out of its lease, and is another worker's now
├── OverloadedError           more requests at once than the service is set to take
├── NoSnapshotError           nothing has been published yet
├── ModalityError             an encoder asked for what it cannot read
├── ConfigurationError        a setting or an installation, with the remedy
│   ├── MissingExtraError     a package of an extra, with the install command
│   ├── NotEnoughMemoryError  a model that its device has no room for
│   └── StorageError          a store, of pictures or the catalogue, that does not answer
├── UnstoredError             one picture that could not be stored; the run goes on
├── DeviceError               a GPU that failed or was given up; the CPU goes on without it
├── ModelUnavailableError     a model that cannot be run now; searches go on without it
│   └── ModelServerError      a model server that answers, but not what was configured
├── SourceError               a source of artworks that cannot be read
│   └── TooManyGoneError      one that lacks more artworks than a run may mark as gone
├── FetchStoppedError         fetching of pictures was told to stop
├── FetchRunningError         one fetch of pictures of an installation at a time
├── UnfitError                a snapshot that failed a check before it would have gone live
└── DamagedError              a file of ours that is not what it should be
"""

from collections.abc import Mapping
from datetime import datetime


class VasariError(Exception):
    """Something Vasari cannot do."""


class InputError(VasariError):
    """A value of the request is not acceptable."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        self.message = message
        super().__init__(f"{field}: {message}")


class FilterError(InputError):
    """The filter cannot be understood."""


class CursorError(InputError):
    """The cursor does not belong to this query."""

    def __init__(self, message: str) -> None:
        super().__init__("cursor", message)


class PictureError(InputError):
    """The picture cannot be read."""

    def __init__(self, reason: str, *, field: str = "image") -> None:
        self.reason = reason
        super().__init__(field, reason)


class PictureTooLargeError(PictureError):
    """The picture has more bytes or pixels than allowed."""


class PictureTypeError(PictureError):
    """The file is not a picture of an accepted type."""


class NotFoundError(VasariError):
    """There is nothing under this id."""

    def __init__(
        self,
        kind: str,
        id: str,
        *,
        field: str | None = None,
        near: str | None = None,
        why: str | None = None,
    ) -> None:
        self.kind = kind
        self.id = id
        self.field = field or kind  # of the request that names it
        self.near = near  # an id that may have been meant
        hint = f"; did you mean {near!r}?" if near else ""
        super().__init__(f"no {kind} has the id {id!r}{hint}" + (f": {why}" if why else ""))


class ArtworkGoneError(VasariError):
    """Its source no longer has the artwork."""

    def __init__(self, id: str, gone_at: datetime) -> None:
        self.id = id
        self.gone_at = gone_at
        super().__init__(f"artwork {id!r} is gone from its source since {gone_at:%Y-%m-%d}")


class SnapshotGoneError(VasariError):
    """The snapshot of this cursor has been dropped; start the search again."""

    def __init__(self, snapshot: str) -> None:
        self.snapshot = snapshot
        super().__init__(f"snapshot {snapshot} has been dropped; start the search again")


class OrderGoneError(VasariError):
    """The order that this cursor goes on with cannot be made again; start the search again."""

    def __init__(self) -> None:
        super().__init__(
            "what was reranked for the first page is not what is found now; start the search again"
        )


class ConflictError(VasariError):
    """What is kept now does not allow this change."""


class JobEndedError(ConflictError):
    """The job is over."""

    def __init__(self, job_id: str) -> None:
        super().__init__(f"job {job_id} is over: there is nothing to cancel")


class JobRunningError(VasariError):
    """Another reindex is running."""

    def __init__(self, job_id: str) -> None:
        self.job_id = job_id
        super().__init__(f"job {job_id} is running; wait for it or ask for its state")


class BuildRunningError(VasariError):
    """Another process is building a snapshot of this installation; wait for it."""

    def __init__(self) -> None:
        super().__init__("another build of this installation is running; wait for it to end")


class LeaseLostError(VasariError):
    """Another worker has the work now, or may have it; what was made of it is not kept."""

    def __init__(self) -> None:
        super().__init__("the lease ran out, and the work is another worker's now")


class OverloadedError(VasariError):
    """The service takes no more requests at this moment."""

    def __init__(self, retry_after_s: int = 1) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(f"too many requests at once; try again in {retry_after_s} s")


class NoSnapshotError(VasariError):
    """No snapshot has been published yet: run `vasari index build`."""

    def __init__(self) -> None:
        super().__init__("no snapshot has been published yet: run `vasari index build`")


class ModalityError(VasariError):
    """The encoder does not read this kind of input."""

    def __init__(self, encoder: str, modality: str) -> None:
        self.encoder = encoder
        self.modality = modality
        super().__init__(f"encoder {encoder} does not read {modality}")


class ConfigurationError(VasariError):
    """A setting or the installation is wrong; the text says the remedy."""


class MissingExtraError(ConfigurationError):
    """A package is missing; the text is the install command."""

    def __init__(self, package: str, extra: str) -> None:
        self.package = package
        self.extra = extra
        super().__init__(f"{package} is not installed: pip install -e '.[{extra}]'")


class NotEnoughMemoryError(ConfigurationError):
    """A model needs more memory than its device has; the text says how much, and the remedy."""


class StorageError(ConfigurationError):
    """A store that is configured, of pictures or the catalogue, does not answer."""


class UnstoredError(VasariError):
    """One picture could not be stored; the run goes on with the next."""


class DeviceError(VasariError):
    """A GPU failed, or has been given up; search on the CPU."""


class ModelUnavailableError(VasariError):
    """A model cannot be run now: its server does not answer, or its device fails."""


class ModelServerError(ModelUnavailableError):
    """A model server answers, but not what was configured; waiting does not mend it."""


class SourceError(VasariError):
    """A source of artworks cannot be read."""


class TooManyGoneError(SourceError):
    """More artworks of a source would go than is likely; nothing was marked as gone."""

    def __init__(self, source: str, gone: int, known: int) -> None:
        self.gone = gone
        self.known = known
        super().__init__(
            f"{gone:,} of the {known:,} artworks of {source} are not in this data: none was marked "
            "as gone. If they are gone, run it again with --allow-gone; if this is a part of the "
            "collection, with --partial"
        )


class FetchStoppedError(VasariError):
    """Fetching was told to stop; the same command goes on where it was."""

    def __init__(self) -> None:
        super().__init__("fetching was told to stop; the same command goes on where it was")


class FetchRunningError(VasariError):
    """Another process is fetching pictures for this installation; wait for it."""

    def __init__(self) -> None:
        super().__init__("another process fetches pictures for this installation; wait for it")


class UnfitError(VasariError):
    """A snapshot is not fit to go live; the live one stays."""

    def __init__(self, snapshot: str, reasons: Mapping[str, str]) -> None:
        self.snapshot = snapshot
        self.checks = tuple(reasons)  # names of those that failed
        told = "; ".join(f"{check}: {reason}" for check, reason in reasons.items())
        super().__init__(f"snapshot {snapshot} is not published: {told}; the live one stays")


class DamagedError(VasariError):
    """A file of this installation is missing or not what it should be."""
