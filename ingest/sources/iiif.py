"""IIIF manifests that a harvest has brought here."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from core.errors import SourceError
from core.ports import SourceItem
from core.records import Note
from ingest.artwork_builder import ArtworkBuilder
from ingest.iiif.documents import DocumentError, parse_document, read_file
from ingest.iiif.manifest_row import MOST_PICTURES, manifest_row
from ingest.iiif.mirror import HarvestState, Mirror
from ingest.iiif.resources import pictures
from ingest.mapping import TableMapping
from ingest.raw_row import raw_row
from ingest.values import RowError, is_web_address

READER = "iiif-1"  # raise it with any change of what is read


class IiifSource:
    """Artworks of manifests, by the same mappings that read tables."""

    def __init__(
        self, mirror: Mirror, mapping: TableMapping, *, name: str, languages: Sequence[str]
    ) -> None:
        """Open what a mirror holds.

        Args:
            mirror: a harvest has filled it.
            mapping: what of a manifest says what; its keys are those of `manifest_row`.
            name: first half of the artwork ids.
            languages: those that are wanted, the best first.
        """
        state = mirror.state()
        if state is None:
            raise SourceError("no manifest was harvested yet")
        self._mirror = mirror
        self._state: HarvestState = state
        self._mapping = replace(mapping, source=name)
        self._languages = tuple(languages)

    @property
    def name(self) -> str:
        """First half of its artwork ids."""
        return self._mapping.source

    def fingerprint(self) -> str:
        """Identify the manifests by content, with the mapping and what else decides."""
        settled = [READER, self.name, self._mapping.digest, *self._languages]
        total = hashlib.sha256(json.dumps(settled).encode())
        for address in self._state.members:
            reason = self._state.failed.get(address, "")
            total.update(json.dumps([address, self._digest(address), reason]).encode())
        return total.hexdigest()

    def count(self) -> int:
        """Count its manifests."""
        return len(self._state.members)

    def read(self) -> Iterator[SourceItem]:
        """Read its manifests in the order of the source."""
        if not self._state.members:
            raise SourceError(f"{self._state.root} names no manifest")
        builder = ArtworkBuilder(self._mapping, {})
        for row, address in enumerate(self._state.members, start=1):
            yield self._item(address, row, builder)

    def read_picture(self, path: str) -> bytes:
        """Refuse: pictures of manifests are addresses, which `vasari ingest pictures` fetches."""
        raise SourceError(f"{path} is no file of a IIIF source")

    def _digest(self, address: str) -> str | None:
        if is_web_address(address):
            kept = self._mirror.kept(address)
            return kept.sha256 if kept else None
        try:
            return hashlib.sha256(read_file(Path(address))).hexdigest()
        except DocumentError:
            return None

    def _body(self, address: str) -> bytes:
        if not is_web_address(address):
            return read_file(Path(address))
        body = self._mirror.read(address)
        if body is None:
            raise DocumentError(self._state.failed.get(address, f"{address} was not read"))
        return body

    def _item(self, address: str, row: int, builder: ArtworkBuilder) -> SourceItem:
        try:
            body = self._body(address)
        except DocumentError as error:
            return SourceItem(None, row, Note("iiif-unreachable", str(error)), raw=address)
        try:
            manifest = parse_document(body, address)
            artwork, notes = builder.build(manifest_row(manifest, self._languages))
        except DocumentError as error:
            return SourceItem(None, row, Note("malformed-row", str(error)), raw=raw_row(body))
        except RowError as error:
            reason = Note(error.rule, f"{address}: {error}")
            return SourceItem(None, row, reason, raw=raw_row(body))
        more = sum(1 for _ in pictures(manifest)) - MOST_PICTURES
        extra = (Note("pictures-beyond-limit", f"{more} pictures: left out"),) if more > 0 else ()
        return SourceItem(artwork, row, notes=(*notes, *self._stale(address), *extra))

    def _stale(self, address: str) -> tuple[Note, ...]:
        """Note a manifest that was read before, and could not be read again."""
        reason = self._state.failed.get(address)
        return (Note("iiif-stale", f"as last read: {reason}"),) if reason else ()
