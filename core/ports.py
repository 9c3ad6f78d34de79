"""Every outside thing that Vasari needs, as a protocol; the adapters live in the row above core.

`search` knows these alone; `search/build.py` chooses who stands behind them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.audit import AuditAction, AuditEntry
from core.cache import Cached, CacheKey, CacheKind, CacheState
from core.fetching import (
    DueRule,
    Fetched,
    FetchScope,
    FetchState,
    HostDue,
    PictureFetch,
    Planned,
)
from core.filters import Field, Filter
from core.imported import ImportedSpace
from core.leases import HeldWork, WorkContent, WorkCounts
from core.progress import Progress
from core.queries import DEFAULT_RECALL, Candidates, FacetValue, Plan, WeightedTexts
from core.records import (
    ALL_LINES,
    IngestRun,
    Job,
    LineChoice,
    Note,
    NumberedLine,
    RunLine,
    SnapshotEntry,
    UpsertCounts,
)
from core.retrievers import KeptVersion, RetrieverVersion
from core.sharing import Hidden, SeenPointer, SharedFile, SharedPointer
from core.snapshots import Checked, SnapshotFacts
from core.spaces import Space
from core.types import (
    Artwork,
    EncoderCard,
    Json,
    Mask,
    Matrix,
    Numbers,
    PicturedText,
    Pixels,
    Purpose,
)
from core.understanding import Meaning, WordUse

PictureDecoder = Callable[[bytes], Pixels]
"""Decodes a picture safely, or raises PictureError with the reason."""

LanguageRanker = Callable[[str], Mapping[str, float]]
"""Gives the probability of each language that a text may be in, by ISO 639-1 code."""


class Encoder(Protocol):
    """A neural model that turns texts, pictures or both into embeddings."""

    @property
    def card(self) -> EncoderCard:
        """All that decides whether its embeddings may be compared with others."""

    def encode_texts(self, texts: Sequence[str], *, purpose: Purpose = Purpose.DOCUMENT) -> Matrix:
        """Encode texts; (0, dim) for none. Raises ModalityError when it reads no text."""

    def encode_images(self, images: Sequence[Pixels]) -> Matrix:
        """Encode pictures; (0, dim) for none. Raises ModalityError when it reads no picture."""

    def memory_bytes(self) -> int:
        """Bytes that the loaded model takes, about."""


class PicturePreparation(Protocol):
    """How an encoder's pictures are brought to size; small, and fit to be sent to processes."""

    @property
    def most_bytes(self) -> int:
        """Bytes of the largest picture that `resize` gives."""

    def resize(self, pixels: Pixels) -> Pixels:
        """Bring a picture to size, whatever its shape."""


class PreparedEncoder(Encoder, Protocol):
    """An encoder whose pictures other processes may prepare."""

    @property
    def at_once(self) -> int:
        """Inputs that it likes to get together, to sort by size and keep its device busy."""

    @property
    def pictures(self) -> PicturePreparation:
        """How they are prepared."""

    def encode_resized(self, images: Sequence[Pixels]) -> Matrix:
        """Encode pictures that `pictures.resize` has brought to size."""


class Reranker(Protocol):
    """A neural model that scores how well candidates answer a query."""

    @property
    def name(self) -> str:
        """Its name and revision, for answers and logs: scores of two rerankers never meet."""

    def score(self, query: str | Pixels, candidates: Sequence[PicturedText]) -> NDArray[np.float32]:
        """Score candidates from 0 to 1, each as if it were alone; NaN where it cannot judge one.

        Raises ModelUnavailableError.
        """

    def pairs_per_second(self) -> float | None:
        """Tell how many pairs it lately scored in a second; None before the first."""

    def memory_bytes(self) -> int:
        """Bytes that the loaded model takes, about."""


class PairReranker(Reranker, Protocol):
    """A reranker that scores pairs of several searches in one pass."""

    def score_pairs(
        self, pairs: Sequence[tuple[str | Pixels, PicturedText]]
    ) -> NDArray[np.float32]:
        """Score queries with their candidates, each pair as if it were alone; as `score` does."""


class Selection(Protocol):
    """The artworks of a snapshot that pass a filter."""

    @property
    def count(self) -> int:
        """How many they are."""

    @property
    def mask(self) -> Mask:
        """One claim for each artwork of the snapshot."""

    @property
    def numbers(self) -> Numbers:
        """Their numbers, ascending."""

    @property
    def bits(self) -> NDArray[np.uint8]:
        """The mask with eight artworks in a byte, the lowest bit first."""


class FilterColumns(Protocol):
    """The filter columns of a snapshot, in memory; they never select a withdrawn artwork."""

    @property
    def is_whole(self) -> bool:
        """Whether a search without a filter sees every artwork: none is withdrawn."""

    def select(self, where: Filter | None) -> Selection:
        """Resolve a filter; the same filter is resolved once."""

    def facet(self, field: Field, within: Selection, limit: int) -> tuple[FacetValue, ...]:
        """Count a field's values over a selection, the commonest first."""


class VectorIndex(Protocol):
    """The embeddings of one space in one snapshot."""

    @property
    def space(self) -> Space:
        """Whose embeddings these are."""

    @property
    def count(self) -> int:
        """How many embeddings it holds."""

    def search(
        self, vector: Matrix, where: Filter | None, k: int, *, recall: float = DEFAULT_RECALL
    ) -> tuple[Candidates, Plan]:
        """Find min(k, matching) artworks, best vector first; `vector` is (1, dim).

        A recall of 1 is exact search.
        """

    def explain(self, where: Filter | None, k: int, *, recall: float = DEFAULT_RECALL) -> Plan:
        """Tell how `search` would go about it, with the rows that it would score, about."""

    def vectors_of(self, number: int) -> Matrix:
        """Stored embeddings of one artwork; (0, dim) where it has none."""

    def directions_of(self, numbers: Numbers) -> Matrix:
        """Mean direction of each artwork's embeddings, in the order asked; zeros without any.

        The numbers must be distinct.
        """

    def memory_bytes(self) -> int:
        """Bytes of the files it maps."""


class LexicalIndex(Protocol):
    """Catalogue texts of a snapshot under BM25."""

    def search(
        self, texts: str | WeightedTexts, where: Filter | None, k: int
    ) -> tuple[Candidates, Plan]:
        """Find at most k artworks that share a word with a text.

        Scores of several texts add up by their weights. A text of negative weight takes away the
        share of the score that `share` gives, times its weight against the positive ones; an
        artwork that nothing is left of is not found.
        """

    def explain(self, texts: str | WeightedTexts, where: Filter | None) -> Plan:
        """Tell how `search` would go about it, with the rows that it would score, about."""

    def whole(self, texts: WeightedTexts, words: int) -> float:
        """Tell the score that an artwork would have if so many of the words said all of it.

        No artwork exceeds that of all words.
        """

    def share(self, text: str) -> NDArray[np.float32]:
        """Tell how much of a text's words each artwork has, from 0 to 1, rare words counting more.

        Words that no artwork has do not count.
        """

    def coverage(self, text: str) -> float:
        """Tell how much of a text's words one artwork has at best, from 0 to 1.

        Words that no artwork has count too, as the rarest; filters do not.
        """


class Identities(Protocol):
    """What tells the artworks of a snapshot apart; codes are -1 where there is nothing."""

    @property
    def titles(self) -> Numbers:
        """Code of each artwork's folded title; -1 where it says nothing."""

    @property
    def artists(self) -> Numbers:
        """Code of the first artist of each artwork in the role "artist"."""

    @property
    def copies(self) -> Numbers:
        """Code that near-duplicates share; -1 for an artwork without any."""

    @property
    def wholes(self) -> Numbers:
        """Code that a whole and its parts share; -1 for an artwork that is neither."""

    @property
    def is_bare(self) -> Mask:
        """Whether a title says nothing and neither description nor subject does."""

    def with_title(self, title: str) -> Numbers:
        """Find the artworks with just this title, folded; ascending."""

    def with_accession(self, number: str) -> Numbers:
        """Find the artworks with an accession number, whatever its case and spaces; ascending."""

    def copies_of(self, number: int) -> Numbers:
        """Find the near-duplicates of an artwork, itself left out; ascending."""


class Vocabulary(Protocol):
    """What the words of a snapshot's collection stand for; all phrases are folded."""

    def look_up(self, phrase: str) -> tuple[tuple[Meaning, ...], bool]:
        """Say what a phrase stands for, commonest first, and whether a longer one begins so."""

    def use_of(self, word: str) -> WordUse:
        """Say how often the collection uses a word, names of artists aside."""

    def is_name_word(self, word: str) -> bool:
        """Tell whether a word stands in the name of an artist."""

    def corrections(self, word: str) -> tuple[str, ...]:
        """Find words of artists' names that were meant by one that the collection does not know."""


class Snapshot(Protocol):
    """An immutable index on disk, opened by memory map."""

    @property
    def id(self) -> str:
        """UTC time of its build and 8 hex digits of its manifest's hash."""

    @property
    def manifest(self) -> Json:
        """Counts, spaces, index parameters and checksums."""

    @property
    def hidden(self) -> str:
        """Digest of which of its artworks no search shows: another set, another digest."""

    @property
    def columns(self) -> FilterColumns:
        """Its filter columns."""

    @property
    def lexical(self) -> LexicalIndex:
        """Its lexical index."""

    @property
    def identities(self) -> Identities:
        """Its titles, accession numbers, artists and near-duplicates."""

    @property
    def spaces(self) -> Mapping[str, VectorIndex]:
        """Its vector indexes, by space key."""

    @property
    def vocabulary(self) -> Vocabulary:
        """What its words stand for."""

    def __len__(self) -> int:
        """Count its artworks."""

    def number_of(self, artwork_id: str) -> int | None:
        """Find the number of an artwork that is not withdrawn."""

    def artwork_ids(self, numbers: Numbers) -> list[str]:
        """Name artworks by their numbers."""

    def cards(self, numbers: Numbers) -> list[Json]:
        """Read the cards that hits show."""


@dataclass(frozen=True, slots=True)
class SpaceRows:
    """The embeddings that a build puts into one space."""

    space: Space
    numbers: Numbers  # artwork number of each vector, ascending
    batches: Callable[[], Iterator[Matrix]]  # the vectors in that order, a piece at a time
    queries: Matrix | None = None  # such as will be asked, to calibrate with; None: made up
    off_topic: Matrix | None = (
        None  # queries that nothing fits; None: no match is told from another
    )
    imported: str | None = None  # name of the import; None: made by an encoder of ours


@dataclass(frozen=True, slots=True)
class SnapshotSource:
    """All that a snapshot is built from; each part may be read again from the start."""

    count: int
    artworks: Callable[[], Iterator[Artwork]]  # in the order of their numbers
    spaces: Sequence[SpaceRows]


class SnapshotReader(Protocol):
    """Opens snapshots."""

    def current(self) -> Snapshot:
        """Open the live snapshot. Raises NoSnapshotError."""

    def get(self, id: str) -> Snapshot:
        """Open a snapshot that is kept. Raises SnapshotGoneError."""


class SnapshotStore(SnapshotReader, Protocol):
    """The snapshots of an installation and the pointer to the live one."""

    def entries(self) -> list[SnapshotEntry]:
        """List the snapshots that are kept, newest first."""

    def build(self, source: SnapshotSource, progress: Progress) -> str:
        """Build and check a snapshot beside the live one; return its id."""

    def publish(self, id: str, progress: Progress | None = None) -> None:
        """Make a snapshot the live one in one atomic step. Raises NotFoundError."""

    def rollback(self) -> str:
        """Make the one that was live before live again; return its id."""

    def verify(self, id: str) -> list[str]:
        """Recompute checksums and counts; name every fault."""

    def prune(self, keep: int, pin_minutes: float = 0.0) -> list[str]:
        """Delete the oldest beyond `keep`: none that was live within so many minutes or is in use.

        The live and the previous one stay. What killed builds left goes.
        """

    def discard(self, id: str) -> None:
        """Delete a snapshot that has never been live, if nothing uses it."""

    def keep_checks(self, id: str, checked: Checked) -> None:
        """Remember how a snapshot was checked."""

    def facts(self, pin_minutes: float = 0.0) -> list[SnapshotFacts]:
        """Describe the snapshots that are kept, newest first."""

    def free_bytes(self) -> int:
        """Tell how much room the disk has for another one."""

    def withdraw(self, artwork_ids: Iterable[str]) -> None:
        """Show artworks in no search, at once and after later builds, until they are restored."""

    def restore(self, artwork_ids: Iterable[str]) -> None:
        """Show artworks again."""

    def withdrawn(self) -> list[str]:
        """List the ids of withdrawn artworks, ascending."""

    def keep_gone(self, artwork_ids: Iterable[str]) -> None:
        """Show artworks that their sources lost in no search, and those again that came back."""


class SnapshotRemote(Protocol):
    """Where published snapshots are shared: files, and one pointer that is moved on condition."""

    @property
    def address(self) -> str:
        """Where it is, for messages."""

    def read_pointer(self, known: SeenPointer | None = None) -> SeenPointer | None:
        """Read what is live; `known` itself where that is still so, None where nothing is."""

    def move_pointer(self, pointer: SharedPointer, known: SeenPointer | None) -> SeenPointer:
        """Make a snapshot live for all, if nobody else did since. Raises PointerMovedError."""

    def holds(self, key: str, size_bytes: int, sha256: str) -> bool:
        """Tell whether a file is there, whole and with this content."""

    def put_file(self, key: str, path: Path, sha256: str, sent: Callable[[int], None]) -> None:
        """Share a file; `sent` is told the bytes as they go."""

    def get_file(self, key: str, path: Path, received: Callable[[int], None]) -> str:
        """Write a shared file to a path; return the SHA-256 of what came. Raises NotFoundError."""

    def put(self, key: str, data: bytes) -> None:
        """Share some bytes."""

    def get(self, key: str) -> bytes:
        """Read shared bytes. Raises NotFoundError."""

    def files(self, below: str) -> Iterator[SharedFile]:
        """List what is shared below a key."""

    def remove(self, keys: Iterable[str]) -> None:
        """Remove files."""


class SnapshotTransfer(Protocol):
    """The snapshots of this installation, as those who send and receive them need them."""

    def send(self, id: str, remote: SnapshotRemote, progress: Progress) -> None:
        """Share what of a snapshot is not there yet; what says that it is whole comes last."""

    def receive(self, id: str, remote: SnapshotRemote, progress: Progress) -> None:
        """Bring a shared snapshot here, beside those that are served, when it is whole."""

    def hidden(self) -> Hidden:
        """Read what no search here shows."""

    def agreed(self) -> Hidden | None:
        """Read what was hidden here and there when both were last the same; None: never."""

    def agree(self, hidden: Hidden) -> None:
        """Keep what is hidden here and there."""

    def alone(self) -> AbstractContextManager[None]:
        """Wait until no other process of this home moves or follows the pointer."""

    def alone_or_not(self) -> AbstractContextManager[bool]:
        """Tell whether no other process of this home does; then none does meanwhile."""


class ArtworkStore(Protocol):
    """The catalogue: the single source of truth."""

    def upsert(self, artworks: Sequence[Artwork]) -> UpsertCounts:
        """Write what is new or changed, in one transaction; touch nothing else."""

    def get(self, id: str) -> Artwork:
        """Read one artwork. Raises NotFoundError, ArtworkGoneError."""

    def page(self, where: Filter | None, *, after: str | None, limit: int) -> list[Artwork]:
        """Read matching artworks in the order of their ids, after one of them."""

    def count(self, where: Filter | None = None) -> int:
        """Count matching artworks."""

    def ids(self, where: Filter | None = None) -> list[str]:
        """List the ids of matching artworks, ascending."""

    def scan(self) -> Iterator[Artwork]:
        """Read every artwork in the order of their ids, in bounded memory."""

    def ids_of(self, source: str) -> list[str]:
        """List the ids of a source's artworks, ascending."""

    def gone(self) -> list[str]:
        """List the ids of artworks that are gone, ascending; all else leaves them out."""

    def changed_at(self) -> datetime | None:
        """Tell when an artwork last came, changed or went."""

    def changed_since(self, moment: datetime) -> list[str]:
        """List the ids of artworks that came or changed at or after a moment, ascending."""


class EmbeddingStore(Protocol):
    """Embeddings by space and content: equal content is embedded once."""

    def missing(self, space: Space, content_hashes: Sequence[str]) -> set[str]:
        """Tell which contents have no embedding in a space."""

    def write(self, space: Space, content_hashes: Sequence[str], vectors: Matrix) -> None:
        """Keep embeddings, in one transaction."""

    def read(self, space: Space, content_hashes: Sequence[str]) -> Matrix:
        """Read embeddings in the order asked. Raises NotFoundError for a missing one."""

    def counts(self) -> dict[str, int]:
        """Count the embeddings of each space, by space key."""


class EmbeddingLeases(Protocol):
    """Shares what is to be embedded of a space among workers; all but `finish` keep no vectors."""

    @property
    def lasts_s(self) -> float:
        """Seconds after which a lease that nobody renews is over."""

    def take_plan(self, space: Space, mark: str, holder: str, *, begin: bool) -> HeldWork | None:
        """Take the planning of a space where it is due; unless it begins, only one that was lost.

        It is due where nothing is left to do, or the catalogue has another mark than it had then.
        """

    def planned(self, space: Space) -> set[str]:
        """List the contents of items that are not done, those that were set aside with them."""

    def add(
        self, plan: HeldWork, space: Space, items: Sequence[tuple[str, Sequence[WorkContent]]]
    ) -> None:
        """Add items, each a name and its contents. Raises LeaseLostError: another one plans."""

    def close_plan(self, plan: HeldWork) -> None:
        """Say that all is planned. Raises LeaseLostError."""

    def take(self, space: Space, holder: str) -> HeldWork | None:
        """Take an item that nobody has; None where there is none."""

    def renew(self, held: HeldWork) -> None:
        """Put off the end of a lease. Raises LeaseLostError."""

    def give_back(self, held: HeldWork) -> None:
        """Leave an item to another worker. Raises LeaseLostError."""

    def fail(self, held: HeldWork, error: str) -> None:
        """Say that an attempt failed, which the last one sets aside. Raises LeaseLostError."""

    def finish(
        self, held: HeldWork, space: Space, content_hashes: Sequence[str], vectors: Matrix
    ) -> None:
        """Keep an item's embeddings and mark it as done, or neither. Raises LeaseLostError."""

    def is_open(self, space: Space) -> bool:
        """Tell whether something is planned, to be done, or under way."""

    def retry(self, space: Space) -> int:
        """Have the items that were set aside tried again; count them."""

    def counts(self, space: Space) -> WorkCounts:
        """Tell how far a space is."""


class ImportedSpaces(Protocol):
    """The spaces whose embeddings came from files of others; the embedding store holds these."""

    def all(self) -> list[ImportedSpace]:
        """List them in the order of their names."""

    def keep(self, imported: ImportedSpace) -> None:
        """Take a space whose embeddings are written, in the place of an earlier import of it."""

    def remove(self, key: str) -> None:
        """Forget a space and its embeddings. Raises NotFoundError."""


class BlobStore(Protocol):
    """Named bytes: pictures and their thumbnails."""

    def put(self, key: str, data: bytes, content_type: str) -> None:
        """Keep bytes under a key, all or nothing."""

    def put_new(self, key: str, data: bytes, content_type: str) -> bool:
        """Keep bytes unless the key is kept already; tell whether they were written."""

    def get(self, key: str) -> bytes:
        """Read bytes. Raises NotFoundError."""

    def exists(self, key: str) -> bool:
        """Tell whether a key is kept."""

    def address(self, key: str) -> str | None:
        """Say where clients can read a key themselves; None: only we do."""


class Cache(Protocol):
    """Keeps values for a while, safe among threads; one that fails keeps nothing and says so."""

    def get(self, key: CacheKey) -> Cached | None:
        """Read what is kept; None where nothing is, or where the cache fails."""

    def put(self, key: CacheKey, value: bytes) -> None:
        """Keep a value, if there is room for it."""

    def purge(
        self,
        kind: CacheKind | None = None,
        *,
        retriever: str | None = None,
        snapshot: str | None = None,
    ) -> int:
        """Drop what has this kind and these labels, and count it. Raises StorageError."""

    def facts(self, *, measured: bool = True) -> CacheState:
        """Tell how it is used; measured, also how much is kept, which may mean to walk it."""


class DocumentFetcher(Protocol):
    """Asks the servers of others for documents, politely."""

    def fetch_document(
        self, address: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> Fetched:
        """Ask once for a document, or whether it is still the same. Raises FetchStoppedError."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object of a store of others, as its listing has it."""

    key: str
    size_bytes: int
    etag: str  # another content, another tag


class ObjectReader(Protocol):
    """Objects below one prefix of a store; they are only read."""

    def objects(self) -> Iterator[StoredObject]:
        """List them in the order of their keys, which are relative to the prefix."""

    def get(self, key: str) -> bytes:
        """Read one. Raises NotFoundError."""


class PictureFetcher(Protocol):
    """Asks the servers of others for pictures, politely, from any number of threads."""

    def fetch(self, picture: PictureFetch) -> Fetched:
        """Ask once for a picture, when its host may be asked. Raises FetchStoppedError."""

    def rest(self, host: str, until: datetime) -> None:
        """Ask a host nothing before a time, which an earlier run was told."""

    def given_up(self, host: str) -> str | None:
        """Tell why a host is left in peace for the rest of the run, where it is."""

    def stop(self) -> None:
        """End every wait; calls that wait raise FetchStoppedError."""

    def close(self) -> None:
        """Close the connections."""


class PictureLedger(Protocol):
    """What became of each picture that the catalogue names by an address."""

    def plan(self, scope: FetchScope) -> Planned:
        """Note which pictures are wanted now; what is known of them stays."""

    def hosts(self, rule: DueRule) -> list[HostDue]:
        """List the hosts of wanted pictures that are due, the one with most first."""

    def due(self, host: str, rule: DueRule, *, after: int, limit: int) -> list[PictureFetch]:
        """Read wanted pictures of a host that are due, after one of them, by their keys."""

    def save(self, picture: PictureFetch) -> None:
        """Keep what became of a picture."""

    def fill(self, addresses: Sequence[str] | None = None) -> int:
        """Give copies to the catalogue's images of these addresses, or of all; count images."""

    def counts(self) -> dict[FetchState, int]:
        """Count the pictures in each state."""

    def listed(self, state: FetchState, *, after: int = 0, limit: int = 100) -> list[PictureFetch]:
        """Read pictures in a state after one of them, by their keys."""


class RetrieverStore(Protocol):
    """Versions of retrievers: they come and go whole, and nothing of one ever changes.

    A number is never given twice, not even to a retriever that was deleted and made again.
    """

    def create(self, name: str, definition: Json, hash: str, *, publish: bool) -> KeptVersion:
        """Keep the next version, or find the one of this hash; the first is published anyway.

        Raises ConflictError when there are as many as may be.
        """

    def get(self, name: str, version: int | None = None) -> RetrieverVersion:
        """Read a version, or the published one. Raises NotFoundError."""

    def all(self) -> list[RetrieverVersion]:
        """List the published versions in the order of their names."""

    def names(self) -> list[str]:
        """List the names that mean something, ascending."""

    def versions(self, name: str) -> list[RetrieverVersion]:
        """List the versions of a retriever, newest first. Raises NotFoundError."""

    def publish(self, name: str, version: int) -> RetrieverVersion:
        """Let the bare name mean a version. Raises NotFoundError."""

    def delete(self, name: str, version: int | None = None) -> list[int]:
        """Delete a version, or the whole retriever; list the versions that went, ascending.

        Raises NotFoundError; ConflictError for the published one beside others.
        """


class RunStore(Protocol):
    """The ledger of ingest runs."""

    def start(self, source: str, fingerprint: str) -> IngestRun:
        """Open a run, or take up the unfinished one over the same data."""

    def save(self, run: IngestRun) -> None:
        """Keep a run's counts and state."""

    def take(
        self, run: IngestRun, artworks: Sequence[Artwork], lines: Sequence[RunLine]
    ) -> IngestRun:
        """Write a batch, its lines and its counts in one transaction; return the run with them."""

    def finish(self, run: IngestRun, gone: Sequence[str]) -> IngestRun:
        """End a run well, and mark artworks as gone, in one transaction."""

    def get(self, id: str) -> IngestRun:
        """Read a run. Raises NotFoundError."""

    def latest(self, limit: int = 20, *, source: str | None = None) -> list[IngestRun]:
        """List runs, newest first."""

    def before(self, run: IngestRun) -> IngestRun | None:
        """Read the last run of its source before it that succeeded and read its data."""

    def lines(
        self, run: str, choice: LineChoice = ALL_LINES, *, after: int = 0, limit: int = 100
    ) -> list[NumberedLine]:
        """Read lines of a run's ledger after one of them, in their order."""


class JobStore(Protocol):
    """Reindex jobs."""

    def create(self, kind: str, parameters: Json) -> Job:
        """Queue a job. Raises JobRunningError when one is queued or running."""

    def get(self, id: str) -> Job:
        """Read a job. Raises NotFoundError."""

    def save(self, job: Job) -> None:
        """Keep a job's state, but whether it is to be cancelled. Raises JobEndedError."""

    def request_cancel(self, id: str) -> Job:
        """End a queued job, and ask who runs a running one to. Raises JobEndedError."""

    def unfinished(self) -> list[Job]:
        """List jobs that are queued or running, oldest first."""

    def latest(self, limit: int = 20) -> list[Job]:
        """List jobs, newest first."""


class AuditLog(Protocol):
    """What was asked of the keeper's side of an installation; entries are only added."""

    def record(self, entry: AuditEntry) -> None:
        """Add an entry; its number is given by the log."""

    def latest(
        self, limit: int = 20, *, action: AuditAction | None = None, before: int | None = None
    ) -> list[AuditEntry]:
        """List entries, newest first: of one action, and from before one of them."""


class SnapshotLog(Protocol):
    """What SQL records of snapshots; the pointer file alone says what is live."""

    def record(self, entries: Sequence[SnapshotEntry]) -> None:
        """Bring the rows in line with what is on disk."""


@dataclass(frozen=True, slots=True)
class SourceItem:
    """One artwork of a source, or the reason why a row of it was set aside."""

    artwork: Artwork | None
    row: int  # 1-based position in the source
    reason: Note | str | None = None  # why there is no artwork; a text is under the rule "other"
    notes: tuple[Note | str, ...] = ()  # what of the artwork was corrected or left out
    needs_picture: bool = False  # whether nothing is left of the artwork without its picture
    raw: str | None = None  # the row as it was read, where there is no artwork


class Source(Protocol):
    """A dump, table or folder that artworks are read from."""

    @property
    def name(self) -> str:
        """First half of its artwork ids."""

    def fingerprint(self) -> str:
        """Identify the data by content: equal data, equal fingerprint."""

    def count(self) -> int | None:
        """Count its rows, where that is cheap."""

    def read(self) -> Iterator[SourceItem]:
        """Read its rows, always in the same order."""

    def read_picture(self, path: str) -> bytes:
        """Read a picture that one of its artworks names by `Image.path`."""
